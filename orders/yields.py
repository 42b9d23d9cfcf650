"""How much a field may give: a lognormal through three quantiles that a grower can name.

A bad year (one in ten is worse), a usual one (half are), a good one (one in ten is better). Masses are in kg.
"""

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from math import exp, log
from statistics import NormalDist

_NORMAL = NormalDist()
_Z90 = _NORMAL.inv_cdf(0.9)
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
        found = float(self.p50) * exp(self._sigma() * _NORMAL.inv_cdf(share))
        return Decimal(found).quantize(_GRAM, ROUND_DOWN)

    def chance_above(self, kg: Decimal) -> float:
        """Give the share of years in which the yield is above this mass."""
        if self.p50 <= 0:
            return 0.0
        if kg <= 0:
            return 1.0
        sigma = self._sigma()
        if not sigma:
            return float(self.p50 > kg)
        return 1 - _NORMAL.cdf((log(float(kg)) - self._mu()) / sigma)

    def expected_above(self, kg: Decimal) -> Decimal:
        """Give what the yield is expected to have above this mass, in kg: E[(Y - kg)+]."""
        if self.p50 <= 0:
            return Decimal(0)
        sigma, mu, level = self._sigma(), self._mu(), max(float(kg), _LEAST)
        if not sigma:
            return max(self.p50 - kg, Decimal(0))
        d = (mu - log(level)) / sigma
        found = exp(mu + sigma**2 / 2) * _NORMAL.cdf(d + sigma) - level * _NORMAL.cdf(d)
        return Decimal(max(found, 0.0)).quantize(_GRAM, ROUND_DOWN)

    def _mu(self) -> float:
        return log(float(self.p50))

    def _sigma(self) -> float:
        low, high = max(float(self.p10), _LEAST), max(float(self.p90), _LEAST)
        return (log(high) - log(low)) / (2 * _Z90)
