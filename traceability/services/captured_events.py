"""EPCIS events into the chain: a leaf for each event, and a short one on the history of every item that it touches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from accounts.models import Organisation, User
from traceability.epcis.documents import Event
from traceability.epcis.errors import EpcisError, RuleError, SizeError
from traceability.epcis.identifiers import Kind, gtin_and_lot, item_name, kind
from traceability.epcis.normal import is_secret, normalise
from traceability.events.lots import MOST_JOINED
from traceability.ledger.leaf import Actor
from traceability.models import Receipt
from traceability.services.capture_ground import event_entity, hold, transformation_entity
from traceability.services.captured_items import check_name, checked_items
from traceability.services.captured_records import Prepared, event_record, followers, forerunners
from traceability.services.captured_rules import check_free, check_may_be_wrong
from traceability.services.chain import Record
from traceability.services.rows import bring_in_line

REPEATED_EVENT = "repeated_event"
FOREIGN_ITEM = "foreign_item"
FOREIGN_GTIN = "gtin_of_another"
# An event with the contexts that hold for it.
MAX_EVENT_BYTES = 1024 * 1024
# So often a party may speak of an item after it gave it away: each time the page of its new owner grows.
MOST_SAID = 100


class RepeatedEventError(EpcisError):
    """An event with this eventID was captured before, and this one does not declare it wrong."""


class ForeignItemError(EpcisError):
    """An event speaks of an item that another party registered and has in hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capturer:
    """Who captures: the party, and the person who answers for it."""

    party: Organisation
    user: User

    @property
    def actor(self) -> Actor:
        """The capturer as the log names it."""
        return Actor(id=str(self.user.public_id), party=str(self.party.public_id), attested="import")


@dataclass(frozen=True, slots=True)
class Refusal:
    """An event that cannot be captured beside what is there, and why."""

    event: Event
    error: EpcisError


def prepare(event: Event, *, record_id: UUID) -> Prepared:
    """Make an event ready to be captured. Requires one that `validation` found without errors.

    Raises SizeError, RuleError.
    """
    items = checked_items(event)
    form = normalise(event)
    private = {name: value for name, value in form.items() if is_secret(name, value)}
    body = {name: value for name, value in form.items() if name not in private}
    if "transformation_id" in body:
        body["transformation_id"] = item_name(body["transformation_id"])
        check_name(body["transformation_id"], event.at("transformationID"))
    document = event.json()
    if len(document) > MAX_EVENT_BYTES:
        raise SizeError(event.pointer, "too_many_bytes", size=len(document), limit=MAX_EVENT_BYTES)
    return Prepared(event=event, record_id=record_id, body=body, private=private, items=items, document=document)


def capture_events(events: Sequence[Prepared], *, capturer: Capturer, keep_good: bool, at: datetime) -> list[Refusal]:
    """Chain events with their items and bring the rows in line, inside the caller's transaction.

    Gives the events that are refused: with `keep_good` the others are captured, without it none is. Events whose
    records were taken before are passed over, so that the same call may come twice. Raises OutboxFullError; and
    RowConflictError where another came first, after which the whole transaction may be tried again.
    """
    ids = [one.record_id for one in events]
    taken = set(Receipt.objects.filter(record_id__in=ids).values_list("record_id", flat=True))
    new = [one for one in events if one.record_id not in taken]
    if not new:
        return []
    scribe = _Scribe(new, capturer=capturer, at=at)
    refusals = list(scribe.take(new))
    if keep_good or not refusals:
        scribe.write()
    return refusals


