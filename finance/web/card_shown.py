"""What the pages show of a card: its bins in the order of the values, and its reports with their drawings."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from finance.fitting.drawing import Drawing, reliability_drawing, running_drawing
from finance.models import CardReport, Scorecard
from finance.queries.reason_texts import name_of
from traceability.enums import Crop
from traceability.ledger.scores import CategoryVariable, Levels, NumberVariable, parse_card
from traceability.msgids import gettext_noop
from traceability.standards import divisions

GROUPS = {
    "under_10_mu": _("farms under 10 mu"),
    "minority_county": _("farms in autonomous counties"),
    "women": _("farms run by women, against men"),
    "60_and_older": _("farms run by people of 60 and older"),
}
# What the expert card says of itself; the page translates it.
_SAID = (gettext_noop("cold start, before outcomes are known"), gettext_noop("expert judgement, no data"))
_SCORES = (500, 540, 580, 620, 660, 700)
MEASURES = {"approval": _("at or above the cut"), "tpr": _("at or above the cut, among the good")}


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable: where it is cut, and what each bin gives."""

    name: str
    bins: tuple[tuple[str, int], ...]
    missing: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A report with its drawing, where it has one."""

    report: CardReport
    figures: dict[str, Any]
    drawing: Drawing | None


def variables_of(row: Scorecard) -> list[Variable]:
    """Give the variables of a card in its order."""
    card = parse_card(bytes(row.data), card_id=row.pk)
    return [Variable(str(name_of(one.name)), tuple(_bins(one)), one.absent.points) for one in card.variables]


def _bins(one: NumberVariable | CategoryVariable) -> Iterator[tuple[str, int]]:
    members = one.members()
    if isinstance(one, CategoryVariable):
        yield from ((name, points) for name, points in members["categories"])
        return
    edges, points = members["breaks"], members["points"]
    for place, given in enumerate(points):
        if not edges:
            yield "–", given
        elif place == 0:
            yield f"< {edges[0]}", given
        else:
            yield f"≥ {edges[place - 1]}", given


def reports_of(row: Scorecard) -> dict[str, Shown]:
    """Give the newest report of each kind."""
    newest = {one.kind: one for one in row.reports.order_by("day")}
    return {kind: Shown(one, _readable(one), _drawing(one)) for kind, one in newest.items()}


def chances_of(row: Scorecard, levels: Levels) -> list[tuple[int, float]]:
    """Give the chance of default, in percent, behind some scores."""
    scale = parse_card(bytes(row.data), card_id=row.pk).scale
    return [(score, levels.chance(scale, score) / 100) for score in _SCORES]


def _drawing(report: CardReport) -> Drawing | None:
    figures = report.figures
    if report.kind == "calibration":
        return reliability_drawing([(band["expected"], band["observed"]) for band in figures["bands"]])
    if report.kind == "drift" and figures["months"]:
        return running_drawing(figures["above"], figures["months"], limit=figures["limit"])
    return None


def _readable(report: CardReport) -> dict[str, Any]:
    figures = dict(report.figures)
    if report.kind == "calibration":
        for name in ("bands", "groups", "crops"):
            figures[name] = [_percents(one) for one in figures.get(name, [])]
        for one in figures["groups"]:
            one["name"] = divisions.place(one["name"], get_language() or "zh-hans") or one["name"]
        for one in figures["crops"]:
            one["name"] = Crop(one["name"]).label
        figures["ece_percent"] = 100 * figures["ece"]
    if report.kind == "drift":
        # Chance reaches below none; bad loans do not.
        figures["quarters"] = [one | {"least": max(0, one["least"])} for one in figures["quarters"]]
        figures["rows"] = list(
            zip(figures["months"], figures["expected"], figures["bads"], figures["above"], strict=True)
        )
    if report.kind == "fairness":
        figures["ratios"] = [
            one | {"group": GROUPS.get(one["group"], one["group"]), "measure": MEASURES[one["measure"]]}
            for one in figures["ratios"]
        ]
    return figures


def _percents(one: dict[str, Any]) -> dict[str, Any]:
    return one | {name: 100 * one[name] for name in ("expected", "observed")}
