"""What events that are about to be captured stand on: lots, and what was said before. All of it is held."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db.models import Count, Q

from accounts.models import Organisation
from accounts.queries.prefixes import held_by_others
from traceability.enums import LotKind, ShipmentState
from traceability.epcis import identifiers
from traceability.epcis.identifiers import Kind
from traceability.epcis.items import Role
from traceability.models import EpcisItem, Lot, Shipment
from traceability.projections.standing import standing
from traceability.queries import history
from traceability.queries.epcis_events import entity_of
from traceability.services import chain
from traceability.services.rows import RowConflictError

# The body of an event, as its leaf has it; and one that was not withdrawn, with its type before it.
Body = Mapping[str, Any]
Stand = tuple[str, Body]
_TOLD = frozenset({"epcis.captured", "transformation.joined"})


@dataclass(frozen=True, slots=True)
class KnownLot:
    """An item by its id, who named it first, and who has it in hand. A new one is the sender's."""

    id: UUID
    registrant: int
    custodian: int
    held: bool = False
    on_the_way: bool = False
    is_new: bool = False

    @property
    def entity(self) -> str:
        """Name of this item in the log."""
        return f"lot:{self.id}"


@dataclass(frozen=True, slots=True)
class Ground:
    """What a batch of events stands on.

    `lots` has every item that the events name, or that their senders named under the same eventID before. `said` has,
    by entity, what was captured under an eventID or told of a transformation; `spoken` counts what the party said of
    items that it does not have in hand. `foreign_gtins` are those of new items of which another party has the
    prefix. `stands` has, by entity, what stands on items that came out of events which are declared wrong now. `said`,
    `spoken` and `stands` grow with each event, so that the next finds what the last one left.
    """

    party: Organisation
    lots: Mapping[str, KnownLot]
    said: Mapping[str, list[Body]]
    spoken: Counter[UUID]
    foreign_gtins: frozenset[str]
    stands: Mapping[str, list[Stand]]
    batch: chain.Batch

    def in_hand(self, name: str) -> bool:
        """Whether the party has an item in hand now, by the order of the log.

        Not by the time of the event: that is a claim, and who gave an item away could still use it up in the past.
        """
        return self.lots[name].custodian == self.party.pk


def hold(bodies: Sequence[Body], *, party: Organisation, record_ids: Sequence[UUID], at: datetime) -> Ground:
    """Lock what events in their normal form stand on, inside the caller's transaction.

    Raises OutboxFullError; and RowConflictError where something moved on between the first look and the lock.
    """
    found = history.of_all({event_entity(body, party) for body in bodies})
    said = [one.leaf.body for events in found.values() for one in events]
    wholes = {transformation_entity(body, party) for body in (*bodies, *said) if "transformation_id" in body}
    found |= history.of_all(wholes) if wholes else {}
    wrong = _wrong(bodies, said, party)
    # A declaration of error reaches what the event touched that it takes back, and what came of a whole it was part of.
    others = _names(one.leaf.body for entity in wrong & wholes for one in found[entity])
    lots = _locked_lots({item["item"] for item in _items([*bodies, *said])} | others, party)
    named = {event_entity(body, party) for body in bodies} | wholes
    batch = chain.open_batch(entities=named | {lot.entity for lot in lots.values()}, record_ids=record_ids, at=at)
    _check_unmoved(batch, {entity: len(found[entity]) for entity in named}, lots.values())
    told = {entity: [one.leaf.body for one in found[entity] if one.leaf.type in _TOLD] for entity in named}
    new = {identifiers.gtin_and_lot(name)[0] for name, lot in lots.items() if lot.is_new}
    foreign = held_by_others(new - {""}, party)
    made = others | _made_of(wrong, [*bodies, *said], party)
    # Only now that the heads of their chains are held, too: not everybody who writes there locks the lot.
    stands = _standing({lots[name].entity for name in made})
    return Ground(party, lots, told, _spoken(lots.values(), party), foreign, stands, batch)


