"""EPC URNs: how tags and older systems write the keys of GS1 (GS1 EPC Tag Data Standard, 6 to 8).

A name gives the company prefix apart and leaves the check digit out: `urn:epc:id:sgtin:690123.4000001.A7`.
"""

import re
from collections.abc import Callable, Mapping
from urllib.parse import unquote

from traceability.epcis.keys import Key, check_digit

_Reader = Callable[[str], Key | None]


def key_of_urn(uri: str) -> Key | None:
    """Read the key that an EPC, a class of EPCs or a pattern of them names; None for any other text."""
    parts = uri.split(":", 4)
    if len(parts) != 5:
        return None
    *lead, scheme, name = parts
    reader = _READERS.get(":".join(lead).lower(), {}).get(scheme.lower())
    key = reader(name) if reader else None
    return key if key and key.is_well_formed else None


def _split(name: str, total: int, parts: int) -> list[str] | None:
    """Split a name into company prefix, reference and the rest, where the first two have `total` digits."""
    # The last part is a serial, which may hold points itself.
    found = name.split(".", parts - 1)
    if len(found) != parts or not all(re.fullmatch(r"[0-9]*", digits) for digits in found[:2]):
        return None
    return found if 6 <= len(found[0]) <= 12 and len(found[0]) + len(found[1]) == total else None


def _with_check_digit(digits: str) -> str:
    return digits + check_digit(digits)


def _gtin(prefix: str, reference: str) -> str:
    # The first digit of the reference is the indicator, which leads the GTIN.
    return _with_check_digit(reference[:1] + prefix + reference[1:])


def _trade_item(qualifier: str) -> _Reader:
    def read(name: str) -> Key | None:
        found = _split(name, 13, 3)
        return Key("01", _gtin(*found[:2]), qualifier, unquote(found[2])) if found else None

    return read


def _serialised(ai: str, *, lead: str = "") -> _Reader:
    def read(name: str) -> Key | None:
        found = _split(name, 12, 3)
        return Key(ai, _with_check_digit(lead + found[0] + found[1]) + unquote(found[2])) if found else None

    return read


def _numbered(ai: str, total: int) -> _Reader:
    def read(name: str) -> Key | None:
        found = _split(name, total, 2)
        return Key(ai, _with_check_digit(found[0] + found[1])) if found else None

    return read


def _free(ai: str) -> _Reader:
    def read(name: str) -> Key | None:
        prefix, dot, reference = name.partition(".")
        return Key(ai, prefix + unquote(reference)) if dot and re.fullmatch(r"[0-9]{6,12}", prefix) else None

    return read


def _sscc(name: str) -> Key | None:
    found = _split(name, 17, 2)
    return Key("00", _gtin(*found)) if found else None


def _sgln(name: str) -> Key | None:
    found = _split(name, 12, 3)
    if found is None:
        return None
    gln = _with_check_digit(found[0] + found[1])
    return Key("414", gln) if found[2] == "0" else Key("414", gln, "254", unquote(found[2]))


def _cpi(name: str) -> Key | None:
    item, _, serial = name.rpartition(".")
    key = _free("8010")(item)
    return Key("8010", key.value, "8011", serial) if key else None


def _itip(name: str) -> Key | None:
    found = _split(name, 13, 5)
    return Key("8006", _gtin(*found[:2]) + found[2] + found[3], "21", unquote(found[4])) if found else None


def _pattern(read: _Reader) -> _Reader:
    """Read a pattern: the name of all instances of a class, whose serial is a star."""

    def read_pattern(name: str) -> Key | None:
        # Any serial stands for the star while the name is read; it is cut off again.
        key = read(name[:-1] + "1") if name.endswith(".*") else None
        if key is None:
            return None
        return Key(key.ai, key.digits if key.ai in {"253", "255", "8003"} else key.value)

    return read_pattern


_SCHEMES: Mapping[str, _Reader] = {
    "sgtin": _trade_item("21"),
    "upui": _trade_item("235"),
    "itip": _itip,
    "sscc": _sscc,
    "sgln": _sgln,
    "pgln": _numbered("417", 12),
    "grai": _serialised("8003", lead="0"),
    "gdti": _serialised("253"),
    "sgcn": _serialised("255"),
    "giai": _free("8004"),
    "ginc": _free("401"),
    "gsrn": _numbered("8018", 17),
    "gsrnp": _numbered("8017", 17),
    "gsin": _numbered("402", 16),
    "cpi": _cpi,
}
_READERS: Mapping[str, Mapping[str, _Reader]] = {
    "urn:epc:id": _SCHEMES,
    "urn:epc:class": {"lgtin": _trade_item("10")},
    "urn:epc:idpat": {
        name: _pattern(_SCHEMES[name]) for name in ("sgtin", "upui", "itip", "grai", "gdti", "sgcn", "cpi")
    },
}
