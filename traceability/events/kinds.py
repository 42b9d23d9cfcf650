"""The kinds of members that bodies are made of: each checks one value and names what is wrong with it."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from traceability.decimals import places_of, read_decimal
from traceability.errors import EventError
from traceability.ledger import CanonicalError, check_profile

_MAX_SAFE_INTEGER = 2**53 - 1
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Characters that turn the direction of what follows: a name could be made to read as another one.
_TURNS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNSEEN = frozenset({"Cc", "Cs", "Co", "Zl", "Zp"})


class Kind(Protocol):
    """What a member's value must be."""

    def check(self, value: object, pointer: str) -> None:
        """Check the value found at a pointer. Raises EventError."""


@dataclass(frozen=True, slots=True)
class Text:
    """Text for people: something is there, nothing in it is hidden, and one spelling stands for it."""

    longest: int
    lines: bool = False

    def check(self, value: object, pointer: str) -> None:
        """Check one text. Raises EventError."""
        if not isinstance(value, str):
            raise EventError(pointer, "not_text")
        if not value:
            raise EventError(pointer, "empty_text")
        if len(value) > self.longest:
            raise EventError(pointer, "text_too_long", limit=self.longest)
        if value != value.strip():
            raise EventError(pointer, "text_not_trimmed")
        # First the quick answer: what can be printed holds nothing hidden.
        if not value.isprintable() and any(self._is_hidden(character) for character in value):
            raise EventError(pointer, "text_not_printable")
        if not unicodedata.is_normalized("NFC", value):
            raise EventError(pointer, "text_not_normal")

    def _is_hidden(self, character: str) -> bool:
        if character == "\n":
            return not self.lines
        return character in _TURNS or unicodedata.category(character) in _UNSEEN


@dataclass(frozen=True, slots=True)
class Pattern:
    """Text of one form, which an error shows by an example."""

    pattern: re.Pattern[str]
    example: str

    def check(self, value: object, pointer: str) -> None:
        """Check that the whole text has the form. Raises EventError."""
        if not isinstance(value, str):
            raise EventError(pointer, "not_text")
        if not self.pattern.fullmatch(value):
            raise EventError(pointer, "wrong_format", example=self.example)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few codes."""

    codes: tuple[str, ...]

    def check(self, value: object, pointer: str) -> None:
        """Check for one of the codes. Raises EventError."""
        if not isinstance(value, str) or value not in self.codes:
            raise EventError(pointer, "not_in_list", choices=", ".join(self.codes))


@dataclass(frozen=True, slots=True)
class Number:
    """A decimal number as canonical text, from `least` to `most`, with so many digits behind the point."""

    places: int
    most: Decimal
    least: Decimal = Decimal(0)
    above_zero: bool = False

    def check(self, value: object, pointer: str) -> None:
        """Check spelling, precision and range. Raises EventError."""
        try:
            number = read_decimal(value if isinstance(value, str) else "")
        except ValueError as error:
            raise EventError(pointer, "not_a_decimal", example="12.5") from error
        if places_of(number) > self.places:
            raise EventError(pointer, "too_many_places", limit=self.places)
        if self.above_zero and number <= 0:
            raise EventError(pointer, "not_positive")
        if number < self.least:
            raise EventError(pointer, "below_minimum", limit=self.least)
        if number > self.most:
            raise EventError(pointer, "above_maximum", limit=self.most)


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number."""

    least: int = 0
    most: int = _MAX_SAFE_INTEGER

    def check(self, value: object, pointer: str) -> None:
        """Check kind and range. Raises EventError."""
        # True is an int in Python, and not a number in JSON.
        if not isinstance(value, int) or isinstance(value, bool):
            raise EventError(pointer, "not_an_integer")
        if value < self.least:
            raise EventError(pointer, "below_minimum", limit=self.least)
        if value > self.most:
            raise EventError(pointer, "above_maximum", limit=self.most)


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    def check(self, value: object, pointer: str) -> None:
        """Check for a boolean. Raises EventError."""
        if not isinstance(value, bool):
            raise EventError(pointer, "not_a_boolean")


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar in China, as 2026-09-28."""

    def check(self, value: object, pointer: str) -> None:
        """Check form and calendar. Raises EventError."""
        if not isinstance(value, str) or not _DAY.fullmatch(value) or not _exists(value):
            raise EventError(pointer, "not_a_date")


@dataclass(frozen=True, slots=True)
class Json:
    """Any JSON within the profile of a leaf: what another part of the product has checked already."""

    def check(self, value: object, pointer: str) -> None:
        """Check the profile alone. Raises EventError."""
        try:
            check_profile(value)
        except CanonicalError as error:
            raise EventError(pointer, "outside_the_profile", detail=str(error)) from error


@dataclass(frozen=True, slots=True)
class Gtin:
    """A GTIN in 14 digits (GS1 General Specifications, 7.9: check digit)."""

    def check(self, value: object, pointer: str) -> None:
        """Check form and check digit. Raises EventError."""
        _GTIN_FORM.check(value, pointer)
        digits = [int(digit) for digit in str(value)]
        if (3 * sum(digits[0::2]) + sum(digits[1::2])) % 10:
            raise EventError(pointer, "wrong_check_digit")


def entity(prefix: str) -> Pattern:
    """Return the kind for the name of an entity, such as plot:0f8fad5b-d9cb-469f-a165-70867728950e."""
    return Pattern(re.compile(f"{prefix}:{_UUID_FORM}"), f"{prefix}:0f8fad5b-d9cb-469f-a165-70867728950e")


def _exists(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


_UUID_FORM = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_GTIN_FORM = Pattern(re.compile(r"[0-9]{14}"), "06901234567892")
UUID = Pattern(re.compile(_UUID_FORM), "0f8fad5b-d9cb-469f-a165-70867728950e")
SHA256 = Pattern(re.compile(r"[0-9a-f]{64}"), "64 hex digits")
ANY_ENTITY = Pattern(re.compile(r"[a-z]+:[!-~]{1,160}"), "lot:0f8fad5b-d9cb-469f-a165-70867728950e")
