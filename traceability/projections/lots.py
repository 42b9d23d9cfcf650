"""What follows from the history of a lot."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from traceability.enums import LotKind
from traceability.events.lots import MADE, SAID_ONLY, UNDONE, USED
from traceability.models import Lot, Sample
from traceability.projections.holds import standing_holds
from traceability.projections.plots import entity_id
from traceability.projections.projection import Projection, Recorded, Row
from traceability.projections.standing import Standing, decimal_of, standing

# What the column holds: partners' documents may say more, and more finely.
_GRAMS = Decimal("0.001")
_TOO_MUCH = Decimal(10**11)


def rows(history: Sequence[Recorded]) -> list[Row]:
    """Give the lot's row: of its own making where it has one, else of what EPCIS events say of it."""
    if not history:
        return []
    events = [one for one in standing(history) if not one.withdrawn]
    party = UUID(history[0].leaf.actor.speaks_for)
    facts = _made(history) if history[0].leaf.type in _MADE else _named(events)
    row: Row = {"id": entity_id(history[0]), "registrant__public_id": party, "custodian__public_id": party}
    passed_on, since = _passed_on(events)
    if passed_on:
        row["custodian__public_id"] = passed_on
    row["held"] = bool(standing_holds(history))
    row["place"] = next((one.private.get("place", "") for one in reversed(since) if one.type == "lot.stored"), "")
    row["supplier_code"] = next((one.body["supplier_code"] for one in reversed(events) if _names_supply(one)), "")
    return [row | facts]


def samples(history: Sequence[Recorded]) -> list[Row]:
    """Give a row for each sample of a lot that was given to a laboratory."""
    events = [one for one in standing(history) if not one.withdrawn]
    reported = {one.body.get("sample"): one.day for one in events if one.type == "test.reported"}
    return [
        {
            "id": UUID(one.event.leaf.id),
            "lot_id": entity_id(one.event),
            "number": one.body["sample"],
            "laboratory__public_id": UUID(one.body["laboratory"]),
            "taken_on": one.day,
            "reported_on": reported.get(one.body["sample"]),
        }
        for one in events
        if one.type == "sample.taken" and "laboratory" in one.body
    ]


_MADE = frozenset({"lot.harvested", "lot.processed", "lot.taken_in"})
# What is weighed again replaces what the books said.
WEIGHED = frozenset({"lot.received", "lot.counted"})
_NAMING = frozenset({"item.named", "item.linked"})


def _passed_on(events: Sequence[Standing]) -> tuple[UUID | None, list[Standing]]:
    """Give who has the lot since it changed hands last, if it did, and what was recorded since."""
    taker, since = None, 0
    for number, one in enumerate(events):
        if one.type == "lot.handed_over":
            taker, since = UUID(one.body["to"]), number + 1
        elif one.type == "lot.received" and "kg" in one.body:
            taker, since = UUID(one.event.leaf.actor.party), number + 1
    return taker, list(events[since:])


def _names_supply(one: Standing) -> bool:
    return one.type in {"lot.taken_in", "lot.received"} and "supplier_code" in one.body


def _moved(events: Sequence[Standing]) -> Decimal:
    """Reckon what was added and taken by our own records since a lot was made."""
    used = sum((Decimal(one.body["kg"]) for one in events if one.type == "lot.consumed"), Decimal(0))
    weighed = (one.body for one in events if one.type in WEIGHED and "kg" in one.body and "book_kg" in one.body)
    return sum((Decimal(body["kg"]) - Decimal(body["book_kg"]) for body in weighed), -used)


def _moisture(made: Standing, events: Sequence[Standing]) -> Decimal | None:
    measured = [one for one in events if one.type == "lot.received" and "moisture_percent" in one.body]
    return (measured[-1] if measured else made).number("moisture_percent")


