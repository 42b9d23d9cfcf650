"""How often one party may ask, and one address."""

import time
from typing import TYPE_CHECKING, cast

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.utils.crypto import salted_hmac
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle, ScopedRateThrottle

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


class AddressThrottle(BaseThrottle):
    """Counts what comes from one address in a minute, whoever it says it is: many keys do not add up to many limits.

    The address is the one that our own proxies saw, and only its keyed hash is kept. While the cache is down, everybody
    is let in. One number a minute is kept and not the time of each request, so that a high limit costs no more.
    """

    _WINDOW_SECONDS = 60

    def allow_request(self, request: Request, view: "APIView") -> bool:  # noqa: ARG002
        """Count one more, and tell whether it is within the limit."""
        address = get_adapter().get_client_ip(request._request)  # noqa: SLF001 - Django's request, as allauth reads it
        ident = salted_hmac("accounts.api.throttles", address).hexdigest()[:32]
        key = f"address:{ident}:{int(time.time()) // self._WINDOW_SECONDS}"
        return soft_cache.count(key, self._WINDOW_SECONDS) <= settings.ADDRESS_RATE

    def wait(self) -> float:
        """Say when the next minute begins."""
        return self._WINDOW_SECONDS - time.time() % self._WINDOW_SECONDS
