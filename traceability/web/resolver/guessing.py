"""How many wrong codes one address may ask for: enough for a shop behind one, too few to try serial numbers.

The count lives in the cache, under a keyed hash of the address, and is forgotten after ten minutes. Where the cache is
down everybody reads on: a serial number has 69 bits, and is not found by trying in any case.
"""

from allauth.account.adapter import get_adapter
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from accounts.soft_cache import soft_cache
from traceability import replica
from traceability.errors import TraceabilityError

MOST_WRONG = 60
WINDOW_SECONDS = 600


class TooManyWrongCodesError(TraceabilityError):
    """From this address too many codes were asked for that are none."""


def note_wrong(request: HttpRequest) -> None:
    """Count a code that is none. Raises TooManyWrongCodesError where too many came from this address.

    Only who asks for a further wrong code is refused: what is known, and a recall above all, is always shown.
    """
    if replica.is_read():
        # What the replica does not know the primary is asked for, and that counts.
        return
    key = _key(request)
    wrong = soft_cache.get(key, 0)
    if wrong >= MOST_WRONG:
        raise TooManyWrongCodesError("too many codes were asked for that nobody knows")
    # Two at once may count as one, which only lets a few more through.
    soft_cache.set(key, wrong + 1, WINDOW_SECONDS)


def _key(request: HttpRequest) -> str:
    address = get_adapter().get_client_ip(request)
    return f"wrong-codes:{salted_hmac('traceability.web.resolver.guessing', address).hexdigest()[:32]}"
