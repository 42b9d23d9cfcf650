"""Money in whole fen."""

from decimal import ROUND_HALF_UP, Decimal


def fen_of(kg: Decimal, fen_per_kg: int) -> int:
    """Give what so many kilograms cost, rounded half up to whole fen."""
    return int((kg * fen_per_kg).to_integral_value(ROUND_HALF_UP))


def yuan(fen: int) -> Decimal:
    """Write fen as yuan with two places."""
    return (Decimal(fen) / 100).quantize(Decimal("0.01"))
