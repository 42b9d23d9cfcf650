from django import template

from accounts import phones

register = template.Library()


@register.filter
def phone(number: str) -> str:
    """Show a number in groups, as people read it: 138 0013 8000."""
    return phones.readable(number)
