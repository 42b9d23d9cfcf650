"""The growth log: what was done to a crop and seen of it, from sowing to harvest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from accounts.models import Membership
from traceability.errors import RefusedError
from traceability.ledger.leaf import Attachment
from traceability.models import Season
from traceability.services import chain
from traceability.services.attachments import store_photo
from traceability.services.chain import Record
from traceability.services.entries import Entry, Saying, check_may_log, check_time, record_of
from traceability.services.rows import follow
from traceability.services.transactions import business_transaction

OPERATIONS = ("sown", "transplanted", "irrigated", "fertilised", "sprayed", "tended", "observed", "photographed")
MAX_PHOTOS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation: its name, the members of its event but for the day, and photos as they came from the camera.

    `attached` are photos that a phone has made ready and signed for; their bytes may come later.
    """

    name: str
    body: Mapping[str, object] = field(default_factory=dict)
    private: Mapping[str, object] = field(default_factory=dict)
    photos: Sequence[bytes] = ()
    attached: Sequence[Attachment] = ()


@business_transaction
def log_growth(*, season: Season, entry: Entry, operation: Operation, membership: Membership, at: datetime) -> Season:
    """Record an operation on a season of one's own plot, or for its holder, and bring stage and harvest day up to date.

    Raises NotYoursError, RefusedError, AttachmentError, EventError, ChainConflictError.
    """
    check_may_log(membership, season.plot.holder)
    record = growth_record(season=season, entry=entry, operation=operation, membership=membership, at=at)
    chain.append(record, at=at)
    if follow([record]):
        season.refresh_from_db()
    return season


def growth_record(
    *, season: Season, entry: Entry, operation: Operation, membership: Membership, at: datetime
) -> Record:
    """Make the record of an operation, for who has checked that the member may log on this land.

    Raises RefusedError, AttachmentError.
    """
    check_time(entry, at=at, earliest=season.opened_on)
    _check(operation)
    saying = Saying(
        body={**operation.body, "date": entry.day.isoformat()},
        private=operation.private,
        # Stored before the record that names them: a record without its photo would look as if one had been taken away.
        attachments=[*operation.attached, *(store_photo(photo) for photo in operation.photos)],
    )
    name, owner = f"growth.{operation.name}", season.plot.holder
    return record_of(name, season.entity, entry=entry, saying=saying, membership=membership, owner=owner)


def _check(operation: Operation) -> None:
    if operation.name not in OPERATIONS:
        raise RefusedError("/type", "not_a_growth_event", name=operation.name)
    photos = len(operation.photos) + len(operation.attached)
    if operation.name == "photographed" and not photos:
        raise RefusedError("/photo", "photo_missing")
    if photos > MAX_PHOTOS:
        raise RefusedError("/photo", "too_many_photos", limit=MAX_PHOTOS)
