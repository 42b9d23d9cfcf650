"""GS1 Digital Link URIs: a key and its qualifiers as a path, attributes as a query, on anybody's domain.

After the GS1 Digital Link standard (URI syntax 1.6) and, where the two differ, the GS1 Barcode Syntax Engine. What
events name is read more freely (`identifiers`): it need only be recognised there, whoever wrote it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import Flag, auto
from urllib.parse import quote, unquote

from traceability.epcis.application_identifiers import ApplicationIdentifier, find, is_key, paths, unassigned
from traceability.epcis.element_strings import MAX_ELEMENTS, Element, ElementError, check_value
from traceability.epcis.errors import join

STEM = "https://id.gs1.org"
MAX_URI = 8000
_UNRESERVED = "-._~"
_URI = re.compile(r"(?:https?|HTTPS?)://([^/]+)(/[^?#]*)(?:\?([^#]*))?(?:#.*)?")
_URI_CHARACTERS = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*")
_FOREIGN_TO_DOMAINS = frozenset("_~?#@!$&'()*+,;=%")
# The names that the standard once allowed in place of numbers.
SHORT_NAMES = {
    "cpid": "8010",
    "cpsn": "8011",
    "cpv": "22",
    "gcn": "255",
    "gdti": "253",
    "giai": "8004",
    "ginc": "401",
    "gln": "414",
    "glnx": "254",
    "gmn": "8013",
    "grai": "8003",
    "gsin": "402",
    "gsrn": "8018",
    "gsrnp": "8017",
    "gtin": "01",
    "itip": "8006",
    "lot": "10",
    "party": "417",
    "refno": "8020",
    "ser": "21",
    "srin": "8019",
    "sscc": "00",
}
_SHORTER_GTIN = frozenset({8, 12, 13})


class Leniency(Flag):
    """What is taken beside what the standard has now."""

    NONE = 0
    SHORT_NAMES = auto()
    SHORT_GTINS = auto()
    UNASSIGNED = auto()
    UNASSIGNED_ATTRIBUTES = auto()


class DigitalLinkError(ElementError):
    """The text is no Digital Link, or its parts stand where they may not."""


def parse(uri: str, *, leniency: Leniency = Leniency.NONE) -> list[Element]:
    """Read the elements of a Digital Link in their order; each value is checked.

    Whether they may stand side by side is `check_together`'s to say. Raises DigitalLinkError, ElementError.
    """
    path, query = _split(uri)
    steps = _steps(path, leniency)
    found = [_element(kind, unquote(text, "latin-1"), leniency, in_path=True) for kind, text in steps]
    sequence = tuple(one.ai for one in found)
    if sequence not in paths():
        raise DigitalLinkError("", "path_order", path="/".join(sequence))
    for kind, text in _parameters(query, leniency):
        one = _element(kind, unquote(text.replace("+", " "), "latin-1"), leniency, in_path=False)
        _check_attribute(one, found, sequence, leniency)
        found.append(one)
    if len(found) > MAX_ELEMENTS:
        raise DigitalLinkError("", "element_count", limit=MAX_ELEMENTS)
    for one in found:
        check_value(one)
    return found


def write(elements: Sequence[Element], *, stem: str = STEM) -> str:
    """Write elements as a Digital Link: the first key among them leads, its qualifiers follow, the rest are attributes.

    Raises DigitalLinkError where there is no key, or where something can stand in no place.
    """
    key = next((one.ai for one in elements if is_key(one.ai)), None)
    if key is None:
        raise DigitalLinkError("", "no_key")
    values = {one.ai: one.value for one in reversed(elements)}
    path = _fullest_path(key, [one.ai for one in elements])
    steps = "".join(f"/{ai}/{_quoted(values[ai])}" for ai in path if ai in values)
    attributes = list(_attributes(elements, path))
    query = "&".join(f"{one.ai}={_quoted(one.value).replace('%20', '+')}" for one in attributes)
    return f"{stem.removesuffix('/')}{steps}{'?' if query else ''}{query}"


def _fullest_path(key: str, present: Sequence[str]) -> tuple[str, ...]:
    """Choose the sequence of qualifiers that takes in the most of what is there."""
    # The first in order of their text wins among equals, as in the reference.
    known = sorted((path for path in paths() if path[0] == key), key=" ".join)
    return max(known, key=lambda path: sum(present.count(ai) for ai in path[1:]))


def _attributes(elements: Sequence[Element], path: Iterable[str]) -> Iterator[Element]:
    seen = set(path)
    # Those of fixed length first (GS1 General Specifications, 7.8.6): no FNC1 is needed behind them.
    for one in sorted(elements, key=lambda one: not one.kind.is_fixed):
        if one.ai in seen:
            continue
        seen.add(one.ai)
        if not one.kind.is_attribute and one.kind.is_known:
            raise DigitalLinkError(join("", one.ai), "no_attribute", ai=one.ai)
        yield one


def _split(uri: str) -> tuple[str, str]:
    if len(uri) > MAX_URI or not _URI_CHARACTERS.fullmatch(uri):
        raise DigitalLinkError("", "not_a_digital_link")
    found = _URI.fullmatch(uri)
    if found is None or _FOREIGN_TO_DOMAINS & set(found[1]):
        raise DigitalLinkError("", "not_a_digital_link")
    return found[2], found[3] or ""


def _steps(path: str, leniency: Leniency) -> list[tuple[ApplicationIdentifier, str]]:
    """Read pairs from the end of a path back to the last key; what stands before it belongs to the address."""
    parts = path.split("/")[1:]
    found: list[tuple[ApplicationIdentifier, str]] = []
    for position in range(len(parts) - 2, -1, -2):
        kind = _kind(parts[position], leniency)
        if kind is None:
            break
        found.insert(0, (kind, parts[position + 1]))
        if is_key(kind.ai):
            return found
    raise DigitalLinkError("", "no_key")


def _parameters(query: str, leniency: Leniency) -> Iterator[tuple[ApplicationIdentifier, str]]:
    for parameter in query.split("&"):
        name, equals, text = parameter.partition("=")
        # What is no number is somebody's own parameter, and none of ours.
        if not equals or not re.fullmatch(r"[0-9]+", name):
            continue
        kind = _kind(name, leniency & ~Leniency.SHORT_NAMES)
        if kind is None:
            raise DigitalLinkError("", "unknown_ai", ai=name[:4])
        yield kind, text


def _kind(name: str, leniency: Leniency) -> ApplicationIdentifier | None:
    ai = SHORT_NAMES.get(name, name) if Leniency.SHORT_NAMES in leniency else name
    return find(ai) or (unassigned(ai) if Leniency.UNASSIGNED in leniency else None)


def _element(kind: ApplicationIdentifier, value: str, leniency: Leniency, *, in_path: bool) -> Element:
    short = kind.ai == "01" and len(value) in _SHORTER_GTIN
    # Among attributes the reference takes shorter GTINs from everybody.
    if short and (Leniency.SHORT_GTINS in leniency or not in_path):
        value = value.zfill(14)
    return Element(kind, value)


def _check_attribute(one: Element, before: Sequence[Element], path: tuple[str, ...], leniency: Leniency) -> None:
    if one.ai in {other.ai for other in before}:
        raise DigitalLinkError(join("", one.ai), "element_twice", ai=one.ai)
    if not (one.kind.is_attribute or (not one.kind.is_known and Leniency.UNASSIGNED_ATTRIBUTES in leniency)):
        raise DigitalLinkError(join("", one.ai), "no_attribute", ai=one.ai)
    if any((*path[:place], one.ai, *path[place:]) in paths() for place in range(1, len(path) + 1)):
        raise DigitalLinkError(join("", one.ai), "belongs_into_path", ai=one.ai)


def _quoted(value: str) -> str:
    return quote(value, safe=_UNRESERVED)
