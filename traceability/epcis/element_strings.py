"""Element strings: what a GS1 barcode holds, as application identifiers and their values.

People read them with brackets, `(01)06901234000016(10)A7`; scanners give them with FNC1 behind what has no fixed
length.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from traceability.epcis.application_identifiers import ApplicationIdentifier, at_start_of, find
from traceability.epcis.content_rules import has_characters, holds
from traceability.epcis.errors import EpcisError, join

# No symbol holds more, and every value is looked at beside every other.
MAX_ELEMENTS = 64
# An identifier, its brackets and ninety characters, for each.
_MOST_CHARACTERS = MAX_ELEMENTS * 100
_BRACKETED = re.compile(r"\(([0-9]+)\)((?:\\\(|[^(])*)")


class ElementError(EpcisError):
    """An element breaks a rule of GS1, or elements do not go together; the pointer names the identifier."""


@dataclass(frozen=True, slots=True)
class Element:
    """A value under its application identifier."""

    kind: ApplicationIdentifier
    value: str

    @property
    def ai(self) -> str:
        """The application identifier's number."""
        return self.kind.ai


def element(ai: str, value: str) -> Element:
    """Make a checked element. Raises ElementError."""
    kind = find(ai)
    if kind is None:
        raise ElementError("", "unknown_ai", ai=ai)
    found = Element(kind, value)
    check_value(found)
    return found


def from_brackets(text: str) -> list[Element]:
    r"""Read `(01)..(10)..`; a bracket inside a value stands behind a backslash. Values are checked one by one.

    Raises ElementError.
    """
    found: list[Element] = []
    position = 0
    # A pattern that walks a megabyte remembers a hundred.
    if len(text) > _MOST_CHARACTERS:
        raise ElementError("", "element_count", limit=MAX_ELEMENTS)
    while position < len(text):
        match = _BRACKETED.match(text, position)
        if match is None or not match[2]:
            raise ElementError("", "not_an_element_string", position=position)
        found.append(element(match[1], match[2].replace(r"\(", "(")))
        position = match.end()
    return _bounded(found)


def from_symbol(text: str, *, fnc1: str = "\x1d") -> list[Element]:
    """Read what a scanner gives: FNC1 first, then behind each value that has no fixed length. Raises ElementError."""
    if not text.startswith(fnc1):
        raise ElementError("", "not_an_element_string", position=0)
    found: list[Element] = []
    rest = text[len(fnc1) :]
    while rest:
        kind = at_start_of(rest)
        if kind is None:
            raise ElementError("", "unknown_ai", ai=rest[:4])
        rest = rest[len(kind.ai) :]
        value = rest[: kind.longest] if kind.is_fixed else rest.partition(fnc1)[0]
        found.append(element(kind.ai, value))
        rest = rest[len(value) :].removeprefix(fnc1)
    return _bounded(found)


def bracketed(elements: Iterable[Element]) -> str:
    """Write elements as people read them."""
    return "".join(f"({one.ai}){one.value.replace('(', chr(92) + '(')}" for one in elements)


def for_symbol(elements: Iterable[Element], *, fnc1: str = "\x1d") -> str:
    """Write elements as a symbol holds them."""
    text = ""
    ended = False
    for one in elements:
        text += ("" if ended else fnc1) + one.ai + one.value
        ended = one.kind.is_fixed
    return text


def check_value(one: Element) -> None:
    """Check length, characters and content of a value. Raises ElementError."""
    if len(one.value) < one.kind.shortest:
        raise ElementError(join("", one.ai), "value_too_short", ai=one.ai)
    if len(one.value) > one.kind.longest:
        raise ElementError(join("", one.ai), "value_too_long", ai=one.ai)
    rest = one.value
    for component in one.kind.components:
        part, rest = rest[: component.longest], rest[component.longest :]
        if component.optional and not part:
            break
        if len(part) < component.shortest:
            raise ElementError(join("", one.ai), "value_too_short", ai=one.ai)
        if not has_characters(part, component.characters):
            raise ElementError(join("", one.ai), "value_characters", ai=one.ai)
        if not all(holds(rule, part) for rule in component.rules):
            raise ElementError(join("", one.ai), "value_content", ai=one.ai, value=part)


def check_together(elements: Sequence[Element]) -> None:
    """Check that elements may stand side by side: none twice with two values, none without its partners.

    Raises ElementError.
    """
    present = [one.ai for one in elements]
    values: dict[str, str] = {}
    for one in elements:
        if values.setdefault(one.ai, one.value) != one.value:
            raise ElementError(join("", one.ai), "two_values", ai=one.ai)
        for pattern in one.kind.excludes:
            if other := _match(pattern, present, beside=one.ai):
                raise ElementError(join("", one.ai), "values_exclude", ai=one.ai, other=other)
        for groups in one.kind.requires:
            if not any(all(_match(part, present, beside=one.ai) for part in group) for group in groups):
                needed = ", ".join("+".join(group) for group in groups)
                raise ElementError(join("", one.ai), "partner_missing", ai=one.ai, needed=needed)


def _match(pattern: str, present: Iterable[str], *, beside: str) -> str:
    """Find an identifier that fits a pattern such as 310n; what fits only as the asking one itself does not count."""
    digits = pattern.rstrip("n")
    length = len(pattern)
    return next((ai for ai in present if ai.startswith(digits) and ai[:length] != beside[:length]), "")


def _bounded(found: list[Element]) -> list[Element]:
    if not 0 < len(found) <= MAX_ELEMENTS:
        raise ElementError("", "element_count", limit=MAX_ELEMENTS)
    return found
