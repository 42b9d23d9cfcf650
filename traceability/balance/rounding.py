"""The one rule of rounding: a fraction becomes a decimal once, half to even."""

from decimal import Decimal
from fractions import Fraction

_GRAMS_IN_A_KILOGRAM = 1000
_HUNDREDTHS = 100


def to_gram(kg: Fraction) -> Decimal:
    """Round kilograms to the gram, half to even."""
    return Decimal(round(kg * _GRAMS_IN_A_KILOGRAM)) / _GRAMS_IN_A_KILOGRAM


def to_hundredth(number: Fraction) -> Decimal:
    """Round a number of percent to its hundredths, half to even."""
    return Decimal(round(number * _HUNDREDTHS)) / _HUNDREDTHS


def percent_of(part: Decimal, whole: Decimal) -> Decimal | None:
    """Say how many percent of the whole a part is, to a hundredth; None where the whole is not above zero."""
    return to_hundredth(Fraction(part) / Fraction(whole) * 100) if whole > 0 else None
