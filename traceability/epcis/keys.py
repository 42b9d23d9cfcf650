"""Keys of GS1: which forms they have, and their check digits."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

_DOMAIN = "https://id.gs1.org"
_UNRESERVED = "-._~"
# The characters of lots and serials (GS1 General Specifications, 7.11), and of component references (CSET 39).
_CSET_82 = r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]"
_CSET_39 = r"[#\-/0-9A-Z]"
# How many characters of a key end in its check digit. In AI 8003 that is digit 14, behind a leading zero.
_CHECKED = {
    "00": 18,
    "01": 14,
    "253": 13,
    "255": 13,
    "402": 17,
    "414": 13,
    "417": 13,
    "8003": 14,
    "8006": 14,
    "8017": 18,
    "8018": 18,
}


@dataclass(frozen=True, slots=True)
class Key:
    """A GS1 key with its finest qualifier, both by application identifier: ("01", "06901234000016", "10", "A1")."""

    ai: str
    value: str
    qualifier: str = ""
    qualifier_value: str = ""

    @property
    def uri(self) -> str:
        """Write the key as the constrained canonical Digital Link."""
        path = f"/{self.ai}/{quote(self.value, safe=_UNRESERVED)}"
        if self.qualifier:
            path += f"/{self.qualifier}/{quote(self.qualifier_value, safe=_UNRESERVED)}"
        return _DOMAIN + path

    @property
    def digits(self) -> str:
        """The part of the key that ends in a check digit; empty for keys without one."""
        return self.value[: _CHECKED.get(self.ai, 0)]

    @property
    def is_well_formed(self) -> bool:
        """Whether characters and lengths are what GS1 has for this key; its check digit is not judged."""
        form = KEY_FORMS.get(self.ai)
        if form is None or not form.fullmatch(self.value):
            return False
        return not self.qualifier or bool(QUALIFIER_FORMS[self.qualifier].fullmatch(self.qualifier_value))


KEY_FORMS: Mapping[str, re.Pattern[str]] = {
    ai: re.compile(form, re.ASCII)
    for ai, form in {
        "00": r"\d{18}",
        "01": r"\d{14}",
        "253": rf"\d{{13}}{_CSET_82}{{0,17}}",
        "255": r"\d{13,25}",
        "401": rf"{_CSET_82}{{4,30}}",
        "402": r"\d{17}",
        "414": r"\d{13}",
        "417": r"\d{13}",
        "8003": rf"0\d{{13}}{_CSET_82}{{0,16}}",
        "8004": rf"{_CSET_82}{{4,30}}",
        "8006": r"\d{18}",
        "8010": rf"{_CSET_39}{{4,30}}",
        "8017": r"\d{18}",
        "8018": r"\d{18}",
    }.items()
}
QUALIFIER_FORMS: Mapping[str, re.Pattern[str]] = {
    ai: re.compile(form, re.ASCII)
    for ai, form in {
        "10": rf"{_CSET_82}{{1,20}}",
        "21": rf"{_CSET_82}{{1,20}}",
        "22": rf"{_CSET_82}{{1,20}}",
        "235": rf"{_CSET_82}{{1,28}}",
        "254": rf"{_CSET_82}{{1,20}}",
        "7040": r"\d[0-9A-Za-z]{3}",
        "8011": r"\d{1,12}",
        "8019": r"\d{1,10}",
    }.items()
}


def check_digit(digits: str) -> str:
    """Compute the check digit that belongs behind these digits (GS1 General Specifications, 7.9.1)."""
    weighted = sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(reversed(digits)))
    return str(-weighted % 10)


def has_check_digit(digits: str) -> bool:
    """Tell whether digits end in the check digit of those before it."""
    return bool(re.fullmatch(r"[0-9]{2,}", digits)) and check_digit(digits[:-1]) == digits[-1]
