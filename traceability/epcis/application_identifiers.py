"""Application identifiers of GS1: what follows each, what it needs beside it, and where in a Digital Link it stands.

`data/application-identifiers.csv` is a table of the facts of the GS1 Barcode Syntax Dictionary, release 2026-01-27. A
form is a row of components: `N13:csum` are 13 digits with a check digit, `X..20` up to 20 characters of CSET 82, and
brackets stand around what may be missing. `requires` are groups of which one must be there (`01+21`: both together),
several conditions parted by `;`. In `path`, `-` marks a key of a Digital Link, numbers its qualifiers in their order.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations

from traceability.epcis.schema import FOLDER

_COMPONENT = re.compile(r"(\[?)([NXYZ])(\.\.)?(\d+)(\]?)((?::\w+)*)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Component:
    """A part of a value: its characters, how many, and the rules for what they say (`content_rules`)."""

    characters: str
    shortest: int
    longest: int
    optional: bool
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ApplicationIdentifier:
    """One application identifier. `is_fixed` says that no FNC1 needs to end its value."""

    ai: str
    components: tuple[Component, ...]
    is_fixed: bool = False
    is_attribute: bool = False
    requires: tuple[tuple[tuple[str, ...], ...], ...] = ()
    excludes: tuple[str, ...] = ()
    is_known: bool = True

    @property
    def shortest(self) -> int:
        """The fewest characters of a value."""
        return sum(one.shortest for one in self.components if not one.optional)

    @property
    def longest(self) -> int:
        """The most characters of a value."""
        return sum(one.longest for one in self.components)


def find(ai: str) -> ApplicationIdentifier | None:
    """Give the application identifier of this number, or None where GS1 has assigned none."""
    return _table().get(ai)


def at_start_of(text: str) -> ApplicationIdentifier | None:
    """Give the application identifier with which an element string begins; no one is the beginning of another."""
    return next((found for length in (2, 3, 4) if (found := find(text[:length]))), None)


def unassigned(ai: str) -> ApplicationIdentifier | None:
    """Make up an identifier that GS1 has not assigned yet, where its first two digits leave room for one of its length.

    GS1 General Specifications, figure 7.8.4-2: these digits say how long an identifier is.
    """
    lengths = {len(known) for known in _table() if known[:2] == ai[:2]}
    if not re.fullmatch(r"[0-9]{2,4}", ai) or find(ai) or (lengths and lengths != {len(ai)}):
        return None
    return ApplicationIdentifier(ai, (Component("X", 1, 90, optional=False, rules=()),), is_known=False)


@cache
def paths() -> frozenset[tuple[str, ...]]:
    """Give every path that a Digital Link may have: a key, and any of its qualifiers in their order."""
    return frozenset(path for row in _rows() for path in _paths(row["ai"], row["path"]))


def is_key(ai: str) -> bool:
    """Tell whether a Digital Link may begin with this identifier."""
    return (ai,) in paths()


def _paths(ai: str, text: str) -> Iterator[tuple[str, ...]]:
    if not text:
        return
    for alternative in text.replace("-", "").split("|"):
        qualifiers = alternative.split()
        for count in range(len(qualifiers) + 1):
            for chosen in combinations(qualifiers, count):
                yield (ai, *chosen)


@cache
def _table() -> Mapping[str, ApplicationIdentifier]:
    return {one.ai: one for row in _rows() for one in _read(row)}


@cache
def _rows() -> tuple[Mapping[str, str], ...]:
    with (FOLDER / "application-identifiers.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


def _read(row: Mapping[str, str]) -> Iterator[ApplicationIdentifier]:
    first, _, last = row["ai"].partition("-")
    flags = row["flags"].split()
    one = ApplicationIdentifier(
        first,
        tuple(_component(text) for text in row["form"].split()),
        is_fixed="fixed" in flags,
        is_attribute="attribute" in flags,
        requires=tuple(_groups(text) for text in row["requires"].split(";") if text),
        excludes=tuple(row["excludes"].split()),
    )
    for number in range(int(first), int(last or first) + 1):
        yield replace(one, ai=str(number).zfill(len(first)))


def _groups(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(group.split("+")) for group in text.split())


def _component(text: str) -> Component:
    found = _COMPONENT.fullmatch(text)
    assert found, text  # noqa: S101 - the table is ours
    opening, characters, range_, length, _closing, rules = found.groups()
    longest = int(length)
    return Component(characters, 1 if range_ else longest, longest, bool(opening), tuple(rules.split(":")[1:]))
