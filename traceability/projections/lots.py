"""What follows from the history of a lot."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from traceability.enums import LotKind
from traceability.models import Lot, Sample
from traceability.projections.plots import entity_id
from traceability.projections.projection import Projection, Recorded, Row
from traceability.projections.standing import Standing, decimal_of, standing

# Roles in an EPCIS event that use an item up, so that the quantity beside them is what goes out of it.
_USED_UP = frozenset({"input"})
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
    row = {"id": entity_id(history[0]), "registrant__public_id": party, "custodian__public_id": party}
    handed_over = [one for one in events if one.type == "lot.handed_over"]
    if handed_over:
        row["custodian__public_id"] = UUID(handed_over[-1].body["to"])
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


def _made(history: Sequence[Recorded]) -> Row:
    # Of a lot that was withdrawn nothing is left, but its name stays taken.
    made, *later = standing(history)
    drawn = [Decimal(one.body["kg"]) for one in later if one.type == "lot.consumed" and not one.withdrawn]
    body = made.body
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
        "kg": Decimal(0) if made.withdrawn else Decimal(body["kg"]) - sum(drawn),
        "moisture_percent": made.number("moisture_percent"),
    }


def _named(events: Sequence[Standing]) -> Row:
    linked = [one.body for one in events if one.type == "item.linked"]
    said: dict[str, Any] = {}
    kg: Decimal | None = None
    for body in linked:
        # What is said first stays: a partner that names an item later in passing does not rename it.
        said = {**body, **said}
        kg = _after(kg, body)
    return {
        "epc": said["epc"],
        "kind": said.get("kind", LotKind.LOT.value),
        "gtin": said.get("gtin", ""),
        "code": said.get("code", ""),
        "season_id": None,
        "product_name": said.get("product_name", ""),
        "crop": said.get("crop", ""),
        "product_form": said.get("product_form", ""),
        "produced_on": date.fromisoformat(said["date"]) if "date" in said else None,
        "kg": kg,
        "moisture_percent": None,
    }


def _after(kg: Decimal | None, body: Mapping[str, Any]) -> Decimal | None:
    named = decimal_of(body, "kg")
    if named is None or named >= _TOO_MUCH:
        return kg
    named = named.quantize(_GRAMS)
    if body["role"] not in _USED_UP:
        return named
    # Partners tell of a part of what happens: more may go out of an item than they said ever came in.
    return None if kg is None else max(kg - named, Decimal(0))


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
