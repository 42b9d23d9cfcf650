"""Who plays in the demonstration, and for whom each of them acts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password

from accounts.enums import KINDS_TO_CONFIRM, OrganisationKind, Provenance, Role
from accounts.models import Membership, Organisation, User
from accounts.services.demonstration import Party, Person, cast_member, cast_party, cast_person
from accounts.services.organisations import confirm_organisation
from config.demo.seed import Seed
from config.demo.tables import table

# For log-ins that exist only where DEMO is set, and that the console prints.
PASSWORD = "suyuan-demo-2026"  # noqa: S105 - as public as the demonstration itself


@dataclass(frozen=True, slots=True)
class Cast:
    """The parties by their keys, and the members by the keys of person and party."""

    parties: Mapping[str, Organisation]
    members: Mapping[tuple[str, str], Membership]
    owners: Mapping[str, str]

    def member(self, party: str, person: str = "") -> Membership:
        """Find who acts for a party: the person named, else its owner."""
        return self.members[person or self.owners[party], party]


def assemble(seed: Seed, *, at: datetime) -> Cast:
    """Bring the cast together, making whom the database does not have yet.

    Raises NotADemonstrationError; OtherCastError where another seed's cast is here already.
    """
    phones = [row["phone"] for row in table("cast")["people"]]
    is_here = User.objects.filter(phone__in=phones).count() == len(phones)
    password_hash = "" if is_here else make_password(PASSWORD)
    people = {row["key"]: _person(row, seed, password_hash) for row in table("cast")["people"]}
    parties = {row["key"]: _party(row, seed, by=people["operator"], at=at) for row in table("cast")["parties"]}
    owners = {row["key"]: row["owner"] for row in table("cast")["parties"]}
    members = {
        (person, party): cast_member(user=people[person], organisation=parties[party], role=role)
        for person, party, role in roles()
    }
    return Cast(parties, members, owners)


def roles() -> Iterator[tuple[str, str, Role]]:
    """List who acts for whom, by their keys: owners first, so that each person's own party comes before others."""
    for row in table("cast")["parties"]:
        yield row["owner"], row["key"], Role.OWNER
    for row in table("cast")["recorders"]:
        yield row["person"], row["party"], Role.RECORDER


def _person(row: Mapping[str, str], seed: Seed, password_hash: str) -> User:
    person = Person(
        public_id=seed.id_of(f"person {row['key']}"),
        phone=row["phone"],
        name=row["name"],
        is_staff=bool(row.get("is_staff")),
    )
    return cast_person(person, password_hash=password_hash)


def _party(row: Mapping[str, str], seed: Seed, *, by: User, at: datetime) -> Organisation:
    said = Party(
        public_id=seed.id_of(f"party {row['key']}"),
        kind=OrganisationKind(row["kind"]),
        name=row["name"],
        provenance=Provenance(row["provenance"]),
        division_code=row.get("division_code", ""),
    )
    party = cast_party(said, at=at)
    waits = party.kind in KINDS_TO_CONFIRM and party.confirmed_at is None
    return confirm_organisation(organisation=party, by=by, at=at) if waits else party
