"""Which photos of a history anybody may see."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from traceability.models import PhonePhoto, Receipt
from traceability.projections.standing import Standing, day_of, standing
from traceability.queries import history
from traceability.queries.history import Event

# Pictures of work on the field, of harvest and of packing. A laboratory's papers, a plot's map, a slip are not.
_SHOWN = ("growth.", "lot.harvested", "lot.processed", "process.completed")
_MEDIA = "image/jpeg"
_NOTE = "note"


@dataclass(frozen=True, slots=True)
class PublicPhoto:
    """A photo by the hash of its bytes, the record that it belongs to, and when that happened."""

    record_id: UUID
    sha256: str
    type: str
    day: date


def public_photos(events: Sequence[Event]) -> list[PublicPhoto]:
    """List the photos in some histories that anybody may see, the newest first (docs/adr/0007).

    Not those of a record that was withdrawn or bears a private remark: there the picture explains the remark. Not one
    that was withheld, and not one that a phone announced and never sent.
    """
    withheld = {event.leaf.body["sha256"] for event in events if event.leaf.type == "attachment.withheld"}
    shown = [photo for one in _standings(events) if _is_shown(one) for photo in _photos(one)]
    missing = awaited_photos({photo.record_id for photo in shown})
    found = [photo for photo in shown if (photo.record_id, photo.sha256) not in missing]
    # One picture that several records bear is one picture.
    once = {photo.sha256: photo for photo in found if photo.sha256 not in withheld}
    return sorted(once.values(), key=lambda photo: photo.day, reverse=True)


def find_public_photo(record_id: UUID, sha256: str) -> PublicPhoto | None:
    """Find a photo of a record, if anybody may see it."""
    entity = Receipt.objects.filter(record_id=record_id).values_list("entity", flat=True).first()
    found = public_photos(history.of(entity)) if entity else []
    return next((one for one in found if (one.record_id, one.sha256) == (record_id, sha256)), None)


def awaited_photos(records: Collection[UUID]) -> set[tuple[UUID, str]]:
    """Give the photos, by record and hash, that phones announced and have not sent. Only they may be missing."""
    if not records:
        return set()
    awaited = PhonePhoto.objects.filter(record_id__in=records, arrived_at=None)
    return set(awaited.values_list("record_id", "sha256"))


def _standings(events: Sequence[Event]) -> Iterable[Standing]:
    for entity in dict.fromkeys(event.leaf.entity for event in events):
        yield from standing([event for event in events if event.leaf.entity == entity])


def _is_shown(one: Standing) -> bool:
    # By the commitments and not by what is still open: a remark that was erased was there all the same.
    remarks = any(_NOTE in event.leaf.commit for event in (one.event, *one.corrections))
    return one.type.startswith(_SHOWN) and not one.withdrawn and not remarks


def _photos(one: Standing) -> list[PublicPhoto]:
    leaf = one.event.leaf
    on = one.day if "date" in one.body else day_of(one.event)
    return [PublicPhoto(UUID(leaf.id), file.sha256, leaf.type, on) for file in leaf.attachments if file.media == _MEDIA]