class _Scribe:
    """Judges events by what is there and by each other, in their order, and writes them all at once."""

    def __init__(self, events: Sequence[Prepared], *, capturer: Capturer, at: datetime) -> None:
        self._capturer = capturer
        bodies, ids = [one.body for one in events], [one.record_id for one in events]
        self._ground = hold(bodies, party=capturer.party, record_ids=ids, at=at)
        self._kept: list[Prepared] = []
        self._entities: set[str] = set()

    def take(self, events: Sequence[Prepared]) -> Iterator[Refusal]:
        for one in events:
            try:
                record = self._judged(one)
            except EpcisError as error:
                yield Refusal(one.event, error)
            else:
                self._keep(one, record)

    def write(self) -> None:
        self._ground.batch.write()
        bring_in_line(self._entities)
        _write_documents(self._kept)

    def _judged(self, one: Prepared) -> Record:
        """Give the event's record. Raises EpcisError, nothing being done then."""
        entity = event_entity(one.body, self._capturer.party)
        self._check_new(one, entity)
        self._check_ownership(one, entity)
        self._check_whole(one)
        check_free(one, self._ground)
        check_may_be_wrong(one, entity, self._ground)
        return event_record(one, entity=entity, actor=self._capturer.actor, ground=self._ground)

    def _check_new(self, one: Prepared, entity: str) -> None:
        before = self._ground.said[entity]
        if before and (not one.declares_error or "error_declaration" in before[-1]):
            raise RepeatedEventError(one.event.at("eventID"), REPEATED_EVENT, name=one.body["event_id"])

    def _check_ownership(self, one: Prepared, entity: str) -> None:
        # Who handed an item on may still take back what he said of it.
        said_before = {item["lot"] for body in self._ground.said[entity] for item in body.get("items", ())}
        for item in one.items:
            lot = self._ground.lots[item.id]
            gtin, _code = gtin_and_lot(item.id)
            # Each party may count its own amount of anybody's product; a lot of it is the maker's to name.
            if lot.is_new and gtin in self._ground.foreign_gtins and kind(item.id) is not Kind.CLASS:
                raise ForeignItemError(item.pointer, FOREIGN_GTIN, name=gtin)
            if self._ground.in_hand(item.id) or str(lot.id) in said_before:
                continue
            if self._capturer.party.pk != lot.registrant:
                raise ForeignItemError(item.pointer, FOREIGN_ITEM, name=item.id)
            if self._ground.spoken[lot.id] >= MOST_SAID:
                raise RuleError(item.pointer, "too_many_items", limit=MOST_SAID)

    def _check_whole(self, one: Prepared) -> None:
        if "transformation_id" not in one.body:
            return
        before = self._ground.said[transformation_entity(one.body, self._capturer.party)]
        joined = sum(len(body.get("inputs", ())) + len(body.get("outputs", ())) for body in before)
        if joined + len(one.items) > MOST_JOINED:
            raise RuleError(one.event.at("transformationID"), "too_many_items", limit=MOST_JOINED)

    def _keep(self, one: Prepared, record: Record) -> None:
        ground = self._ground
        for forerunner in forerunners(one, record, ground=ground):
            ground.batch.append(forerunner)
        receipt = ground.batch.append(record)
        told = followers(one, record, receipt, ground=ground)
        for follower in told:
            ground.batch.append(follower)
        for made in (record, *told):
            self._entities.add(made.entity)
            if made.entity in ground.said:
                ground.said[made.entity].append(made.body)
            if made.entity in ground.stands:
                ground.stands[made.entity].append((made.type, made.body))
        ground.spoken.update(ground.lots[item.id].id for item in one.items if not ground.in_hand(item.id))
        self._kept.append(one)


def _write_documents(events: Sequence[Prepared]) -> None:
    # Rows of one statement bear one time: a microsecond apart, they are read in the order in which they came.
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE traceability_epcisevent AS event"
            " SET document = new.document, record_time = event.record_time + new.place * interval '1 microsecond'"
            " FROM unnest(%s::uuid[], %s::bytea[]) WITH ORDINALITY AS new (record_id, document, place)"
            " WHERE event.record_id = new.record_id",
            [[one.record_id for one in events], [one.document for one in events]],
        )
