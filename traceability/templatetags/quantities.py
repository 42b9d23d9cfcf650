"""How templates write quantities."""

from decimal import Decimal

from django import template

register = template.Library()


@register.filter
def quantity(number: Decimal | None) -> str:
    """Write a number in groups of three digits, without the zeros that its scale adds; a dash where there is none."""
    if number is None:
        return "–"
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
