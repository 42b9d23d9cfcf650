"""One EPCIS event into the chain: its own leaf, and a short one on the history of every item that it touches."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import NAMESPACE_URL, UUID, uuid5

from accounts.models import Organisation, User
from traceability.decimals import decimal_text
from traceability.epcis import identifiers
from traceability.epcis.documents import Event
from traceability.epcis.errors import EpcisError
from traceability.epcis.formats import moment
from traceability.epcis.items import Item, Role, items_of
from traceability.epcis.normal import normalise
from traceability.ledger.leaf import Actor
from traceability.models import EpcisEvent, Lot, Receipt
from traceability.queries import history
from traceability.services import attachments, chain
from traceability.services.chain import Record
from traceability.services.rows import bring_in_line

_KILOGRAMS = {"KGM": Decimal(1), "GRM": Decimal("0.001"), "TNE": Decimal(1000), "LBR": Decimal("0.45359237")}
_MEDIA = "application/ld+json"
REPEATED_EVENT = "repeated_event"
# What the lot's own row keeps of a quantity.
_PLACES = 3


class RepeatedEventError(EpcisError):
    """An event with this eventID was captured before, and this one does not declare it wrong."""


class ForeignItemError(EpcisError):
    """An event speaks of an item that another party registered and has in hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capturer:
    """Who captures: the party, and the person who answers for it."""

    party: Organisation
    user: User

    def entity_id(self, event_id: str) -> UUID:
        """Give the entity that an eventID names. Each party's ids are its own: nobody can take another's first."""
        return uuid5(NAMESPACE_URL, f"{self.party.public_id} {event_id}")


def record_id_of(job_id: UUID, event: Event) -> UUID:
    """Give the id of the record that a job makes of an event: the same each time that the job runs."""
    return uuid5(job_id, f"event {event.pointer}")


def capture_event(event: Event, *, capturer: Capturer, record_id: UUID, at: datetime) -> None:
    """Chain an event and its items, and bring the rows in line, inside the caller's transaction.

    Requires an event that `validation` found without errors. Raises SizeError, RepeatedEventError, ForeignItemError,
    ChainConflictError, OutboxFullError; then the transaction must be rolled back.
    """
    if Receipt.objects.filter(record_id=record_id).exists():
        return
    body = normalise(event)
    entity = f"epcis:{capturer.entity_id(body['event_id'])}"
    _check_new(event, body, entity)
    lots = _lots(items_of(event), capturer.party)
    for item in body.get("items", ()):
        item["lot"] = str(lots[item["item"]].id)
    document = event.json()
    record = Record(
        id=record_id,
        type="epcis.captured",
        entity=entity,
        time=moment(event.value["eventTime"]),
        actor=Actor(id=str(capturer.user.public_id), party=str(capturer.party.public_id), attested="import"),
        body=body,
        inputs=_rests_on(event, lots),
        attachments=[attachments.store(document, media=_MEDIA)],
    )
    receipt = chain.append(record, at=at)
    links = list(_links(event, record, receipt, lots))
    chain.append_all(links, at=at)
    bring_in_line([*(link.entity for link in links), entity])
    EpcisEvent.objects.filter(record_id=record_id).update(document=document)


@dataclass(frozen=True, slots=True)
class _Known:
    id: UUID
    is_new: bool

    @property
    def entity(self) -> str:
        return f"lot:{self.id}"


def _check_new(event: Event, body: Mapping[str, object], entity: str) -> None:
    before = history.of(entity)
    if before and ("error_declaration" not in body or "error_declaration" in before[-1].leaf.body):
        raise RepeatedEventError(event.at("eventID"), REPEATED_EVENT, name=str(body["event_id"]))


def _lots(items: Sequence[Item], party: Organisation) -> dict[str, _Known]:
    standing = {lot.epc: lot for lot in Lot.objects.filter(epc__in={item.id for item in items})}
    for item in items:
        lot = standing.get(item.id)
        if lot and party.pk not in {lot.registrant_id, lot.custodian_id}:
            raise ForeignItemError(item.pointer, "foreign_item", name=item.id)
    return {
        item.id: _Known(standing[item.id].pk, is_new=False)
        if item.id in standing
        else _Known(uuid5(NAMESPACE_URL, item.id), is_new=True)
        for item in items
    }


def _rests_on(event: Event, lots: Mapping[str, _Known]) -> list[str]:
    """Name the histories that the event builds on: those of its inputs and children, where there are any yet."""
    upstream = {lots[item.id] for item in items_of(event) if item.role.is_upstream}
    return sorted(lot.entity for lot in upstream if not lot.is_new)


def _links(event: Event, record: Record, receipt: chain.Receipt, lots: Mapping[str, _Known]) -> Iterator[Record]:
    reference = {"entity": receipt.entity, "eseq": receipt.eseq, "head": receipt.leaf_hash.hex()}
    for position, item in enumerate(items_of(event)):
        yield Record(
            id=uuid5(record.id, f"item {position}"),
            type="item.linked",
            entity=lots[item.id].entity,
            time=record.time,
            actor=record.actor,
            body={"epc": item.id, "role": str(item.role), "event": reference, **_facts(event, item)},
            # What lies upstream only points at the event: else the proof of one bag would drag in all the others.
            inputs=() if item.role.is_upstream else (record.entity,),
        )


def _facts(event: Event, item: Item) -> dict[str, str]:
    gtin, lot = identifiers.gtin_and_lot(item.id)
    kind = identifiers.kind(item.id)
    facts = {
        "quantity": item.quantity,
        "uom": item.uom,
        "kg": _kilograms(item),
        "kind": "OTHER" if kind is identifiers.Kind.PLACE else str(kind),
        "gtin": gtin,
        "code": lot,
        "date": _born_on(event, item),
    }
    return {name: value for name, value in facts.items() if value}


def _kilograms(item: Item) -> str:
    if item.uom not in _KILOGRAMS or not item.quantity:
        return ""
    kilograms = round(Decimal(item.quantity) * _KILOGRAMS[item.uom], _PLACES)
    return decimal_text(kilograms) if kilograms > 0 else ""


def _born_on(event: Event, item: Item) -> str:
    """Give the day on which an event made the item, where it did, as the event's own clock showed it."""
    is_made = item.role is Role.OUTPUT or (event.type == "ObjectEvent" and event.value.get("action") == "ADD")
    return event.value["eventTime"][:10] if is_made else ""
