"""Cells with a unit: weights and areas."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType

from traceability.sheets.cells import Amount, CellError, Reader, read_number

# A number with an exponent is one that is refused, and no unit that begins with an e.
_PARTS = re.compile(r"([+-]?[\d.,]*(?:[eE][+-]?\d+)?)\s*([^\d\s.,+-].*)?", re.ASCII)
# How people write units, and how they are called in records. A gram is the thousandth of a kilogram.
_WEIGHTS = MappingProxyType(
    {
        "斤": ("jin", Decimal(1)),
        "市斤": ("jin", Decimal(1)),
        "jin": ("jin", Decimal(1)),
        "公斤": ("kg", Decimal(1)),
        "千克": ("kg", Decimal(1)),
        "kg": ("kg", Decimal(1)),
        "克": ("kg", Decimal("0.001")),
        "g": ("kg", Decimal("0.001")),
        "吨": ("t", Decimal(1)),
        "t": ("t", Decimal(1)),
    }
)
_AREAS = MappingProxyType(
    {
        "亩": ("mu", Decimal(1)),
        "mu": ("mu", Decimal(1)),
        "公顷": ("ha", Decimal(1)),
        "ha": ("ha", Decimal(1)),
        "平方米": ("m2", Decimal(1)),
        "m2": ("m2", Decimal(1)),
    }
)
_DOSES = MappingProxyType(
    {
        "g/mu": ("克/亩", "g/亩", "g/mu"),
        "kg/mu": ("公斤/亩", "千克/亩", "kg/亩", "kg/mu"),
        "mL/mu": ("毫升/亩", "ml/亩", "ml/mu"),
        "L/mu": ("升/亩", "l/亩", "l/mu"),
        "g/L": ("克/升", "g/l"),
        "mL/L": ("毫升/升", "ml/l"),
        "dilution": ("倍", "倍液", "times"),
    }
)


def weight() -> Reader:
    """Read a weight above zero, to at most a gram, with its unit. Raises CellError."""
    return _amount(_WEIGHTS)


def area() -> Reader:
    """Read an area above zero with its unit. Raises CellError."""
    return _amount(_AREAS)


def dose(codes: Sequence[str]) -> Reader:
    """Read how much of a product goes onto a piece of land or into water, in one of these units. Raises CellError."""
    return _amount({name: (code, Decimal(1)) for code in codes for name in _DOSES[code]})


def _amount(units: Mapping[str, tuple[str, Decimal]]) -> Reader:
    def read(cell: str, heading: str) -> Amount:
        parts = _PARTS.fullmatch(cell)
        if not parts:
            raise CellError("", "not_a_decimal", example="12.5")
        number = read_number(parts[1], 3)
        if number <= 0:
            raise CellError("", "not_positive")
        name = (parts[2] or heading).strip().casefold()
        if not name:
            raise CellError("", "unit_missing", choices=", ".join(units))
        if name not in units:
            raise CellError("", "unknown_unit", name=name[:20], choices=", ".join(units))
        code, factor = units[name]
        return Amount(number if factor == 1 else number * factor, code)

    return read
