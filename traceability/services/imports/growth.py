"""Sheets of field work."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from accounts.models import Membership
from traceability.errors import RefusedError
from traceability.events.vocabulary import DOSE_UNITS
from traceability.models import Season
from traceability.queries.farm import plots_visible_to
from traceability.services.entries import Entry, members
from traceability.services.growth import Operation, log_growth
from traceability.services.imports.kind import SheetOf, Values, everything, kilograms, mass
from traceability.sheets import Column, choice, day, decimal, dose, text, weight, whole
from traceability.standards import stages

Body = dict[str, object]


def _weighed(values: Values, name: str) -> Body:
    amount = mass(values.get("amount"))
    return members(**{name: kilograms(values.get("amount")), "typed": amount.typed if amount else None})


def _sprayed(values: Values) -> Body:
    amount = values.get("dose")
    said = {name: values.get(name) for name in ("product", "registration_no", "target", "phi_days")}
    return members(**said, dose={"value": format(amount.value, "f"), "unit": amount.unit} if amount else None)


# What each operation takes from the columns.
_BODIES: Mapping[str, Callable[[Values], Body]] = MappingProxyType(
    {
        "sown": lambda values: _weighed(values, "seed_kg"),
        "transplanted": lambda _values: {},
        "irrigated": lambda values: members(water_m3=values.get("water_m3")),
        "fertilised": lambda values: (
            members(product=values.get("product"), registration_no=values.get("registration_no"))
            | _weighed(values, "kg")
        ),
        "sprayed": _sprayed,
        "observed": lambda values: members(stage=values.get("stage")),
    }
)


def _words() -> dict[str, tuple[str, ...]]:
    """Give the words for operations: those of the log, and field work that has no event of its own."""
    own = {
        "sown": ("播种", "sowing"),
        "transplanted": ("插秧", "移栽", "transplanting"),
        "irrigated": ("浇水", "灌溉", "watering"),
        "fertilised": ("施肥", "fertilising"),
        "sprayed": ("打药", "喷药", "spraying"),
        "observed": ("观察", "observation"),
    }
    tended = [one for one in stages.operations().values() if one.event_type == "growth.tended"]
    return own | {one.operation: (one.name.chinese, one.name.english) for one in tended}


def _write(values: Values, entry: Entry, membership: Membership, at: datetime) -> Season:
    operation = values["operation"]
    name = operation if operation in _BODIES else "tended"
    body = _BODIES[name](values) if name in _BODIES else {"operation": operation}
    who = "observer" if name == "observed" else "operator"
    private = members(**{who: values.get("operator"), "note": values.get("note")})
    said = Operation(name=name, body=body, private=private)
    return log_growth(season=_season(values, membership), entry=entry, operation=said, membership=membership, at=at)


def _season(values: Values, membership: Membership) -> Season:
    plot = plots_visible_to(membership).filter(number=values["plot"]).first()
    if plot is None:
        raise RefusedError("/plot", "unknown_plot_number", plot=values["plot"])
    begun = Season.objects.filter(plot=plot, opened_on__lte=values["day"]).select_related("plot__holder")
    season = begun.order_by("opened_on", "pk").last()
    if season is None:
        raise RefusedError("/day", "no_season_then", plot=plot.number)
    return season


GROWTH = SheetOf(
    columns=(
        Column("plot", ("地块编号", "plot number"), text(40)),
        Column("day", ("日期", "day"), day),
        Column("operation", ("作业", "operation"), choice(_words())),
        Column("product", ("肥料或农药", "product"), text(60), required=False),
        Column("amount", ("用量", "quantity"), weight(), required=False),
        Column("water_m3", ("水量", "water"), decimal(places=2), required=False),
        Column("dose", ("剂量", "dose"), dose(DOSE_UNITS), required=False),
        Column("target", ("防治对象", "against"), text(60), required=False),
        Column("phi_days", ("安全间隔期", "pre-harvest interval"), whole(0, 365), required=False),
        Column("registration_no", ("登记证号", "registration number"), text(40), required=False),
        Column("stage", ("生育期", "growth stage"), text(4), required=False),
        Column("operator", ("作业人", "who did it"), text(60), required=False),
        Column("note", ("备注", "note"), text(1000), required=False),
    ),
    example=("示例-01", "2026-05-20", "施肥", "尿素", "200斤", "", "", "", "", "", "", "", ""),
    write=_write,
    identity=everything,
    total=lambda _values: {},
    fields={
        "time": "day",
        "date": "day",
        "kg": "amount",
        "seed_kg": "amount",
        "typed": "amount",
        "observer": "operator",
    },
)
