"""Numbers that keep the digits they were written with."""

from decimal import Decimal
from typing import Self

MAX_DIGITS = 64
_MAX_EXPONENT = 308


class Number(Decimal):
    """A JSON number: a decimal for rules and sums, its own text for whoever reads it back."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, text: str) -> Self:
        """Read a number as JSON writes it; raises ValueError where it is longer or larger than any double needs."""
        # The exponent first: a decimal with a huge one would fill the memory as soon as it is written out.
        exponent = text.lower().partition("e")[2]
        if len(text) > MAX_DIGITS or len(exponent) > 5 or abs(int(exponent or "0")) > _MAX_EXPONENT:
            raise ValueError("number is out of range")
        # Not float(): 0.1 would come back as another number, and a quantity is compared and summed as it was weighed.
        number = super().__new__(cls, text)
        number.text = text
        return number

    def __repr__(self) -> str:
        return f"Number({self.text!r})"


def plain(number: Decimal) -> str:
    """Write a decimal without exponent, trailing zeros or a negative zero: 10.50 -> 10.5, 1E2 -> 100, -0.0 -> 0."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
