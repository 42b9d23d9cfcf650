"""Keys of machines: made by an owner, shown once, revoked for good."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from accounts.enums import KeyRole, KeyScope
from accounts.errors import KeyRevokedError, NotAllowedError, NotYoursError
from accounts.models import ApiKey, Membership
from accounts.queries.keys import SCHEME, secret_hash
from accounts.queries.memberships import may_manage

_PREFIX_BYTES = 5
_SECRET_BYTES = 32
RANDOM_BYTES = _PREFIX_BYTES + _SECRET_BYTES


@transaction.atomic
def create_key(  # noqa: PLR0913 - each says another thing of a key
    *, by: Membership, name: str, role: KeyRole, random: bytes, at: datetime, scopes: Collection[KeyScope] = ()
) -> tuple[ApiKey, str]:
    """Make a key for a machine, and give it with its text `sy_<prefix>_<secret>`, which nobody sees again.

    It opens the parts of the API that are named, or all where none is.
    Requires RANDOM_BYTES bytes that nobody can guess. Raises NotAllowedError.
    """
    if not may_manage(by):
        raise NotAllowedError
    prefix, secret = random[:_PREFIX_BYTES].hex(), random[_PREFIX_BYTES:RANDOM_BYTES].hex()
    key = ApiKey.objects.create(
        organisation=by.organisation,
        name=name,
        role=role,
        scopes=sorted(scopes),
        prefix=prefix,
        secret_hash=secret_hash(secret),
        created_by=by.user,
        created_at=at,
    )
    return key, f"{SCHEME}_{prefix}_{secret}"


@transaction.atomic
def revoke_key(*, key: ApiKey, by: Membership, at: datetime) -> ApiKey:
    """Make a key open nothing any more. Raises NotYoursError, NotAllowedError, KeyRevokedError."""
    if key.organisation_id != by.organisation_id:
        raise NotYoursError
    if not may_manage(by):
        raise NotAllowedError
    locked = ApiKey.objects.select_for_update().get(pk=key.pk)
    if not locked.is_live:
        raise KeyRevokedError
    locked.revoked_at = at
    locked.save(update_fields=["revoked_at"])
    return locked
