"""Decimal text: how quantities, areas and coordinates stand in what is hashed."""

import re
from decimal import Decimal

# No sign but a minus, no leading zeros, no exponent. Trailing zeros stay: 12.50 says how finely was measured.
_CANONICAL = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,20})?")


def decimal_text(value: Decimal) -> str:
    """Write a finite decimal in its canonical text, trailing zeros kept. Raises ValueError."""
    if not value.is_finite():
        raise ValueError(f"{value} is no number")
    return format(value or abs(value), "f")


def read_decimal(text: str) -> Decimal:
    """Read canonical decimal text: at most 18 digits before the point and 20 behind it. Raises ValueError."""
    if not _CANONICAL.fullmatch(text):
        raise ValueError(f"not a decimal number in plain digits: {text[:40]!r}")
    value = Decimal(text)
    if text.startswith("-") and not value:
        raise ValueError(f"zero has no sign: {text!r}")
    return value


def places_of(value: Decimal) -> int:
    """Count the digits behind the point."""
    exponent = value.as_tuple().exponent
    # Text for NaN and infinities, which no caller lets come this far.
    return max(0, -exponent) if isinstance(exponent, int) else 0
