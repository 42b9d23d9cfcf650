"""What events that are about to be captured stand on: lots, and what was said before. All of it is held."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from accounts.models import Organisation
from traceability.models import Lot
from traceability.queries import history
from traceability.queries.epcis_events import entity_of
from traceability.services import chain
from traceability.services.rows import RowConflictError

# The body of an event, as its leaf has it.
Body = Mapping[str, Any]
_TOLD = frozenset({"epcis.captured", "transformation.joined"})


@dataclass(frozen=True, slots=True)
class KnownLot:
    """An item by its id, and the parties that may speak of it; nobody has to be known where it is new."""

    id: UUID
    parties: frozenset[int]
    is_new: bool = False

    @property
    def entity(self) -> str:
        """Name of this item in the log."""
        return f"lot:{self.id}"


@dataclass(frozen=True, slots=True)
class Ground:
    """What a batch of events stands on.

    `lots` has every item that the events name. `said` has, by entity, what was captured under an eventID or told of a
    transformation; it grows with each event, so that the next finds what the last one left.
    """

    lots: Mapping[str, KnownLot]
    said: Mapping[str, list[Body]]
    batch: chain.Batch


def hold(bodies: Sequence[Body], *, party: Organisation, record_ids: Sequence[UUID], at: datetime) -> Ground:
    """Lock what events in their normal form stand on, inside the caller's transaction.

    Raises OutboxFullError; and RowConflictError where something moved on between the first look and the lock.
    """
    lots = _locked_lots({item["item"] for item in _items(bodies)}, party)
    found = history.of_all({event_entity(body, party) for body in bodies})
    said = [one.leaf.body for events in found.values() for one in events]
    wholes = {transformation_entity(body, party) for body in (*bodies, *said) if "transformation_id" in body}
    if wholes:
        found |= history.of_all(wholes)
    named = {event_entity(body, party) for body in bodies} | wholes
    # A declaration of error reaches what the event touched that it takes back.
    touched = {f"lot:{item['lot']}" for item in _items(said)} | {lot.entity for lot in lots.values()}
    batch = chain.open_batch(entities=named | touched, record_ids=record_ids, at=at)
    _check_unmoved(batch, {entity: len(found[entity]) for entity in named}, lots.values())
    told = {entity: [one.leaf.body for one in found[entity] if one.leaf.type in _TOLD] for entity in named}
    return Ground(lots, told, batch)


def event_entity(body: Body, party: Organisation) -> str:
    """Name the history of an event: all that bear its eventID."""
    return f"epcis:{entity_of(party, body['event_id'])}"


def transformation_entity(body: Body, party: Organisation) -> str:
    """Name the history of the transformation of which an event is a part."""
    # Apart from every eventID, which is a URI and holds no space: links of genealogy go by the bare id.
    return f"transformation:{entity_of(party, 'transformation ' + body['transformation_id'])}"


def _locked_lots(names: Collection[str], party: Organisation) -> dict[str, KnownLot]:
    # Always in the order of their ids: two that lock the same rows the other way round would wait for each other.
    rows = Lot.objects.select_for_update().filter(epc__in=names).order_by("pk")
    known = {lot.epc: KnownLot(lot.pk, frozenset({lot.registrant_id, lot.custodian_id})) for lot in rows}
    ours = frozenset({party.pk})
    return {name: known.get(name) or KnownLot(uuid5(NAMESPACE_URL, name), ours, is_new=True) for name in names}


def _items(bodies: Iterable[Body]) -> Iterator[Body]:
    return (item for body in bodies for item in body.get("items", ()))


def _check_unmoved(batch: chain.Batch, lengths: Mapping[str, int], lots: Iterable[KnownLot]) -> None:
    expected = {**lengths, **{lot.entity: 0 for lot in lots if lot.is_new}}
    for entity, length in expected.items():
        eseq, _head = batch.heads.get(entity, (-1, b""))
        if eseq + 1 != length:
            raise RowConflictError(f"{entity}: moved on while it was being looked at")
