"""What the parts of GS1 values must say: dates, check characters, codes of countries (GS1 Barcode Syntax Tests).

Each rule takes a part whose characters and length were checked, and tells whether it holds. Coupon codes (8110, 8112),
used in North America only, and the list of package types (7041) are not looked into.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from functools import cache

from traceability.epcis.keys import has_check_digit
from traceability.epcis.schema import FOLDER

Rule = Callable[[str], bool]

CSET_82 = r"""!"%&'()*+,\-./0-9:;<=>?A-Z_a-z"""
CSET_39 = r"#\-/0-9A-Z"
CSET_64 = r"A-Za-z0-9_\-"
# A part of type Z is base64url, which may be padded at its end.
_SETS: Mapping[str, re.Pattern[str]] = {
    "N": re.compile(r"[0-9]+"),
    "X": re.compile(f"[{CSET_82}]+"),
    "Y": re.compile(f"[{CSET_39}]+"),
    "Z": re.compile(f"[{CSET_64}]+={{0,2}}"),
}
# GS1 General Specifications, 7.9.5: the characters in the order of their values, and the primes by which they weigh.
_ALPHABET = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83)
_CHECK_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_MEDIA_TYPES = {f"{number:02}" for number in (*range(1, 11), *range(80, 100))}


def has_characters(text: str, kind: str) -> bool:
    """Tell whether all characters are of a set: N digits, X CSET 82, Y CSET 39, Z base64url."""
    return bool(_SETS[kind].fullmatch(text))


def holds(rule: str, text: str) -> bool:
    """Tell whether a part keeps to the rule of this name; a rule that is not looked into is kept by all."""
    return _RULES.get(rule, _anything)(text)


def _anything(_text: str) -> bool:
    return True


def _matches(pattern: str) -> Rule:
    compiled = re.compile(pattern)
    return lambda text: bool(compiled.fullmatch(text))


def _listed(name: str) -> Rule:
    return lambda text: text in _code_lists()[name]


@cache
def _code_lists() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in (FOLDER / "code-lists.txt").read_text(encoding="utf-8").splitlines():
        name, _, codes = line.partition(": ")
        found.setdefault(name, set()).update(codes.split())
    return {name: frozenset(codes) for name, codes in found.items()}


def _is_day(text: str, *, whole_month: bool = False) -> bool:
    """Read YYMMDD or YYYYMMDD; day 00 stands for a whole month where that is allowed."""
    year, month, day = int(text[:-4]), int(text[-4:-2]), int(text[-2:])
    if not 1 <= month <= 12:
        return False
    # Two digits name the year that lies nearest (General Specifications, 7.12): 00 is 2000 and has its leap day.
    last = monthrange(year if len(text) == 8 and year else 2000 + year % 100, month)[1]
    return (0 if whole_month else 1) <= day <= last


def _has_check_characters(text: str) -> bool:
    body, given = text[:-2], text[-2:]
    if len(text) < 3 or len(body) > len(_PRIMES):
        return False
    weights = zip(reversed(body), _PRIMES, strict=False)
    rest = sum(_ALPHABET.index(character) * prime for character, prime in weights) % 1021
    return given == _CHECK_ALPHABET[rest >> 5] + _CHECK_ALPHABET[rest & 31]


def _is_piece_of_total(text: str) -> bool:
    piece, total = int(text[:2]), int(text[2:])
    return 1 <= piece <= total


def _is_place_in_sequence(text: str) -> bool:
    found = re.fullmatch(r"([1-9])/([1-9])", text)
    return bool(found) and int(text[0]) <= int(text[2])


def _is_iban(text: str) -> bool:
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[0-9A-Z]+", text) or not holds("iso3166alpha2", text[:2]):
        return False
    # ISO 7064, mod 97-10: letters count from 10 for A.
    return int("".join(str(int(character, 36)) for character in text[4:] + text[:4])) % 97 == 1


def _escapes_whole(text: str) -> bool:
    return re.search(r"%(?![0-9A-Fa-f]{2})|%00", text) is None


_PREFIX = r"[0-9]{4}.*"
_RULES: Mapping[str, Rule] = {
    "csum": has_check_digit,
    "csumalpha": _has_check_characters,
    # The shortest company prefix has four digits; which are assigned only GS1 knows.
    "gcppos1": _matches(_PREFIX),
    "gcppos2": _matches("." + _PREFIX),
    "yymmdd": _is_day,
    "yyyymmdd": _is_day,
    "yymmd0": lambda text: _is_day(text, whole_month=True),
    "hhmi": _matches(r"([01][0-9]|2[0-3])[0-5][0-9]"),
    "hh": _matches(r"[01][0-9]|2[0-3]"),
    "mi": _matches(r"[0-5][0-9]"),
    "ss": _matches(r"[0-5][0-9]"),
    "iso3166": _listed("iso3166"),
    "iso3166999": lambda text: text == "999" or holds("iso3166", text),
    "iso3166alpha2": _listed("iso3166alpha2"),
    "iso4217": _listed("iso4217"),
    "iso5218": _matches(r"[0129]"),
    # Degrees from the south pole and from the antimeridian, with seven digits behind the point.
    "latitude": lambda text: int(text) <= 180 * 10**7,
    "longitude": lambda text: int(text) <= 360 * 10**7,
    "pcenc": _escapes_whole,
    "yesno": _matches(r"[01]"),
    "hyphen": _matches(r"-*"),
    "zero": _matches(r"0*"),
    "nonzero": _matches(r".*[^0].*"),
    "nozeroprefix": _matches(r"0|[^0].*"),
    "hasnondigit": _matches(r".*[^0-9].*"),
    "winding": _matches(r"[019]"),
    "pieceoftotal": _is_piece_of_total,
    "posinseqslash": _is_place_in_sequence,
    "importeridx": _matches(r"[-0-9A-Z_a-z]"),
    "mediatype": lambda text: text in _MEDIA_TYPES,
    "iban": _is_iban,
}
