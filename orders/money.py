"""Money in whole fen, and when it is due."""

from decimal import ROUND_HALF_UP, Decimal

# A grower is to be paid so long after delivery.
PAY_DAYS = 15


def fen_of(kg: Decimal, fen_per_kg: int) -> int:
    """Give what so many kilograms cost, rounded half up to whole fen."""
    return int((kg * fen_per_kg).to_integral_value(ROUND_HALF_UP))


def yuan(fen: int) -> Decimal:
    """Write fen as yuan with two places."""
    return (Decimal(fen) / 100).quantize(Decimal("0.01"))
