"""The expert card's sum as one more feature: what wins while outcomes are few.

Measured before it was chosen: an expert card beats a fitted one until about 450 labelled loans, and a blend with hard
shrinkage beats both from 200 on. The blend is a card like any other: the expert's points, shrunk or stretched, and the
fitted ones are added bin by bin.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from finance.fitting.binning import Bins, Direction, bins_of
from finance.fitting.compiling import FACTOR, Heading, members_of, number_members, score_of
from finance.fitting.table import Column
from finance.fitting.woe import LEAST_IV, Flags, Floats, Ints

# How much more the expert counts than one variable, under the same penalty.
TRUST = 3.0
BLEND_C = 0.05


@dataclass(frozen=True, slots=True)
class ExpertVariable:
    """A number's variable of the expert card, in units of 10^-places."""

    name: str
    places: int
    breaks: tuple[int, ...]
    points: tuple[int, ...]
    missing: int

    def points_for(self, numbers: Floats) -> Ints:
        """Give the points of each row; NaN is missing."""
        units = np.floor(np.nan_to_num(numbers) * 10**self.places + 1e-6)
        given = np.array(self.points)[np.searchsorted(np.array(self.breaks), units, side="right")]
        return np.asarray(np.where(np.isnan(numbers), self.missing, given), dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Blend:
    """Log odds of good = intercept + expert * (the expert's sum) + sum of coefficient * weight."""

    intercept: float
    expert: float
    variables: tuple[ExpertVariable, ...]
    bins: tuple[Bins, ...]
    coefficients: Floats

    def log_odds(self, columns: Sequence[Column]) -> Floats:
        """Give ln(good:bad) of each row."""
        named = {column.name: column for column in columns}
        total = self.intercept + self.expert * expert_sum(self.variables, columns)
        for one, coefficient in zip(self.bins, self.coefficients, strict=True):
            total = total + coefficient * one.coded(named[one.name])
        return np.asarray(total, dtype=np.float64)

    def risk(self, columns: Sequence[Column]) -> Floats:
        """Give the probability of bad of each row."""
        return np.asarray(1 / (1 + np.exp(self.log_odds(columns))), dtype=np.float64)


def expert_sum(variables: Sequence[ExpertVariable], columns: Sequence[Column]) -> Ints:
    """Give the sum of the expert's points of each row, without its start."""
    named = {column.name: column.numbers for column in columns}
    count = len(columns[0])
    total = np.zeros(count, dtype=np.int64)
    for one in variables:
        numbers = named.get(one.name)
        total += one.points_for(np.full(count, np.nan) if numbers is None else numbers)
    return total


def fit_blend(
    columns: Sequence[Column],
    bad: Flags,
    *,
    variables: Sequence[ExpertVariable],
    directions: Mapping[str, Direction],
) -> Blend:
    """Fit; a variable whose sign comes out wrong goes, the worst first. The expert never goes."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - seconds that most programs need not wait

    sums = expert_sum(variables, columns)
    middle, spread = float(sums.mean()), float(sums.std()) or 1.0
    index = TRUST * (sums - middle) / spread
    named = {column.name: column for column in columns}
    found = [bins_of(column, bad, direction=directions.get(column.name, Direction.EITHER)) for column in columns]
    kept = [bins for bins in found if bins.iv >= LEAST_IV and bins.cut.bins >= 2]
    while True:
        coded = np.column_stack([index, *(bins.coded(named[bins.name]) for bins in kept)])
        model = LogisticRegression(C=BLEND_C, max_iter=1000, tol=1e-8).fit(coded, ~bad)
        coefficients = np.asarray(model.coef_[0], dtype=np.float64)
        if not kept or coefficients[1:].min() > 0:
            break
        del kept[int(coefficients[1:].argmin())]
    expert = max(float(coefficients[0]), 0.0) * TRUST / spread
    intercept = float(model.intercept_[0]) - expert * middle
    return Blend(intercept, expert, tuple(variables), tuple(kept), coefficients[1:])


def blend_members(blend: Blend, heading: Heading) -> dict[str, Any]:
    """Give the members of the card file: of each variable the breakpoints of both, and the sum of their points."""
    fitted = {bins.name: (bins, float(part)) for bins, part in zip(blend.bins, blend.coefficients, strict=True)}
    variables = [_joined(one, blend.expert, fitted.get(one.name)) for one in blend.variables]
    return members_of(heading, start=round(score_of(blend.intercept)), variables=variables)


def _joined(one: ExpertVariable, expert: float, fitted: tuple[Bins, float] | None) -> dict[str, Any]:
    edges: set[int] = set(one.breaks)
    if fitted:
        edges |= {round(edge * 10**one.places) for edge in fitted[0].cut.edges.tolist()}
    breaks = sorted(edges)
    # One value of each joint bin: its own lower break, and below all of them one unit less than the first.
    units = [breaks[0] - 1, *breaks] if breaks else [0]
    within = np.array([unit / 10**one.places for unit in units] + [np.nan])
    total = expert * one.points_for(within)
    if fitted:
        total = total + fitted[1] * fitted[0].coded(Column(one.name, numbers=within))
    points = np.rint(FACTOR * total).astype(int).tolist()
    return number_members(one.name, breaks, points[:-1], missing=points[-1], places=one.places)
