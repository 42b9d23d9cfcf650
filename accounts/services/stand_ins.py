"""A farm's consent that others log its field work, given and taken back by its owner."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts import phones
from accounts.errors import AlreadyHelperError, NotAllowedError, NotYoursError
from accounts.models import Helper, Membership, Organisation
from accounts.queries.memberships import may_manage


def allow_number(*, phone: str, by: Membership, at: datetime) -> Helper:
    """Allow whoever proves to have this number; nobody learns whether somebody does yet.

    Raises NotAllowedError, PhoneNumberError, AlreadyHelperError.
    """
    return _allow(by, phone=phones.parse(phone), party=None, at=at)


def allow_party(*, party: Organisation, by: Membership, at: datetime) -> Helper:
    """Allow the members of another party, such as a cooperative's technicians.

    Raises NotAllowedError, AlreadyHelperError.
    """
    return _allow(by, phone="", party=party, at=at)


@transaction.atomic
def revoke_helper(*, helper: Helper, by: Membership, at: datetime) -> Helper:
    """Take a consent back from now on. Raises NotYoursError, NotAllowedError."""
    locked = Helper.objects.select_for_update().get(pk=helper.pk)
    if locked.farm_id != by.organisation_id:
        raise NotYoursError
    if not may_manage(by):
        raise NotAllowedError
    if locked.revoked_at is None:
        locked.revoked_at = at
        locked.save(update_fields=["revoked_at"])
    return locked


def _allow(by: Membership, *, phone: str, party: Organisation | None, at: datetime) -> Helper:
    if not may_manage(by):
        raise NotAllowedError
    if party == by.organisation:
        raise AlreadyHelperError
    try:
        with transaction.atomic():
            return Helper.objects.create(
                farm=by.organisation, party=party, phone=phone, allowed_by=by.user, allowed_at=at
            )
    except IntegrityError as error:
        raise AlreadyHelperError from error
