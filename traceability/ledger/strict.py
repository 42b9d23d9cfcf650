"""Strict reading of JSON: whatever two readers could read differently is refused."""

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NoReturn

from traceability.ledger.errors import CanonicalError

# Far below the interpreter's recursion limit, so that no RecursionError depends on who calls.
MAX_DEPTH = 256
MAX_SAFE_INTEGER = 2**53 - 1


def parse(data: bytes) -> Any:
    """Read one JSON document, refusing whatever two readers could read differently.

    That is: a byte order mark, invalid UTF-8, duplicate names, lone surrogates, NaN and infinities (also by overflow),
    integers outside +-(2^53-1), nesting beyond MAX_DEPTH, trailing data. Raises CanonicalError.
    """
    # Decoded here and not by the json module, which would guess UTF-16 and UTF-32 too (RFC 8259, 8.1).
    try:
        value = _DECODER.decode(bytes(data).decode("utf-8"))
    except UnicodeDecodeError as error:
        raise CanonicalError(f"not UTF-8 at byte {error.start}") from error
    except RecursionError as error:
        raise CanonicalError(f"nested deeper than {MAX_DEPTH}") from error
    except ValueError as error:
        raise CanonicalError(f"not JSON: {error}") from error
    # Neither fault can hide where there are too few brackets, or no escape, to make it.
    if data.count(b"[") + data.count(b"{") > MAX_DEPTH:
        _check_depth(value)
    if b"\\u" in data:
        _check_texts(value)
    return value


def check_encodable(text: str) -> None:
    """Refuse text that UTF-8 cannot hold. Raises CanonicalError."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise CanonicalError(f"lone surrogate in {text[:40]!r}") from error


def _object_without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # RFC 7493, 2.3. The json module keeps the last of two members silently, other readers the first.
    members = dict(pairs)
    if len(members) != len(pairs):
        twice = next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
        raise CanonicalError(f"duplicate member name {twice[:80]!r}")
    return members


def _safe_integer(digits: str) -> int:
    # Beyond 2^53 a reader that keeps numbers as doubles sees another number than one that does not (RFC 7493, 2.2).
    # The length first: int() takes quadratic time, and refuses on its own only beyond thousands of digits.
    if len(digits) > 17 or abs(int(digits)) > MAX_SAFE_INTEGER:
        raise CanonicalError(f"integer outside +-(2^53-1): {digits[:24]}")
    return int(digits)


def _finite_float(digits: str) -> float:
    # 1e400 is good JSON that reads as infinity, which has no canonical form (RFC 8785, 3.2.2.3).
    number = float(digits)
    if not math.isfinite(number):
        raise CanonicalError(f"number beyond the range of a double: {digits[:24]}")
    return number


def _no_constant(name: str) -> NoReturn:
    raise CanonicalError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object_without_duplicates,
    parse_int=_safe_integer,
    parse_float=_finite_float,
    parse_constant=_no_constant,
)


def _levels(document: Any) -> Iterator[list[Any]]:
    # Level by level and not by recursion: whoever wrote the document chose its depth.
    level = [document]
    while level:
        yield level
        level = [item for value in level for item in _items(value)]


def _items(value: Any) -> Iterable[Any]:
    if type(value) is dict:
        return value.values()
    return value if type(value) is list else ()


def _check_depth(document: Any) -> None:
    for depth, level in enumerate(_levels(document)):
        if depth >= MAX_DEPTH and any(type(value) in (dict, list) for value in level):
            raise CanonicalError(f"nested deeper than {MAX_DEPTH}")


def _check_texts(document: Any) -> None:
    # The decoder turns "\\ud800" into a lone surrogate, which no UTF-8 can hold (RFC 8785, 3.2.2.2).
    for level in _levels(document):
        for text in _texts(level):
            check_encodable(text)


def _texts(level: Iterable[Any]) -> Iterator[str]:
    for value in level:
        if type(value) is dict:
            yield from value
        elif type(value) is str:
            yield value
