"""How often one may try what costs money, or what could be guessed."""

from collections.abc import Mapping
from types import MappingProxyType

from allauth.core.internal import ratelimit
from django.http import HttpRequest

_RATES: Mapping[str, str] = MappingProxyType(
    {
        # A session that somebody else got hold of must not find out the password.
        "old_password": "5/5m/key,20/d/key",
        # A text message goes out with each invitation, also with one that was withdrawn before.
        "invite_by": "20/d/key",
        "invite_for": "50/d/key",
        "invite_to": "3/d/key",
    }
)


def check_rate(request: HttpRequest, action: str, key: str) -> None:
    """Count one more try of an action for a key; looking at a page counts for nothing. Raises RateLimited."""
    ratelimit.consume(request, app="account", action=action, key=key, config=dict(_RATES), raise_exception=True)
