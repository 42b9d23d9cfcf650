"""How templates name the codes that events hold."""

from django import template

from traceability.web import words

register = template.Library()


@register.filter
def word(code: str) -> str:
    """Say a code in the reader's language."""
    return words.word(code)
