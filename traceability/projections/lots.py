"""What follows from the history of a lot."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from traceability.enums import LotKind
from traceability.events.lots import MADE, UNDONE, USED
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
    party = UUID(history[0].leaf.actor.party)
    facts = _made(history) if history[0].leaf.type in _MADE else _named(events)
    row: Row = {"id": entity_id(history[0]), "registrant__public_id": party, "custodian__public_id": party}
    handed_over = [one for one in events if one.type == "lot.handed_over"]
    if handed_over:
        row["custodian__public_id"] = UUID(handed_over[-1].body["to"])
    row["held"] = bool(standing_holds(history))
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


_MADE = frozenset({"lot.harvested", "lot.processed"})
_NAMING = frozenset({"item.named", "item.linked"})


def _made(history: Sequence[Recorded]) -> Row:
    # Of a lot that was withdrawn nothing is left, but its name stays taken.
    made, *later = standing(history)
    valid = [one for one in later if not one.withdrawn]
    body = made.body
    left = Decimal(body["kg"]) - sum(Decimal(one.body["kg"]) for one in valid if one.type == "lot.consumed")
    # Below zero only by what was recorded here, so that a correction that takes away too much is seen.
    left -= min(max(left, Decimal(0)), sum(_amounts(_linked(valid), USED), Decimal(0)))
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
        "moisture_percent": made.number("moisture_percent"),
    }


def _named(events: Sequence[Standing]) -> Row:
    said: dict[str, Any] = {}
    for one in events:
        if one.type in _NAMING:
            # What is said first stays: a partner that names an item later in passing does not rename it.
            said = {**one.body, **said}
    linked = _linked(events)
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
        "kg": _told(linked),
        "moisture_percent": None,
    }


def _linked(events: Sequence[Standing]) -> list[Mapping[str, Any]]:
    """List what EPCIS events say of the lot; of an event that was declared wrong, nothing is left."""
    bodies = [one.body for one in events if one.type == "item.linked"]
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
