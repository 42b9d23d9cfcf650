"""The cast of a demonstration: people and parties that nobody registered, and that say so wherever they are shown."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts.enums import OrganisationKind, Provenance, Role
from accounts.errors import NotADemonstrationError, OtherCastError
from accounts.models import Membership, Organisation, User


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who logs in with a number that belongs to nobody; staff enter the operator's desk."""

    public_id: UUID
    phone: str
    name: str
    is_staff: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """An organisation that is made up, or that stands for where published examples come from."""

    public_id: UUID
    kind: OrganisationKind
    name: str
    provenance: Provenance
    division_code: str = ""


@transaction.atomic
def cast_person(person: Person, *, password_hash: str) -> User:
    """Make a person of the cast, or give the one that was made before.

    Takes the hash of the password: all of the cast have the same one, and to hash is slow on purpose. Raises
    NotADemonstrationError; OtherCastError where the number is that of somebody else.
    """
    _check_demonstration()
    found = User.objects.filter(phone=person.phone).first()
    if found is None:
        found = User.objects.create_user(
            person.phone,
            public_id=person.public_id,
            name=person.name,
            is_staff=person.is_staff,
            is_superuser=person.is_staff,
        )
        found.password = password_hash
        found.save(update_fields=["password"])
    if found.public_id != person.public_id:
        raise OtherCastError
    return found


@transaction.atomic
def cast_party(party: Party, *, at: datetime) -> Organisation:
    """Make a party of the cast, or give the one that was made before.

    Nothing that real people record may pass for a demonstration, nor the reverse: its provenance is never OPERATED.
    Raises NotADemonstrationError.
    """
    _check_demonstration()
    if party.provenance == Provenance.OPERATED:
        raise NotADemonstrationError
    return Organisation.objects.get_or_create(
        public_id=party.public_id,
        defaults={
            "kind": party.kind,
            "name": party.name,
            "provenance": party.provenance,
            "division_code": party.division_code,
            "registered_at": at,
        },
    )[0]


@transaction.atomic
def cast_member(*, user: User, organisation: Organisation, role: Role) -> Membership:
    """Let a person of the cast act for a party of the cast, unless they do already. Raises NotADemonstrationError."""
    _check_demonstration()
    if organisation.provenance == Provenance.OPERATED:
        raise NotADemonstrationError
    member, _made = Membership.objects.get_or_create(user=user, organisation=organisation, defaults={"role": role})
    return Membership.objects.select_related("user", "organisation").get(pk=member.pk)


def _check_demonstration() -> None:
    if not settings.DEMO:
        raise NotADemonstrationError
