"""Sheets of plots."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from accounts.models import Membership
from traceability.models import Plot
from traceability.services.entries import Entry
from traceability.services.imports.kind import SheetOf, Values
from traceability.services.plots import PlotFacts, register_plot
from traceability.sheets import Column, area, day, decimal, identifier, text
from traceability.standards import units
from traceability.standards.units import Quantity


def _write(values: Values, entry: Entry, membership: Membership, at: datetime) -> Plot:
    size = _size(values)
    facts = PlotFacts(
        number=values["number"],
        name=values.get("name", ""),
        division_code=values["division_code"],
        declared_mu=units.in_mu(size),
        typed=size.typed,
        boundary=_point(values),
        note=values.get("note", ""),
    )
    return register_plot(entry=entry, facts=facts, membership=membership, at=at)


def _size(values: Values) -> Quantity:
    return units.area(format(values["area"].value, "f"), values["area"].unit)


def _point(values: Values) -> bytes | None:
    if "longitude" not in values and "latitude" not in values:
        return None
    # A half of a point is no position; the rule of boundaries says so.
    position = ", ".join(str(values[name]) for name in ("longitude", "latitude") if name in values)
    return f'{{"type": "Point", "coordinates": [{position}]}}'.encode()


def _total(values: Values) -> Mapping[str, Decimal]:
    return {"mu": units.in_mu(_size(values))}


_DEGREES = decimal(places=9, least=Decimal(-180), most=Decimal(180))

PLOTS = SheetOf(
    columns=(
        Column("number", ("地块编号", "plot number"), text(40)),
        Column("name", ("地块名称", "name"), text(60), required=False),
        Column("area", ("面积", "area"), area()),
        Column("division_code", ("村代码", "village division code"), identifier(r"\d{12}", "211104105203")),
        Column("longitude", ("经度", "longitude"), _DEGREES, required=False),
        Column("latitude", ("纬度", "latitude"), _DEGREES, required=False),
        Column("day", ("登记日期", "day"), day),
        Column("note", ("备注", "note"), text(1000), required=False),
    ),
    example=("示例-01", "东大方", "38.6亩", "211104105203", "122.05", "41.12", "2026-04-01", ""),
    write=_write,
    # A party's plot number stands for one plot.
    identity=lambda values: str(values["number"]),
    named_by="number",
    total=_total,
    fields={"declared_mu": "area", "boundary": "longitude", "coordinates": "longitude", "time": "day"},
)
