"""Registering organisations, and the operator's confirmation of those on which others rely."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import codes
from accounts.enums import OrganisationKind, Role
from accounts.errors import AlreadyConfirmedError, AlreadyRegisteredError, KindError, NotAllowedError
from accounts.models import Membership, Organisation, User


@dataclass(frozen=True, slots=True)
class Registration:
    """What is said of an organisation when it is registered: codes as they were typed."""

    kind: OrganisationKind
    name: str
    credit_code: str
    division_code: str


@transaction.atomic
def register_household(*, user: User, at: datetime) -> Membership:
    """Make a household, named for its person in the language of the moment, and that person its owner."""
    name = _("%(name)s's household") % {"name": user.name or user.phone[-4:]}
    household = Organisation.objects.create(kind=OrganisationKind.HOUSEHOLD, name=name, registered_at=at)
    return Membership.objects.create(user=user, organisation=household, role=Role.OWNER)


@transaction.atomic
def register_organisation(*, user: User, said: Registration, at: datetime) -> Membership:
    """Make an organisation and its registrant the owner; kinds in KINDS_TO_CONFIRM have no powers yet.

    Raises KindError, CreditCodeError, DivisionCodeError, AlreadyRegisteredError.
    """
    if said.kind == OrganisationKind.HOUSEHOLD:
        raise KindError
    try:
        with transaction.atomic():
            organisation = Organisation.objects.create(
                kind=said.kind,
                name=said.name,
                credit_code=codes.credit_code(said.credit_code),
                division_code=codes.division_code(said.division_code),
                registered_at=at,
            )
    except IntegrityError as error:
        raise AlreadyRegisteredError from error
    return Membership.objects.create(user=user, organisation=organisation, role=Role.OWNER)


@transaction.atomic
def confirm_organisation(*, organisation: Organisation, by: User, at: datetime) -> Organisation:
    """Give an organisation the powers of its kind. Raises NotAllowedError, AlreadyConfirmedError."""
    if not by.is_staff:
        raise NotAllowedError
    locked = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if locked.confirmed_at is not None:
        raise AlreadyConfirmedError
    locked.confirmed_at = at
    locked.confirmed_by = by
    locked.save(update_fields=["confirmed_at", "confirmed_by"])
    return locked