def _made(history: Sequence[Recorded]) -> Row:
    # Of a lot that was withdrawn nothing is left, but its name stays taken.
    made, *later = standing(history)
    valid = [one for one in later if not one.withdrawn]
    body = made.body
    left = Decimal(body["kg"]) + _moved(valid)
    # Below zero only by what was recorded here, so that a correction that takes away too much is seen.
    left -= min(max(left, Decimal(0)), sum(_amounts(linked_to(valid), USED), Decimal(0)))
    season = body.get("season")
    return {
        "epc": body["epc"],
        "kind": LotKind.LOT.value,
        "gtin": body.get("gtin", ""),
        "code": body["code"],
        "season_id": UUID(season.partition(":")[2]) if season else None,
        "product_name": body.get("product_name", ""),
        "crop": body.get("crop", ""),
        "product_form": body["product_form"],
        "produced_on": made.day,
        "kg": Decimal(0) if made.withdrawn else left,
        "moisture_percent": _moisture(made, valid),
    }


def _named(events: Sequence[Standing]) -> Row:
    said: dict[str, Any] = {}
    for one in events:
        if one.type in _NAMING:
            # What is said first stays: a partner that names an item later in passing does not rename it.
            said = {**one.body, **said}
    linked = linked_to(events)
    days = [body["date"] for body in linked if "date" in body]
    return {
        "epc": said["epc"],
        "kind": said.get("kind", LotKind.LOT.value),
        "gtin": said.get("gtin", ""),
        "code": said.get("code", ""),
        "season_id": None,
        "product_name": said.get("product_name", ""),
        "crop": said.get("crop", ""),
        "product_form": said.get("product_form", ""),
        "produced_on": date.fromisoformat(days[0]) if days else None,
        "kg": _left_of_told(linked, events),
        "moisture_percent": _moisture(events[0], events[1:]) if events else None,
    }


def linked_to(events: Sequence[Standing]) -> list[Mapping[str, Any]]:
    """List what EPCIS events say of the lot; of an event that was declared wrong, nothing is left."""
    bodies = [one.body for one in events if one.type == "item.linked" and not one.body.get(SAID_ONLY)]
    undone = {body["event"]["entity"] for body in bodies if body.get("effect") == UNDONE}
    return [body for body in bodies if body["event"]["entity"] not in undone]


def _told(linked: Sequence[Mapping[str, Any]]) -> Decimal | None:
    """Reckon what is left: all that was made, or where nobody told of that, what was seen first, less what was used."""
    known = _amounts(linked, MADE) or _amounts(linked, None)[:1]
    if not known:
        return None
    # Partners tell of a part of what happens: more may go out of an item than they said ever came in.
    left = max(sum(known, Decimal(0)) - sum(_amounts(linked, USED)), Decimal(0))
    return left if left < _TOO_MUCH else None


def _left_of_told(linked: Sequence[Mapping[str, Any]], events: Sequence[Standing]) -> Decimal | None:
    told = _told(linked)
    # Where nobody ever said how much there is, the first scale does.
    first = (one for one in events if one.type == "lot.received" and "kg" in one.body and "book_kg" not in one.body)
    weighed = next((Decimal(one.body["kg"]) for one in first), None)
    known = weighed if told is None else told
    return None if known is None else max(known + _moved(events), Decimal(0))


def _amounts(linked: Sequence[Mapping[str, Any]], effect: str | None) -> list[Decimal]:
    found = (decimal_of(body, "kg") for body in linked if body.get("effect") == effect)
    return [kg.quantize(_GRAMS) for kg in found if kg is not None and kg < _TOO_MUCH]


LOTS = Projection(
    model=Lot,
    prefix="lot",
    columns=(
        "id",
        "epc",
        "kind",
        "gtin",
        "code",
        "registrant__public_id",
        "custodian__public_id",
        "season_id",
        "product_name",
        "crop",
        "product_form",
        "produced_on",
        "kg",
        "moisture_percent",
        "place",
        "supplier_code",
        "held",
    ),
    key=("id",),
    rows=rows,
)
SAMPLES = Projection(
    model=Sample,
    prefix="lot",
    columns=("id", "lot_id", "number", "laboratory__public_id", "taken_on", "reported_on"),
    key=("id",),
    rows=samples,
    entity_column="lot_id",
)
