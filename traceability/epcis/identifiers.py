"""Names of things, brought to one form.

A GS1 key comes as an EPC URN, or as a GS1 Digital Link on anybody's domain; both become the constrained canonical
Digital Link that the event hash of CBV 2.0 asks for: domain id.gs1.org, no query string, only the finest level of
identification, GTINs of 14 digits. Any other URI stays as it is.
"""

import re
from enum import StrEnum
from functools import lru_cache
from urllib.parse import unquote

from traceability.epcis.keys import KEY_FORMS, QUALIFIER_FORMS, Key
from traceability.epcis.urns import key_of_urn

_MAX_URI = 400


class Kind(StrEnum):
    """What sort of thing an identifier names."""

    LOT = "LOT"
    INSTANCE = "INSTANCE"
    CONTAINER = "CONTAINER"
    PLACE = "PLACE"
    CLASS = "CLASS"
    OTHER = "OTHER"


# Which qualifiers may follow a key, in this order (GS1 syntax dictionary), and which of them make it finer: a consumer
# product variant (22), a service instance (8019) or an importer index (7040) does not.
_FOLLOWERS = {
    "01": ("22", "10", "21", "235"),
    "8006": ("22", "10", "21"),
    "8010": ("8011",),
    "414": ("254", "7040"),
    "417": ("7040",),
    "8003": ("7040",),
    "8004": ("7040",),
    "8017": ("8019",),
    "8018": ("8019",),
}
_FINER = frozenset({"10", "21", "235", "254", "8011"})
_SHORT_NAMES = {
    "sscc": "00",
    "gtin": "01",
    "gdti": "253",
    "gcn": "255",
    "ginc": "401",
    "gsin": "402",
    "gln": "414",
    "party": "417",
    "grai": "8003",
    "giai": "8004",
    "itip": "8006",
    "cpid": "8010",
    "gsrnp": "8017",
    "gsrn": "8018",
    "cpv": "22",
    "lot": "10",
    "ser": "21",
}


_KINDS = {
    ("00", ""): Kind.CONTAINER,
    ("01", ""): Kind.CLASS,
    ("8006", ""): Kind.CLASS,
    ("8010", ""): Kind.CLASS,
    ("01", "10"): Kind.LOT,
    ("01", "21"): Kind.INSTANCE,
    ("01", "235"): Kind.INSTANCE,
    ("8006", "21"): Kind.INSTANCE,
    ("414", ""): Kind.PLACE,
    ("414", "254"): Kind.PLACE,
}


def canonical(uri: str) -> str:
    """Give the one form of an identifier: the canonical Digital Link of a GS1 key, any other URI as it is."""
    key = gs1_key(uri)
    return key.uri if key else uri


def item_name(uri: str) -> str:
    """Give the one form in which an item is known here: the canonical one, whatever the case of its scheme.

    RFC 3986, 3.1: schemes are told apart by their letters, not by their case.
    """
    scheme, colon, rest = uri.partition(":")
    return canonical(scheme.lower() + colon + rest)


def digital_link(uri: str) -> str | None:
    """Give the constrained canonical Digital Link, or None where the text names no GS1 key."""
    key = gs1_key(uri)
    return key.uri if key else None


def comparable(uri: str) -> str:
    """Give what to compare identifiers by: case is not told apart, for partners' systems do not keep it."""
    return canonical(uri).lower()


def kind(uri: str) -> Kind:
    """Tell what sort of thing an identifier names; OTHER where GS1 does not say."""
    key = gs1_key(uri)
    if key is None:
        return Kind.OTHER
    return _KINDS.get((key.ai, key.qualifier), Kind.OTHER)


def gtin_and_lot(uri: str) -> tuple[str, str]:
    """Give GTIN (14 digits) and lot number of a lot, the GTIN and "" of an item or product, ("", "") of all else."""
    key = gs1_key(uri)
    if key is None or key.ai != "01":
        return "", ""
    return key.value, key.qualifier_value if key.qualifier == "10" else ""


def gs1_key(uri: str) -> Key | None:
    """Read the GS1 key that a URI names, or None where it names none. Check digits are not judged here."""
    # What is too long for any key must not fill the cache.
    return _read(uri) if len(uri) <= _MAX_URI else None


@lru_cache(maxsize=4096)
def _read(uri: str) -> Key | None:
    return _from_digital_link(uri) if uri.startswith(("http://", "https://")) else key_of_urn(uri)


def _from_digital_link(uri: str) -> Key | None:
    path = re.split(r"[?#]", uri, maxsplit=1)[0].split("/")[3:]
    steps = [_SHORT_NAMES.get(step, step) for step in path]
    # The path may lead to the key over any steps of its own: the key is the first from which the rest makes sense.
    for position, ai in enumerate(steps[:-1]):
        if ai in KEY_FORMS:
            key = _from_path(ai, path[position + 1], steps[position + 2 :: 2], path[position + 3 :: 2])
            if key:
                return key
    return None


def _from_path(ai: str, value: str, qualifiers: list[str], values: list[str]) -> Key | None:
    allowed = [one for one in _FOLLOWERS.get(ai, ()) if one in qualifiers]
    if qualifiers != allowed or len(values) != len(qualifiers):
        return None
    key = Key(ai, _padded(ai, unquote(value)))
    for qualifier, text in zip(qualifiers, map(unquote, values), strict=True):
        if not QUALIFIER_FORMS[qualifier].fullmatch(text):
            return None
        if qualifier in _FINER:
            key = Key(key.ai, key.value, qualifier, text)
    return key if key.is_well_formed else None


def _padded(ai: str, value: str) -> str:
    # GTIN-8, GTIN-12 and GTIN-13 are written with leading zeros in a Digital Link; not everybody does.
    return value.zfill(14) if ai == "01" and re.fullmatch(r"\d{8}|\d{12,13}", value, re.ASCII) else value
