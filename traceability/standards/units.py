"""Units of the farm and of the laboratory, converted exactly."""

from dataclasses import dataclass
from decimal import Context, Decimal
from types import MappingProxyType

from traceability.decimals import decimal_text, read_decimal
from traceability.errors import UnitError

# Wide enough that no product of what anybody may type is rounded.
_EXACT = Context(prec=80)
_GRAM = Decimal("0.001")
_SQUARE_DECIMETRE = Decimal("0.01")
_HUNDREDTH_MU = Decimal("0.01")

# Kilograms in one of these.
MASS = MappingProxyType({"kg": Decimal(1), "jin": Decimal("0.5"), "t": Decimal(1000), "g": Decimal("0.001")})
# Mu in one of these: 1 mu = 2000/3 m2, so that mu hold every hectare and square metre exactly, and not the reverse.
AREA = MappingProxyType({"mu": Decimal(1), "ha": Decimal(15), "m2": Decimal("0.0015")})
# The power of ten that makes a share of mass into mg/kg.
_SHARES = MappingProxyType({"ug/kg": -3, "mg/kg": 0, "g/kg": 3, "mg/g": 3, "g/100g": 4, "%": 4})
_SPELLINGS = MappingProxyType({"µg/kg": "ug/kg", "μg/kg": "ug/kg", "g/100 g": "g/100g"})


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a person typed, and the same in the unit of the SI: kg to the gram, m2 to the square decimetre."""

    typed_value: str
    typed_unit: str
    si_value: Decimal
    si_unit: str

    @property
    def typed(self) -> dict[str, str]:
        """What was typed, as bodies of events keep it."""
        return {"value": self.typed_value, "unit": self.typed_unit}


def mass(value: str, unit: str, pointer: str = "") -> Quantity:
    """Read a weight in canonical decimal text. Raises UnitError."""
    kilograms = _EXACT.multiply(_positive(value, pointer), _factor(MASS, unit, pointer)).quantize(_GRAM)
    if not kilograms:
        raise UnitError(pointer, "below_minimum", limit="0.001 kg")
    return Quantity(value, unit, _short(kilograms), "kg")


def area(value: str, unit: str, pointer: str = "") -> Quantity:
    """Read an area in canonical decimal text. Raises UnitError."""
    mu = _EXACT.multiply(_positive(value, pointer), _factor(AREA, unit, pointer))
    if mu < _HUNDREDTH_MU:
        raise UnitError(pointer, "below_minimum", limit="0.01 mu")
    return Quantity(value, unit, (mu * 2000 / 3).quantize(_SQUARE_DECIMETRE), "m2")


def in_mu(quantity: Quantity) -> Decimal:
    """Return an area in mu, to 0.01 mu, reckoned from what was typed."""
    return _EXACT.multiply(Decimal(quantity.typed_value), AREA[quantity.typed_unit]).quantize(_HUNDREDTH_MU)


def share_unit(unit: str) -> str:
    """Return the one spelling of a unit that laboratories spell in several ways."""
    return _SPELLINGS.get(unit.strip(), unit.strip())


def convert_share(value: Decimal, unit: str, wanted: str) -> Decimal:
    """Convert a share of mass, such as mg/kg, exactly; any other unit converts to itself only. Raises UnitError."""
    unit, wanted = share_unit(unit), share_unit(wanted)
    if unit == wanted:
        return value
    if unit not in _SHARES or wanted not in _SHARES:
        raise UnitError("", "unit_not_convertible", unit=unit[:20], wanted=wanted[:20])
    return value.scaleb(_SHARES[unit] - _SHARES[wanted], _EXACT)


def kilograms_text(quantity: Quantity) -> str:
    """Write the kilograms of a weight as bodies of events hold them."""
    return decimal_text(quantity.si_value)


def _positive(value: str, pointer: str) -> Decimal:
    try:
        number = read_decimal(value)
    except ValueError as error:
        raise UnitError(pointer, "not_a_decimal", example="12.5") from error
    if number <= 0:
        raise UnitError(pointer, "not_positive")
    return number


def _factor(units: MappingProxyType[str, Decimal], unit: str, pointer: str) -> Decimal:
    if unit not in units:
        raise UnitError(pointer, "unknown_unit", name=unit[:20], choices=", ".join(units))
    return units[unit]


def _short(value: Decimal) -> Decimal:
    # 512.500 says no more than 512.5; normalize() alone would write 5E+2.
    return Decimal(decimal_text(value.normalize()))
