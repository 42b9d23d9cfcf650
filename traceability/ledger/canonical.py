"""Canonical JSON (RFC 8785), strict parsing, and the stricter profile of a leaf."""

import json
import math
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any, NoReturn

import rfc8785

from traceability.ledger.errors import CanonicalError

try:
    import orjson
except ImportError:  # pragma: no cover - the verifier runs without it, only slower
    orjson = None  # type: ignore[assignment]

# Far below the interpreter's recursion limit, so that no RecursionError depends on who calls.
MAX_DEPTH = 256
MAX_PROFILE_DEPTH = 16
_MAX_SAFE_INTEGER = 2**53 - 1


def canonicalize(value: Any) -> bytes:
    """Write a JSON value as its only canonical bytes (RFC 8785).

    Raises CanonicalError for what JSON or I-JSON cannot hold: NaN, lone surrogates, integers outside +-(2^53-1), names
    that are not text, any other type.
    """
    try:
        return rfc8785.dumps(value)
    except (ValueError, TypeError, RecursionError) as error:
        raise CanonicalError(f"not canonicalisable: {error}") from error


def parse(data: bytes) -> Any:
    """Read one JSON document, refusing whatever two readers could read differently.

    That is: a byte order mark, invalid UTF-8, duplicate names, lone surrogates, NaN and infinities (also by overflow),
    integers outside +-(2^53-1), nesting beyond MAX_DEPTH, trailing data. Raises CanonicalError.
    """
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


def parse_canonical(data: bytes) -> Any:
    """Read JSON that must already be in its canonical bytes. Raises CanonicalError."""
    value = parse(data)
    if canonicalize(value) != data:
        raise CanonicalError("not in canonical form (RFC 8785)")
    return value


def check_profile(value: Any) -> None:
    """Check that a value keeps to the profile of the leaf; raises CanonicalError naming the member.

    The profile: objects, arrays, text in NFC, integers within +-(2^53-1), true, false and null; member names in ASCII;
    nesting up to MAX_PROFILE_DEPTH. No float: quantities, money and coordinates are decimal text.
    """
    _check_member(value, "", 0)


def canonicalize_profiled(value: Any) -> bytes:
    """Check the profile and write the canonical bytes: the same as `canonicalize`, many times faster.

    Raises CanonicalError.
    """
    data = write_profiled(value)
    # Only now is it known whether the bytes are right: orjson writes NaN as null, and a UUID as text.
    _check_profile_of(value, data)
    return data


def parse_profiled(data: bytes) -> Any:
    """Read a document that must be canonical and keep to the profile. Raises CanonicalError.

    Takes and gives the same as `parse_canonical` with `check_profile`, many times faster.
    """
    value = parse_as_written(data)
    _check_profile_of(value, data)
    return value


def parse_as_written(data: bytes) -> Any:
    """Read a document that must be spelled as `write_profiled` spells it; its profile is left for the caller to check.

    Duplicate names, other spellings and outsize integers do not survive being written again. Raises CanonicalError.
    """
    try:
        value = read_quickly(data)
    except ValueError:
        value = parse(data)
    if write_profiled(value) != data:
        # The strict parser knows the reason best; where it has none, the spelling is the fault.
        parse(data)
        raise CanonicalError("not in canonical form (RFC 8785)")
    return value


def read_quickly(data: bytes) -> Any:
    """Read JSON that is compared with its own canonical bytes afterwards; alone it lets through what `parse` refuses.

    Raises ValueError or CanonicalError.
    """
    return parse(data) if orjson is None else orjson.loads(data)


def write_profiled(value: Any) -> bytes:
    """Write the canonical bytes of a value that `check_profile` has passed; of any other value they may be wrong.

    On the profile the order of UTF-8 bytes is that of UTF-16 units, and no number needs more than its decimal digits:
    there orjson with sorted names writes what RFC 8785 asks for.
    """
    if orjson is None:
        return canonicalize(value)
    try:
        return orjson.dumps(value, option=_ORJSON_OPTIONS)
    except (TypeError, ValueError, RecursionError) as error:
        raise CanonicalError(f"not canonicalisable: {error}") from error


