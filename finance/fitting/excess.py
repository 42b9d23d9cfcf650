"""More bad loans, or fewer, than a card expects: by the quarter for a shock, added up month by month for a slow drift.

How often eight quiet quarters raise an alarm is fixed beforehand: in one of a hundred portfolios by the quarter, and in
at most one of five hundred by the running sums. benchmarks/scorecards_watched.py measures it. Where odds shift alike
for all, nothing but the number of bad loans tells of it: no other test at these levels misses less.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from finance.fitting.woe import Floats

QUARTERS = 8
# Chances of a false alarm within eight quarters. Too many bad ones is what costs money, so it has the most of it.
_ABOVE, _BELOW, _RUNNING = 0.008, 0.002, 0.002
# By so much of the expected a card may be off without anybody having to look: no card is exact, and among many
# thousands of loans the smallest error would be beyond chance.
TOLERANCE = 0.05
# Below, the tail of a count is no longer what its first three moments say.
_FEWEST_EXPECTED = 5
# The running sums look for odds of a bad loan that are higher, or lower, by two thirds (e^.5).
_SOUGHT = 0.5
# By Ville's inequality a likelihood ratio passes e^h with a chance of at most e^-h, wherever it starts and whatever the
# portfolio is like; it may start in each of 24 months, upward or downward.
LIMIT = math.log(2 * 3 * QUARTERS / _RUNNING)


@dataclass(frozen=True, slots=True)
class Month:
    """The loans paid out in a month (2026-07): how many, how many bad ones the card expected, how many came.

    `third` is the third central moment of the number of bad ones; `above` and `below` are what chance takes from the
    running sums.
    """

    name: str
    loans: int
    expected: float
    variance: float
    third: float
    bads: int
    above: float
    below: float


@dataclass(frozen=True, slots=True)
class Quarter:
    """The loans of a quarter (2026Q3), with the numbers of bad ones between which chance and tolerance leave it."""

    name: str
    loans: int
    expected: float
    bads: int
    least: float
    most: float

    @property
    def is_outside(self) -> bool:
        """Whether it had more or fewer bad loans than that."""
        return self.expected >= _FEWEST_EXPECTED and not self.least <= self.bads <= self.most


def month_of(name: str, risk: Floats, bads: int) -> Month:
    """Add up a month's loans, by the risk of each."""
    spread = risk * (1 - risk)
    return Month(
        name=name,
        loans=len(risk),
        expected=float(risk.sum()),
        variance=float(spread.sum()),
        third=float((spread * (1 - 2 * risk)).sum()),
        bads=bads,
        above=_chance(risk, 1),
        below=_chance(risk, -1),
    )


def quarters_of(months: Sequence[Month]) -> list[Quarter]:
    """Add up months by calendar quarter, in order."""
    return [_quarter(name, list(part)) for name, part in groupby(months, key=lambda month: quarter_name(month.name))]


def quarter_name(month: str) -> str:
    """Name the quarter of a month: 2026Q3 of 2026-07."""
    year, _, number = month.partition("-")
    return f"{year}Q{(int(number) + 2) // 3}"


def running(months: Sequence[Month]) -> list[tuple[float, float]]:
    """Give the running sums above and below after each month (Page's CUSUM); one above LIMIT is an alarm."""
    above = below = 0.0
    gain = _SOUGHT - _slack()
    found = []
    for month in months:
        above = max(0.0, above + gain * month.bads - month.above)
        below = max(0.0, below - gain * month.bads - month.below)
        found.append((above, below))
    return found


def _quarter(name: str, months: Sequence[Month]) -> Quarter:
    expected = sum(month.expected for month in months)
    spread = math.hypot(math.sqrt(sum(month.variance for month in months)), TOLERANCE * expected)
    skew = sum(month.third for month in months) / spread**3 if spread else 0.0
    return Quarter(
        name=name,
        loans=sum(month.loans for month in months),
        expected=expected,
        bads=sum(month.bads for month in months),
        least=expected + spread * _quantile(_each(_BELOW), skew),
        most=expected + spread * _quantile(1 - _each(_ABOVE), skew),
    )


def _each(level: float) -> float:
    """Give the level of one look, of which eight have this one together."""
    return float(1 - (1 - level) ** (1 / QUARTERS))


def _quantile(level: float, skew: float) -> float:
    # Cornish and Fisher: a count of rare events leans to the right, and its upper tail is longer than the normal one.
    from scipy.stats import norm  # noqa: PLC0415 - seconds that most programs need not wait

    z = float(norm.ppf(level))
    return z + (z * z - 1) * skew / 6


def _slack() -> float:
    return math.log1p(TOLERANCE)


def _chance(risk: Floats, sign: int) -> float:
    """Give the log of the mean likelihood ratio of these loans: odds as sought, against odds as far off as is let be.

    The ratio rises with the bad loans, so that any truth nearer to the card than the tolerance gives a smaller one.
    """
    sought, let_be = (np.log1p(risk * math.expm1(sign * shift)) for shift in (_SOUGHT, _slack()))
    return float((sought - let_be).sum())
