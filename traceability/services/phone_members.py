"""The members of a body that a phone has reckoned itself, held against what was typed."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from uuid import UUID

from traceability.decimals import decimal_text, read_decimal
from traceability.errors import RefusedError
from traceability.events import check_body
from traceability.ledger.leaf import Leaf
from traceability.models import Season
from traceability.services.harvests import PRODUCT_FORMS, Harvest
from traceability.services.lots import LotFacts
from traceability.standards import units

# Which member an amount as typed stands for, by type of event and unit; anything else is a weight.
_WATER: Mapping[str, str] = MappingProxyType({"m3": "water_m3", "cm": "depth_mm"})
_WEIGHTS: Mapping[str, str] = MappingProxyType(
    {"growth.fertilised": "kg", "growth.sown": "seed_kg", "season.harvested": "kg"}
)


def check_amounts(name: str, body: Mapping[str, Any]) -> None:
    """Check that a body has the form of its type, and that the amount as typed is the one in the unit of the SI.

    Raises EventError, UnitError, RefusedError.
    """
    check_body(name, {**body, "date": "2000-01-01"}, "/content/body")
    typed = body.get("typed")
    if typed is None:
        return
    member, convert = _measured(name, typed["unit"])
    reckoned = decimal_text(convert(typed["value"], typed["unit"]))
    said = body.get(member)
    if said is None or read_decimal(said) != read_decimal(reckoned):
        text = f"{typed['value']} {typed['unit']}"
        raise RefusedError("/content/body/typed", "typed_disagrees", typed=text, value=f"{said} ({member})")


def harvest_of(leaf: Leaf, private: Mapping[str, Any], season: Season, *, lot_id: UUID) -> Harvest:
    """Read a harvest that a phone signed. Requires a body that `check_amounts` took. Raises RefusedError."""
    body = leaf.body
    if body["lot"] != f"lot:{lot_id}":
        raise RefusedError("/content/body/lot", "other_lot")
    lot = LotFacts(kg=Decimal(body["kg"]), product_form=PRODUCT_FORMS[season.crop], typed=body.get("typed"))
    return Harvest(
        lot=lot,
        area_mu=Decimal(body["area_mu"]) if "area_mu" in body else None,
        interval_reason=str(private.get("interval_reason", "")),
        signed_early=bool(body.get("inside_interval")),
        note=str(private.get("note", "")),
        attached=leaf.attachments,
    )


def _measured(name: str, unit: str) -> tuple[str, Callable[[str, str], Decimal]]:
    if name == "growth.irrigated":
        return _WATER[unit], _water
    return _WEIGHTS[name], lambda value, unit: units.mass(value, unit, "/content/body/typed").si_value


def _water(value: str, unit: str) -> Decimal:
    return read_decimal(value) * (10 if unit == "cm" else 1)