def _object_without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise CanonicalError(f"duplicate member name {twice[:80]!r}")
    return members


def _safe_integer(digits: str) -> int:
    # The length first: int() takes quadratic time, and refuses on its own only beyond thousands of digits.
    if len(digits) > 17 or abs(int(digits)) > _MAX_SAFE_INTEGER:
        raise CanonicalError(f"integer outside +-(2^53-1): {digits[:24]}")
    return int(digits)


def _finite_float(digits: str) -> float:
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

if orjson is not None:  # pragma: no branch
    _ORJSON_OPTIONS = (
        orjson.OPT_SORT_KEYS
        | orjson.OPT_STRICT_INTEGER
        | orjson.OPT_PASSTHROUGH_SUBCLASS
        | orjson.OPT_PASSTHROUGH_DATACLASS
        | orjson.OPT_PASSTHROUGH_DATETIME
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
    for level in _levels(document):
        for value in level:
            for text in value if type(value) is dict else [value]:
                if type(text) is str:
                    _check_encodable(text)


def _check_encodable(text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise CanonicalError(f"lone surrogate in {text[:40]!r}") from error


def _check_profile_of(value: Any, data: bytes) -> None:
    # The looks are quick and one-sided: what they pass keeps to the profile, and any doubt is for the exact check.
    plain = _has_plain_kinds((value,), MAX_PROFILE_DEPTH) and (data.isascii() or _has_plain_text(value, data))
    if not plain:
        check_profile(value)


def _has_plain_kinds(values: Iterable[Any], depth: int) -> bool:
    for value in values:
        kind = type(value)
        if kind is str:
            continue
        if kind is dict or kind is list:
            if depth == 0 or not _has_plain_kinds(_items(value), depth - 1):
                return False
        elif kind is not int and kind is not bool and value is not None:
            return False
    return True


def _has_plain_text(value: Any, data: bytes) -> bool:
    # Normal forms are closed under cutting, and nothing composes with a quote: where the document is in NFC, so is each
    # of its texts.
    return unicodedata.is_normalized("NFC", data.decode()) and _has_ascii_names((value,))


def _has_ascii_names(values: Iterable[Any]) -> bool:
    for value in values:
        if type(value) is dict:
            if not ("".join(value).isascii() and _has_ascii_names(value.values())):
                return False
        elif type(value) is list and not _has_ascii_names(value):
            return False
    return True


def _check_member(value: Any, path: str, depth: int) -> None:
    kind = type(value)
    if kind is str:
        _check_text(value, path)
    elif kind is dict or kind is list:
        if depth == MAX_PROFILE_DEPTH:
            raise CanonicalError(f"{path or 'value'}: nested deeper than {MAX_PROFILE_DEPTH}")
        _check_items(value, path, depth + 1)
    elif kind is int:
        if abs(value) > _MAX_SAFE_INTEGER:
            raise CanonicalError(f"{path or 'value'}: integer outside +-(2^53-1)")
    elif value is not None and kind is not bool:
        raise CanonicalError(f"{path or 'value'}: {kind.__name__} is outside the profile; write decimals as text")


def _check_items(value: Any, path: str, depth: int) -> None:
    if type(value) is list:
        for position, item in enumerate(value):
            _check_member(item, f"{path}[{position}]", depth)
        return
    for name, item in value.items():
        if type(name) is not str or not name.isascii():
            raise CanonicalError(f"{path or 'value'}: member name {name!r:.80} is not ASCII text")
        _check_member(item, f"{path}.{name}" if path else name, depth)


def _check_text(text: str, path: str) -> None:
    if text.isascii():
        return
    _check_encodable(text)
    if not unicodedata.is_normalized("NFC", text):
        raise CanonicalError(f"{path or 'value'}: text is not in Unicode form NFC")
