"""Canonical JSON (RFC 8785), and the stricter profile of a leaf."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

import rfc8785

from traceability.ledger.errors import CanonicalError
from traceability.ledger.strict import MAX_SAFE_INTEGER, check_encodable, parse

try:
    import orjson
except ImportError:  # pragma: no cover - the verifier runs without it, only slower
    orjson = None  # type: ignore[assignment]

MAX_PROFILE_DEPTH = 16
# Characters that compose, decompose or move only since Unicode 15. They are left as they were in Unicode 14, where
# nothing did, whatever version runs this: a text does not pass here and fail in a newer browser.
_NEWER = re.compile(
    "["
    "\u0897\u1acf-\u1add\u1ae0-\u1aeb\U000105c9\U000105d2\U000105da\U000105e4\U00010d69-\U00010d6d"
    "\U00010efa-\U00010efb\U00010efd-\U00010eff\U00011382-\U00011385\U0001138b\U0001138e"
    "\U00011390-\U00011391\U000113b8\U000113bb\U000113c2\U000113c5\U000113c7-\U000113c9"
    "\U000113ce-\U000113d0\U00011f41-\U00011f42\U0001611e-\U00016129\U0001612f\U00016d63"
    "\U00016d67-\U00016d6a\U0001e08f\U0001e4ec-\U0001e4ef\U0001e5ee-\U0001e5ef\U0001e6e3\U0001e6e6"
    "\U0001e6ee-\U0001e6ef\U0001e6f5"
    "]"
)


def canonicalize(value: Any) -> bytes:
    """Write a JSON value as its only canonical bytes (RFC 8785).

    Raises CanonicalError for what JSON or I-JSON cannot hold: NaN, lone surrogates, integers outside +-(2^53-1), names
    that are not text, any other type.
    """
    # The plain, slow implementation on purpose: it is the one that the fast path is held against.
    try:
        return rfc8785.dumps(value)
    except (ValueError, TypeError, RecursionError) as error:
        raise CanonicalError(f"not canonicalisable: {error}") from error


def canonicalize_quickly(value: Any) -> bytes:
    """Write what `canonicalize` writes, many times faster for what keeps to the profile. Raises CanonicalError."""
    try:
        data = write_profiled(value)
    except CanonicalError:
        return canonicalize(value)
    # Of any other value orjson may have written something else.
    return data if is_plain(value, data) else canonicalize(value)


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


if orjson is not None:  # pragma: no branch
    # Whatever is not plain JSON is passed through to the default handler, and there is none: it is an error.
    _ORJSON_OPTIONS = (
        orjson.OPT_SORT_KEYS
        | orjson.OPT_STRICT_INTEGER
        | orjson.OPT_PASSTHROUGH_SUBCLASS
        | orjson.OPT_PASSTHROUGH_DATACLASS
        | orjson.OPT_PASSTHROUGH_DATETIME
    )


def is_plain(value: Any, data: bytes, *, depth: int = MAX_PROFILE_DEPTH) -> bool:
    """Tell quickly that a value keeps to the profile, `data` being its bytes, and is nested to no more than a depth.

    One-sided: what passes keeps to it, and any doubt is for the exact check.
    """
    return _has_plain_kinds((value,), depth) and (data.isascii() or _has_plain_text(value, data))


def _check_profile_of(value: Any, data: bytes) -> None:
    if not is_plain(value, data):
        check_profile(value)


def _has_plain_kinds(values: Iterable[Any], depth: int) -> bool:
    # The kind itself and not isinstance: a subclass may be written as anything.
    for value in values:
        kind = type(value)
        if kind is str:
            continue
        if kind is dict or kind is list:
            inner = value.values() if kind is dict else value
            if depth == 0 or not _has_plain_kinds(inner, depth - 1):
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
        if abs(value) > MAX_SAFE_INTEGER:
            raise CanonicalError(f"{path or 'value'}: integer outside +-(2^53-1)")
    elif value is not None and kind is not bool:
        raise CanonicalError(f"{path or 'value'}: {kind.__name__} is outside the profile; write decimals as text")


def _check_items(value: Any, path: str, depth: int) -> None:
    if type(value) is list:
        for position, item in enumerate(value):
            _check_member(item, f"{path}[{position}]", depth)
        return
    for name, item in value.items():
        # Beyond ASCII the order by UTF-16 unit (RFC 8785, 3.2.3) is not that by code point, which the fast writer has.
        if type(name) is not str or not name.isascii():
            raise CanonicalError(f"{path or 'value'}: member name {name!r:.80} is not ASCII text")
        _check_member(item, f"{path}.{name}" if path else name, depth)


def _check_text(text: str, path: str) -> None:
    if text.isascii():
        return
    check_encodable(text)
    # Two spellings of one word must not give two hashes; whoever takes the text in normalises it.
    if not all(unicodedata.is_normalized("NFC", part) for part in _NEWER.split(text)):
        raise CanonicalError(f"{path or 'value'}: text is not in Unicode form NFC")
