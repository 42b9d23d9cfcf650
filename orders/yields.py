"""How much a field may give: a lognormal through three quantiles that a grower can name.

A bad year (one in ten is worse), a usual one (half are), a good one (one in ten is better). Below the usual year the
bad one says how far yields spread, above it the good one does: the two need not be alike. Masses are in kg.
"""

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from math import erfc, exp, log, sqrt
from statistics import NormalDist

_NORMAL = NormalDist()
_Z90 = _NORMAL.inv_cdf(0.9)
_MIDDLE = 0.5
_GRAM = Decimal("0.001")
# Of a quantile that is nothing there is no logarithm; a gram stands for it.
_LEAST = 0.001


@dataclass(frozen=True, slots=True)
class Yield:
    """A yield's quantiles in kg: p10 <= p50 <= p90."""

    p10: Decimal
    p50: Decimal
    p90: Decimal

    def quantile(self, share: float) -> Decimal:
        """Give the mass below which the yield stays in this share of years, rounded down to grams."""
        if self.p50 <= 0:
            return Decimal(0)
        spread = self._below() if share < _MIDDLE else self._above()
        found = float(self.p50) * exp(spread * _NORMAL.inv_cdf(share))
        return Decimal(found).quantize(_GRAM, ROUND_DOWN)

    def chance_above(self, kg: Decimal) -> float:
        """Give the share of years in which the yield is above this mass."""
        if self.p50 <= 0:
            return 0.0
        if kg <= 0:
            return 1.0
        spread = self._below() if kg < self.p50 else self._above()
        if not spread:
            return float(self.p50 > kg)
        return _tail((log(float(kg)) - log(float(self.p50))) / spread)

    def expected_above(self, kg: Decimal) -> Decimal:
        """Give what the yield is expected to have above this mass, in kg: E[(Y - kg)+], at most a good year's yield.

        Who says that a good year gives a hundred times a usual one would have an endless harvest to expect.
        """
        if self.p50 <= 0:
            return Decimal(0)
        level, middle = max(float(kg), _LEAST), float(self.p50)
        found = _excess(max(level, middle), middle, self._above())
        if level < middle:
            found += _between(level, middle, self._below())
        return Decimal(min(found, float(self.p90))).quantize(_GRAM, ROUND_DOWN)

    def _below(self) -> float:
        return (log(float(self.p50)) - log(max(float(self.p10), _LEAST))) / _Z90

    def _above(self) -> float:
        return (log(float(self.p90)) - log(float(self.p50))) / _Z90


def _tail(deviations: float) -> float:
    # By its complement: 1 - cdf is nothing but rounding far out.
    return erfc(deviations / sqrt(2)) / 2


def _excess(level: float, middle: float, spread: float) -> float:
    """E[(Y - level)+] of a lognormal with this median, from its median on."""
    if not spread:
        return max(middle - level, 0.0)
    far = (log(level) - log(middle)) / spread
    return max(middle * exp(spread**2 / 2) * _tail(far - spread) - level * _tail(far), 0.0)


def _between(level: float, middle: float, spread: float) -> float:
    """Sum up the chance to be above each mass between a level and the median, of a lognormal with this median."""
    if not spread:
        return middle - level
    far = (log(level) - log(middle)) / spread
    within = middle * exp(spread**2 / 2) * (_tail(spread) - _tail(spread - far))
    return min(max(within + middle / 2 - level * _tail(far), 0.0), middle - level)
