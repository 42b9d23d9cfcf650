"""A fitted card as whole points, and as the file that anybody can score with."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from finance.fitting.binning import Bins
from finance.fitting.scorecard import Fitted
from finance.fitting.table import Column
from finance.fitting.woe import Ints

# 600 points at 20 good to one bad, and 40 points to double the odds.
BASE_SCORE, BASE_ODDS, PDO = 600, 20, 40
FACTOR = PDO / math.log(2)
OFFSET = BASE_SCORE - FACTOR * math.log(BASE_ODDS)


def score_of(log_odds: float) -> float:
    """Give the score of ln(good:bad)."""
    return OFFSET + FACTOR * log_odds


def points_of(fitted: Fitted) -> tuple[int, list[list[int]]]:
    """Give the base, and the whole points of each bin of each variable, that of missing last."""
    base = round(score_of(fitted.intercept))
    points = [
        np.rint(FACTOR * coefficient * bins.weights).astype(int).tolist()
        for bins, coefficient in zip(fitted.bins, fitted.coefficients, strict=True)
    ]
    return base, points


def integer_points(fitted: Fitted, columns: Sequence[Column]) -> Ints:
    """Give each row's score in whole points, unclipped."""
    named = {column.name: column for column in columns}
    base, points = points_of(fitted)
    total = np.full(len(columns[0]), base, dtype=np.int64)
    for bins, given in zip(fitted.bins, points, strict=True):
        total += np.array(given, dtype=np.int64)[bins.places(named[bins.name])]
    return total


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What a card says of itself."""

    name: str
    kind: str
    owner: str
    expires: date
    note: str


# So fine are the breakpoints of a feature whose unit nobody told.
_PLACES = 4
_SCALE = {"base": BASE_SCORE, "odds": BASE_ODDS, "pdo": PDO, "least": 300, "most": 850, "beyond": "clip"}
_GRADES = [["A", 660], ["B", 620], ["C", 580], ["D", 540]]


def card_members(fitted: Fitted, heading: Heading, *, places: Mapping[str, int] | None = None) -> dict[str, Any]:
    """Give the members of a card file; `places` are the decimals in which a feature is counted."""
    base, points = points_of(fitted)
    variables = [
        variable_members(bins, given, (places or {}).get(bins.name, _PLACES))
        for bins, given in zip(fitted.bins, points, strict=True)
    ]
    return members_of(heading, start=base, variables=variables)


def members_of(heading: Heading, *, start: int, variables: list[dict[str, Any]]) -> dict[str, Any]:
    """Put heading, scale and variables together."""
    return {
        "name": heading.name,
        "kind": heading.kind,
        "owner": heading.owner,
        "expires": heading.expires.isoformat(),
        "note": heading.note,
        "scale": _SCALE,
        "start": start,
        "variables": variables,
        "grades": _GRADES,
    }


def variable_members(bins: Bins, points: Sequence[int], places: int) -> dict[str, Any]:
    """Give one variable of a card; the last points are those of a missing value."""
    if bins.cut.groups is not None:
        pairs = sorted((name, points[place]) for name, place in bins.cut.groups.items())
        return {"name": bins.name, "categories": [list(pair) for pair in pairs], "missing": points[-1], "unknown": 0}
    units = [round(edge * 10**places) for edge in bins.cut.edges.tolist()]
    return number_members(bins.name, units, list(points[: bins.cut.bins]), missing=points[-1], places=places)


def number_members(
    name: str, units: Sequence[int], points: Sequence[int], *, missing: int, places: int
) -> dict[str, Any]:
    """Give a number's variable. Breakpoints that become one in so few places leave the later bin's points."""
    breaks: list[int] = []
    kept = [points[0]]
    for unit, given in zip(units, points[1:], strict=True):
        if breaks and unit == breaks[-1]:
            kept[-1] = given
        else:
            breaks.append(unit)
            kept.append(given)
    steps = np.diff(kept)
    better = "more" if (steps >= 0).all() else "less" if (steps <= 0).all() else "any"
    texts = [decimal_text(unit, places) for unit in breaks]
    return {"name": name, "better": better, "places": places, "breaks": texts, "points": kept, "missing": missing}


def decimal_text(unit: int, places: int) -> str:
    """Write so many units of 10^-places as the shortest decimal."""
    text = f"{abs(unit):0{places + 1}d}"
    whole, part = (text[:-places], text[-places:].rstrip("0")) if places else (text, "")
    return ("-" if unit < 0 else "") + (f"{whole}.{part}" if part else whole)
