"""Signs that a card no longer fits: another population, or more bad loans than it expects."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

from finance.fitting.woe import Floats, Ints

BANDS = 10
_POPULATION_LEVEL = 0.95
# Page's CUSUM of monthly z-scores: slack of half a standard deviation, alarm at six. What it takes for false and for
# missed alarms is measured by benchmarks/scorecards_watched.py.
SLACK, LIMIT = 0.5, 6.0
# By so much of the expected a card may be off without anybody having to look: no card is exact, and among many
# thousands of loans the smallest error would be beyond chance.
TOLERANCE = 0.15


@dataclass(frozen=True, slots=True)
class Shift:
    """How far a population is from the reference, and how far chance alone would take it."""

    psi: float
    limit: float

    @property
    def is_alarm(self) -> bool:
        """Whether it is further than chance."""
        return self.psi > self.limit


def shift_of(reference: Ints, now: Ints) -> Shift:
    """Compare counts by band: PSI against chi2_{B-1}(.95) * (1/n + 1/m), which holds at any size of sample."""
    before, after = int(reference.sum()), int(now.sum())
    expected = (reference + 0.5) / (before + 0.5 * len(reference))
    found = (now + 0.5) / (after + 0.5 * len(now))
    psi = float(np.sum((found - expected) * np.log(found / expected)))
    limit = float(chi2.ppf(_POPULATION_LEVEL, len(reference) - 1)) * (1 / before + 1 / after)
    return Shift(psi, limit)


def bands_of(reference: Floats, *, bands: int = BANDS) -> Floats:
    """Give the edges of bands that hold about as many of the reference each."""
    return np.unique(np.quantile(reference, np.linspace(0, 1, bands + 1)[1:-1]))


def counts_in(edges: Floats, values: Floats) -> Ints:
    """Count values by band."""
    return np.bincount(np.searchsorted(edges, values, side="right"), minlength=len(edges) + 1).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Month:
    """The loans that came of age in a month: how many, how many bad ones the card expected, how many came."""

    name: str
    loans: int
    expected: float
    variance: float
    bads: int

    @property
    def excess(self) -> float:
        """Bad loans beyond what was expected, in standard deviations of chance and tolerance."""
        spread = math.hypot(math.sqrt(self.variance), TOLERANCE * self.expected)
        return (self.bads - self.expected) / spread if spread else 0.0


def month_of(name: str, risk: Floats, bads: int) -> Month:
    """Add up a month's loans."""
    return Month(name, len(risk), float(risk.sum()), float((risk * (1 - risk)).sum()), bads)


def cusum(months: Sequence[Month]) -> list[tuple[float, float]]:
    """Give the running sums above and below after each month; one above LIMIT is an alarm."""
    above = below = 0.0
    found = []
    for month in months:
        above = max(0.0, above + month.excess - SLACK)
        below = max(0.0, below - month.excess - SLACK)
        found.append((above, below))
    return found


def first_alarm(months: Sequence[Month]) -> int | None:
    """Give the place of the first month with an alarm."""
    return next((place for place, sums in enumerate(cusum(months)) if max(sums) > LIMIT), None)
