"""Texts of bytes and numbers that have one spelling only.

Two base64 texts can decode to the same bytes, and `int()` reads signs, underscores and foreign digits. A format that is
signed or hashed takes the one spelling that its writer would have printed.
"""

import base64
import binascii
import re

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,19}")
_MAX_UINT64 = 2**64 - 1


def base64_text(data: bytes) -> str:
    """Write bytes in the standard alphabet with padding (RFC 4648, section 4)."""
    return base64.b64encode(data).decode("ascii")


def base64_bytes(text: str) -> bytes:
    """Read standard base64, refusing every spelling but the canonical one (RFC 4648, 3.5).

    Raises ValueError.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("not base64") from error
    # The decoder ignores stray bits in the last character, so that two texts would stand for the same bytes.
    if base64_text(data) != text:
        raise ValueError("not canonical base64")
    return data


def hash_bytes(text: str) -> bytes:
    """Read the base64 of a SHA-256 hash. Raises ValueError, also where it is not 32 bytes."""
    data = base64_bytes(text)
    if len(data) != 32:
        raise ValueError(f"a hash of {len(data)} bytes in place of 32")
    return data


def decimal_number(text: str) -> int:
    """Read an ASCII decimal below 2^64 without sign or leading zero. Raises ValueError."""
    # Twenty digits at most, so that int() never works on a long text.
    if not _DECIMAL.fullmatch(text) or int(text) > _MAX_UINT64:
        raise ValueError(f"not a decimal number: {text[:24]!r}")
    return int(text)
