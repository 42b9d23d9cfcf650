"""Keys of machines: found by their prefix, proven by their secret."""

import hashlib
import hmac

from django.conf import settings
from django.db.models import F, QuerySet

from accounts.models import ApiKey, Organisation
from accounts.queries.demonstration import keys_of_real_parties

SCHEME = "sy"


def secret_hash(secret: str) -> bytes:
    """Hash a secret as it is kept. One pass is enough: it is 256 random bits, which nobody guesses."""
    return hashlib.sha256(secret.encode()).digest()


def keys_of(organisation: Organisation) -> QuerySet[ApiKey]:
    """List an organisation's keys, those in use first and the newest of them at the top."""
    found = ApiKey.objects.select_related("created_by").filter(organisation=organisation)
    return found.order_by(F("revoked_at").desc(nulls_first=True), "-created_at", "-pk")


def key_from(text: str) -> ApiKey | None:
    """Find the key in use that a machine shows as `sy_<prefix>_<secret>`; None for any other text.

    A key stops with the person who made it: what a closed account began must not go on. Those of a demonstration's
    parties open nothing outside of it.
    """
    scheme, _, rest = text.partition("_")
    prefix, _, secret = rest.partition("_")
    known = ApiKey.objects.all() if settings.DEMO else keys_of_real_parties()
    found = known.select_related("organisation", "created_by")
    key = found.filter(prefix=prefix, revoked_at=None, created_by__is_active=True).first() if scheme == SCHEME else None
    if key is None or not hmac.compare_digest(bytes(key.secret_hash), secret_hash(secret)):
        return None
    return key
