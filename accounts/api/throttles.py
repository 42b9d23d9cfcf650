"""How often one party may ask."""

from typing import TYPE_CHECKING, cast

from rest_framework.request import Request
from rest_framework.throttling import ScopedRateThrottle

from accounts.api.parties import find_acting_party
from accounts.soft_cache import soft_cache

if TYPE_CHECKING:
    from django.core.cache.backends.base import BaseCache
    from rest_framework.views import APIView


class PartyThrottle(ScopedRateThrottle):
    """Counts what all people and machines of a party ask together, for each `throttle_scope` of the views.

    A courtesy among parties and no safeguard: while the cache is down, everybody is let in.
    """

    # Of a cache, the throttle uses get and set alone.
    cache = cast("BaseCache", soft_cache)

    def get_cache_key(self, request: Request, view: "APIView") -> str | None:  # noqa: ARG002
        """Name the party's count; None for who acts for none, whom the permissions turn away."""
        party = find_acting_party(request)
        return self.cache_format % {"scope": self.scope, "ident": party.public_id} if party else None
