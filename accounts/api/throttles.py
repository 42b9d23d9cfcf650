"""How often one party may ask, and one address."""

from typing import TYPE_CHECKING, NamedTuple

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.utils.crypto import salted_hmac
from rest_framework.request import Request
from rest_framework.throttling import ScopedRateThrottle

from accounts.api.parties import find_acting_party
from accounts.soft_cache import soft_cache

if TYPE_CHECKING:
    from rest_framework.views import APIView

_MINUTE = 60


class _Limit(NamedTuple):
    """What is counted under a name, within periods of so many seconds."""

    name: str
    most: int
    seconds: int


class Throttle(ScopedRateThrottle):
    """Counts what comes from one address in a minute, whoever it says it is, and what one asker asks.

    By the address, many keys do not add up to many limits: it is the one that our own proxies saw, and only its keyed
    hash is kept. One number for each period is kept and not the time of each request, and both are counted in one round
    trip, so that a high limit costs no more. While the cache is down, everybody is let in.
    """

    _over: tuple[_Limit, ...] = ()

    def asker(self, request: Request) -> str | None:
        """Name who asks, for the limit of the view's `throttle_scope`; None for whom the permissions turn away."""
        raise NotImplementedError

    def allow_request(self, request: Request, view: "APIView") -> bool:
        """Count one more, and tell whether it is within the limits."""
        limits = [self._of_address(request), *self._of_asker(request, view)]
        now = int(self.timer())
        counts = soft_cache.count([(f"{one.name}:{now // one.seconds}", one.seconds) for one in limits])
        self._over = tuple(one for one, count in zip(limits, counts, strict=True) if count > one.most)
        return not self._over

    def wait(self) -> float:
        """Say when the next period begins."""
        now = self.timer()
        return max(one.seconds - now % one.seconds for one in self._over)

    def _of_address(self, request: Request) -> _Limit:
        address = get_adapter().get_client_ip(request._request)  # noqa: SLF001 - Django's request, as allauth reads it
        ident = salted_hmac("accounts.api.throttles", address).hexdigest()[:32]
        return _Limit(f"address:{ident}", settings.ADDRESS_RATE, _MINUTE)

    def _of_asker(self, request: Request, view: "APIView") -> list[_Limit]:
        self.scope = getattr(view, self.scope_attr, None)
        most, seconds = self.parse_rate(self.get_rate()) if self.scope else (None, None)
        asker = self.asker(request)
        if most is None or seconds is None or asker is None:
            return []
        return [_Limit(self.cache_format % {"scope": self.scope, "ident": asker}, most, seconds)]


class PartyThrottle(Throttle):
    """Counts what all people and machines of a party ask together. A courtesy among parties and no safeguard."""

    def asker(self, request: Request) -> str | None:
        """Name the party; None for who acts for none."""
        party = find_acting_party(request)
        return str(party.public_id) if party else None
