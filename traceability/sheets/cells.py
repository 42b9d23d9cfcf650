"""Readers of one cell: text as people type it into a value, or the rule that it breaks."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from traceability.decimals import places_of
from traceability.errors import InputError

# Reads the text of a cell; the second is the unit that the heading names, or nothing.
Reader = Callable[[str, str], Any]

_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?", re.ASCII)
_MOST_DIGITS = 15
_DAYS = (
    re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII),
    re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})", re.ASCII),
    re.compile(r"(\d{4})\.(\d{1,2})\.(\d{1,2})", re.ASCII),
    re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日", re.ASCII),
    re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII),
)
# What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@")
_UNPRINTED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


class CellError(InputError):
    """A cell breaks a rule."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as it was typed, in plain digits, with the code of its unit."""

    value: Decimal
    unit: str


def clean(cell: str) -> str:
    """Bring a cell's text into one form: full-width signs as the usual ones, no spaces around."""
    return unicodedata.normalize("NFKC", cell).replace("\u00a0", " ").strip()


def text(longest: int) -> Reader:
    """Read words: no formula, nothing that cannot be seen. Raises CellError."""

    def read(cell: str, _unit: str) -> str:
        if len(cell) > longest:
            raise CellError("", "text_too_long", limit=longest)
        # First the quick answer, which is right for all but spaces of other kinds.
        if not cell.isprintable() and any(unicodedata.category(one) in _UNPRINTED for one in cell):
            raise CellError("", "text_not_printable")
        if cell.startswith(_FORMULA):
            raise CellError("", "looks_like_formula", name=cell[:1])
        # The form in which the log takes text; NFKC is in it already.
        return cell

    return read


def identifier(pattern: str, example: str) -> Reader:
    """Read a code of a known form. Raises CellError."""
    form = re.compile(pattern, re.ASCII)

    def read(cell: str, _unit: str) -> str:
        if not form.fullmatch(cell):
            raise CellError("", "wrong_format", example=example)
        return cell

    return read


def decimal(*, places: int = 3, least: Decimal | None = Decimal(0), most: Decimal | None = None) -> Reader:
    """Read a number exactly, with at most so many digits behind the point. Raises CellError."""

    def read(cell: str, _unit: str) -> Decimal:
        number = read_number(cell, places)
        if least is not None and number < least:
            raise CellError("", "below_minimum", limit=least)
        if most is not None and number > most:
            raise CellError("", "above_maximum", limit=most)
        return number

    return read


def whole(least: int, most: int) -> Reader:
    """Read a whole number. Raises CellError."""
    exact = decimal(places=0, least=Decimal(least), most=Decimal(most))
    return lambda cell, unit: int(exact(cell, unit))


def day(cell: str, _unit: str) -> date:
    """Read a day of the calendar in any of the ways in which it is written here. Raises CellError."""
    for form in _DAYS:
        found = form.fullmatch(cell)
        if found:
            try:
                return date(*map(int, found.groups()))
            except ValueError:
                break
    raise CellError("", "not_a_date")


def choice(words: Mapping[str, Iterable[str]]) -> Reader:
    """Read one of several words: each code under all its names, in any case. Raises CellError."""
    codes = {clean(name).casefold(): code for code, names in words.items() for name in (code, *names)}

    def read(cell: str, _unit: str) -> str:
        found = codes.get(cell.casefold())
        if found is None:
            raise CellError(
                "", "not_in_list", choices=", ".join(next(iter(names), code) for code, names in words.items())
            )
        return found

    return read


def read_number(cell: str, places: int) -> Decimal:
    """Read a number in plain digits, thousands parted by commas or not. Raises CellError."""
    if not _NUMBER.fullmatch(cell):
        raise CellError("", "not_a_decimal", example="12.5")
    number = Decimal(cell.replace(",", ""))
    if len(number.as_tuple().digits) > _MOST_DIGITS:
        raise CellError("", "not_a_decimal", example="12.5")
    if places_of(number) > places:
        raise CellError("", "too_many_places", limit=places)
    return number
