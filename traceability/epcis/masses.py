"""Quantities of EPCIS events in kilograms, where their unit is one of mass."""

from decimal import Decimal

# Units of mass of UN/CEFACT recommendation 20.
_KILOGRAMS = {"KGM": Decimal(1), "GRM": Decimal("0.001"), "TNE": Decimal(1000), "LBR": Decimal("0.45359237")}
_GRAMS = 3
# More than a lot's own row holds; the quantity itself stays as it was said.
_TOO_MUCH = Decimal(10**11)


def kilograms(quantity: str, uom: str) -> Decimal | None:
    """Give a quantity in kilograms, to the gram; None where it is none, or no mass, or beyond what can be."""
    if uom not in _KILOGRAMS or not quantity:
        return None
    found = round(Decimal(quantity) * _KILOGRAMS[uom], _GRAMS)
    return found if 0 < found < _TOO_MUCH else None
