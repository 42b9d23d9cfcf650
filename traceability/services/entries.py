"""What every record of the farm needs besides its facts: who says it, when it happened, under which id."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid5

from accounts.models import Membership, Organisation
from accounts.queries.memberships import may_record
from accounts.queries.stand_ins import may_log_for
from traceability.decimals import decimal_text
from traceability.errors import NotYoursError, RefusedError
from traceability.ledger.leaf import Actor, ActorSignature, Attachment
from traceability.models import Receipt
from traceability.services.chain import Record
from traceability.standards.days import day_in_china

# A phone's clock may be a little fast; beyond this the record would tell of what has not happened.
CLOCK_TOLERANCE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Seal:
    """What a person's own device adds to an entry: its signature, and the salts of the commitments under it."""

    sig: ActorSignature
    salts: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that a person enters: its id, made by the form or the phone, and when it happened.

    The same entry may come twice, after a lost answer or a second press; it is recorded once. With a seal, the record
    is said by the device: it must come out exactly as the device signed it.
    """

    id: UUID
    time: datetime
    seal: Seal | None = None
    # It was taken from a document, not typed by the person who says it.
    imported: bool = False

    @property
    def attested(self) -> str:
        """How the log knows who says it."""
        if self.seal:
            return "device"
        return "import" if self.imported else "account"

    @property
    def day(self) -> date:
        """The day in China on which it happened."""
        return day_in_china(self.time)

    @property
    def is_known(self) -> bool:
        """Whether a record of this id was taken before."""
        return Receipt.objects.filter(record_id=self.id).exists()

    def id_of(self, part: str) -> UUID:
        """Give the id of a further record or entity that this entry makes: the same one each time."""
        return uuid5(self.id, part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """The members of one event: public, private, the entities it rests on, and the files that belong to it."""

    body: Mapping[str, object] = field(default_factory=dict)
    private: Mapping[str, object] = field(default_factory=dict)
    inputs: Sequence[str] = ()
    attachments: Sequence[Attachment] = ()


def check_may_write(membership: Membership, owner: Organisation) -> None:
    """Check that a member may write for the party that owns something.

    Raises NotYoursError where it is another's, RefusedError where the member may only look.
    """
    if membership.organisation_id != owner.pk:
        raise NotYoursError(f"organisation {membership.organisation_id}: does not own this")
    if not may_record(membership):
        raise RefusedError("", "viewer_cannot_write")


def check_may_log(membership: Membership, owner: Organisation) -> None:
    """Check that a member may log work on an owner's land: the owner's own people, and whom the owner allowed to.

    Raises NotYoursError, RefusedError.
    """
    if membership.organisation_id == owner.pk or not may_log_for(membership, owner):
        check_may_write(membership, owner)


def check_time(entry: Entry, *, at: datetime, earliest: date | None = None) -> None:
    """Check that an entry tells of the past, and of nothing before the day given. Raises RefusedError."""
    if entry.time > at + CLOCK_TOLERANCE:
        raise RefusedError("/time", "in_the_future")
    if earliest and entry.day < earliest:
        raise RefusedError("/time", "too_early", day=earliest.isoformat())


def actor_of(membership: Membership, *, entry: Entry | None = None, owner: Organisation | None = None) -> Actor:
    """Name who says something as the log names them: by pseudonyms, as a log-in or a device told us.

    Who logs for another party's land says so.
    """
    is_helper = owner is not None and owner.pk != membership.organisation_id
    return Actor(
        id=str(membership.user.public_id),
        party=str(membership.organisation.public_id),
        attested=entry.attested if entry else "account",
        on_behalf_of=str(owner.public_id) if owner and is_helper else None,
    )


def record_of(  # noqa: PLR0913 - what a record is made of
    name: str, entity: str, *, entry: Entry, saying: Saying, membership: Membership, owner: Organisation | None = None
) -> Record:
    """Make the record of an entry about one entity; `owner` is whose it is, where others may log for them."""
    return Record(
        id=entry.id,
        type=name,
        entity=entity,
        time=entry.time,
        actor=actor_of(membership, entry=entry, owner=owner),
        body=saying.body,
        private=saying.private,
        inputs=saying.inputs,
        attachments=saying.attachments,
        salts=entry.seal.salts if entry.seal else {},
        sig=entry.seal.sig if entry.seal else None,
    )


def members(**named: object) -> dict[str, object]:
    """Make the members of a body: what is None or empty is left out, decimals become text."""
    return {name: _member(value) for name, value in named.items() if value is not None and value != ""}


def _member(value: object) -> object:
    if isinstance(value, Decimal):
        return decimal_text(value)
    return value.isoformat() if isinstance(value, date) else value
