"""How templates write money, and masses that are estimates."""

from decimal import ROUND_HALF_UP, Decimal

from django import template

from orders.money import yuan as in_yuan
from traceability.templatetags.quantities import quantity

register = template.Library()


@register.filter
def yuan(fen: int) -> str:
    """Write fen as yuan, in groups of three digits with two places."""
    return f"{in_yuan(fen):,f}"


@register.filter
def percent(hundredths: int) -> str:
    """Write hundredths of a percent as percent, without zeros at the end."""
    return f"{(Decimal(hundredths) / 100).normalize():f}"


@register.filter
def whole(kg: Decimal) -> str:
    """Write kilograms in groups of three digits, without the fraction that no estimate has."""
    return f"{Decimal(kg).to_integral_value(ROUND_HALF_UP):,}"


@register.filter
def signed(kg: Decimal) -> str:
    """Write kilograms with their sign: what is lost with a minus as wide as the plus."""
    number = quantity(abs(kg))
    return f"\N{MINUS SIGN}{number}" if kg < 0 else f"+{number}"
