"""Which passwords are too easy here: words of this platform and this place, whatever digits stand around them."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# The list of ASVS 6.1.2. Names of people and numbers of phones are looked at by Django's own validators.
WORDS = frozenset(
    {
        "suyuan",
        "溯源",
        "liaoning",
        "辽宁",
        "panjin",
        "盘锦",
        "heishan",
        "黑山",
        "wafangdian",
        "瓦房店",
        "dashiqiao",
        "大石桥",
        "dandong",
        "丹东",
        "nongmin",
        "nonghu",
        "farmer",
        "password",
        "mima",
        "密码",
    }
)
_FILLING = re.compile(r"[\W\d_]+")


class ContextWordsValidator:
    """Refuses a password that is nothing but such words, digits and signs, as in `Suyuan2026!`."""

    def validate(self, password: str, user: object = None) -> None:  # noqa: ARG002
        """Look for anything else in it. Raises ValidationError."""
        rest = _FILLING.sub("", password.lower())
        # The longest first: what is left of a word must not pass for another's rest.
        for word in sorted(WORDS, key=len, reverse=True):
            rest = rest.replace(word, "")
        if not rest and _FILLING.sub("", password):
            raise ValidationError(self.get_help_text(), code="password_of_the_place")

    def get_help_text(self) -> str:
        """Say what is asked."""
        return _("This password is too easy to guess: it is a word of this place with digits.")
