"""GS1 company prefixes: claimed by an organisation, confirmed by the operator."""

from datetime import datetime

from django.db import transaction

from accounts import codes
from accounts.errors import NotAllowedError, PrefixTakenError, TooManyPrefixesError
from accounts.models import CompanyPrefix, Membership, User
from accounts.queries.memberships import may_manage

# A large company has a few; each claim is work for the operator.
MOST_CLAIMS = 10


@transaction.atomic
def claim_prefix(*, by: Membership, prefix: str, at: datetime) -> CompanyPrefix:
    """Claim a prefix for an organisation; the same claim again gives the first.

    Raises NotAllowedError, CompanyPrefixError, TooManyPrefixesError.
    """
    if not may_manage(by):
        raise NotAllowedError
    digits = codes.company_prefix(prefix)
    claims = CompanyPrefix.objects.filter(organisation=by.organisation)
    known = claims.filter(prefix=digits).first()
    if known:
        return known
    if claims.count() >= MOST_CLAIMS:
        raise TooManyPrefixesError(limit=MOST_CLAIMS)
    return CompanyPrefix.objects.create(organisation=by.organisation, prefix=digits, claimed_by=by.user, claimed_at=at)


@transaction.atomic
def confirm_prefix(*, claim: CompanyPrefix, by: User, at: datetime) -> CompanyPrefix:
    """Let a claim count from now on. Raises NotAllowedError; PrefixTakenError where another's prefix overlaps."""
    if not by.is_staff:
        raise NotAllowedError
    # All of them: two that overlap must not be confirmed side by side.
    rows = list(CompanyPrefix.objects.select_for_update().order_by("pk"))
    locked = next(row for row in rows if row.pk == claim.pk)
    others = (row for row in rows if row.confirmed_at and row.organisation_id != locked.organisation_id)
    # GS1 gives no prefix within another's.
    if any(one.prefix.startswith(locked.prefix) or locked.prefix.startswith(one.prefix) for one in others):
        raise PrefixTakenError(prefix=locked.prefix)
    if locked.confirmed_at is None:
        locked.confirmed_at, locked.confirmed_by = at, by
        locked.save(update_fields=["confirmed_at", "confirmed_by"])
    return locked
