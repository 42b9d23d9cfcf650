"""Division codes: the 12 digits by which a Chinese village is known (GB/T 2260 and GB/T 10114)."""

import functools
import re
from collections.abc import Mapping

from traceability.errors import DivisionError
from traceability.standards.files import rows
from traceability.standards.names import Name

LIAONING = "21"
_FORM = re.compile(r"[0-9]{12}")
# Province, city, county; township and village are codes to us.
_LEVELS = (2, 4, 6)


def check_village(code: str, pointer: str = "") -> None:
    """Check that a code has the form of a village's, in a province that exists. Raises DivisionError."""
    if not _FORM.fullmatch(code):
        raise DivisionError(pointer, "division_format")
    if code[:2] not in _names():
        raise DivisionError(pointer, "division_province", name=code[:2])
    if code.endswith("000") or code[6:9] == "000":
        raise DivisionError(pointer, "division_not_a_village")


def places_of(code: str) -> list[Name]:
    """Name the province, city and county of a code, as far as the tables know them."""
    return [_names()[code[:length]] for length in _LEVELS if len(code) >= length and code[:length] in _names()]


def place(code: str, language: str) -> str:
    """Write where a code lies, as far as it is known by name: the largest place first in Chinese, last in English."""
    names = [name.in_language(language) for name in places_of(code)]
    return "".join(names) if language.startswith("zh") else ", ".join(reversed(names))


@functools.cache
def _names() -> Mapping[str, Name]:
    return {row["code"]: Name(row["english"], row["chinese"]) for row in rows("divisions.csv")}
