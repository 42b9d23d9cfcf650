"""What a field may give, judged by what such fields gave."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from statistics import median

from traceability.balance.rounding import to_gram


@dataclass(frozen=True, slots=True)
class Forecast:
    """Kilograms that an area may give: by the worst harvest, the middle one and the best of so many."""

    low: Decimal
    usual: Decimal
    high: Decimal
    harvests: int


@dataclass(frozen=True, slots=True)
class Harvest:
    """What an area in mu gave."""

    kg: Decimal
    area_mu: Decimal


def forecast_of(area_mu: Decimal, harvests: Sequence[Harvest]) -> Forecast | None:
    """Reckon what an area may give; None where there is no harvest to go by."""
    yields = [Fraction(one.kg) / Fraction(one.area_mu) for one in harvests if one.area_mu > 0]
    if not yields:
        return None
    low, usual, high = (to_gram(Fraction(area_mu) * one) for one in (min(yields), median(yields), max(yields)))
    return Forecast(low, usual, high, len(yields))
