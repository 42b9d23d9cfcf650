"""Water in grain and nuts: what a lot weighs at another moisture."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from traceability.balance.rounding import to_gram, to_hundredth

_WHOLE = Decimal(100)


def at_moisture(kg: Decimal, *, measured: Decimal, wanted: Decimal) -> Decimal:
    """Give what the same dry matter weighs at another moisture: W2 = W1 (100 - M1) / (100 - M2), to the gram.

    Moistures are percent of the wet weight, as meters show them. Requires 0 <= measured <= 100 and 0 <= wanted < 100.
    """
    return to_gram(Fraction(kg) * Fraction(_WHOLE - measured) / Fraction(_WHOLE - wanted))


def mean_moisture(parts: Iterable[tuple[Decimal, Decimal]]) -> Decimal:
    """Give the moisture of what is poured together, from (kg, percent) of each part, to a hundredth of a percent.

    Percent of the wet weight may be weighed by wet weights: the water adds up. Requires parts of more than 0 kg.
    """
    weighed = [(Fraction(kg), Fraction(percent)) for kg, percent in parts]
    water = sum((kg * percent for kg, percent in weighed), Fraction(0))
    return to_hundredth(water / sum((kg for kg, _percent in weighed), Fraction(0)))