def event_entity(body: Body, party: Organisation) -> str:
    """Name the history of an event: all that bear its eventID."""
    return f"epcis:{entity_of(party, body['event_id'])}"


def transformation_entity(body: Body, party: Organisation) -> str:
    """Name the history of the transformation of which an event is a part."""
    # Apart from every eventID, which is a URI and holds no space: links of genealogy go by the bare id.
    return f"transformation:{entity_of(party, 'transformation ' + body['transformation_id'])}"


def _locked_lots(names: Collection[str], party: Organisation) -> dict[str, KnownLot]:
    # Always in the order of their ids: two that lock the same rows the other way round would wait for each other.
    # Of classes there is one row for each party: of those of others nothing is to be known.
    theirs = Q(kind=LotKind.CLASS) & ~Q(registrant=party)
    rows = list(Lot.objects.select_for_update().filter(epc__in=names).exclude(theirs).order_by("pk"))
    away = _on_the_way(rows)
    known = {
        lot.epc: KnownLot(lot.pk, lot.registrant_id, lot.custodian_id, held=lot.held, on_the_way=lot.pk in away)
        for lot in rows
    }
    return {name: known.get(name) or KnownLot(_new_id(name, party), party.pk, party.pk, is_new=True) for name in names}


def _on_the_way(locked: Collection[Lot]) -> set[UUID]:
    underway = Shipment.objects.filter(lot__in=locked, state=ShipmentState.SHIPPED)
    return set(underway.values_list("lot_id", flat=True))


def _wrong(bodies: Sequence[Body], said: Sequence[Body], party: Organisation) -> set[str]:
    """Name the events that are declared wrong now, and the transformations of which they are parts."""
    events = {event_entity(body, party) for body in bodies if "error_declaration" in body}
    parts = (body for body in (*bodies, *said) if "transformation_id" in body and event_entity(body, party) in events)
    return events | {transformation_entity(body, party) for body in parts}


def _made_of(wrong: AbstractSet[str], bodies: Iterable[Body], party: Organisation) -> set[str]:
    touched = _items(body for body in bodies if not wrong.isdisjoint(_entities_of(body, party)))
    return {item["item"] for item in touched if Role(item["role"]).is_downstream}


def _entities_of(body: Body, party: Organisation) -> list[str]:
    whole = [transformation_entity(body, party)] if "transformation_id" in body else []
    return [event_entity(body, party), *whole]


def _names(joined: Iterable[Body]) -> set[str]:
    ids = {entity.partition(":")[2] for body in joined for entity in body.get("outputs", ())}
    return set(Lot.objects.filter(pk__in=ids).values_list("epc", flat=True))


def _standing(entities: Collection[str]) -> dict[str, list[Stand]]:
    found = history.of_all(entities) if entities else {}
    return {
        entity: [(one.type, one.body) for one in standing(found[entity]) if not one.withdrawn] for entity in entities
    }


def _new_id(name: str, party: Organisation) -> UUID:
    # Who is the first to speak of a product without a lot number must not have a say in what others sell of it.
    return uuid5(NAMESPACE_URL, f"{party.public_id} {name}" if identifiers.kind(name) is Kind.CLASS else name)


def _spoken(lots: Iterable[KnownLot], party: Organisation) -> Counter[UUID]:
    others = [lot.id for lot in lots if lot.custodian != party.pk]
    if not others:
        return Counter()
    counted = EpcisItem.objects.filter(lot__in=others, event__party=party).values_list("lot").annotate(Count("pk"))
    return Counter(dict(counted))


def _items(bodies: Iterable[Body]) -> Iterator[Body]:
    return (item for body in bodies for item in body.get("items", ()))


def _check_unmoved(batch: chain.Batch, lengths: Mapping[str, int], lots: Iterable[KnownLot]) -> None:
    expected = {**lengths, **{lot.entity: 0 for lot in lots if lot.is_new}}
    for entity, length in expected.items():
        eseq, _head = batch.heads.get(entity, (-1, b""))
        if eseq + 1 != length:
            raise RowConflictError(f"{entity}: moved on while it was being looked at")
