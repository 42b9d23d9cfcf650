"""Commitments to the fields that a leaf does not show: personal data and trade secrets."""

import hmac
from typing import Any

from traceability.ledger.canonical import canonicalize_profiled
from traceability.ledger.errors import CanonicalError, CommitmentError

SALT_SIZE = 32
_DOMAIN = b"suyuan/commit/v1"


def commit(path: str, value: Any, salt: bytes) -> str:
    """Return the lower-case hex commitment to the value of a field: HMAC-SHA256 under a salt used for nothing else.

    The salt is 32 random bytes, for a bare hash of a telephone number is found by trying them all. Raises
    CommitmentError where the salt is of another size or the value outside the profile of the leaf.
    """
    if len(salt) != SALT_SIZE:
        raise CommitmentError(f"commitment to {path}: a salt of {len(salt)} bytes in place of {SALT_SIZE}")
    # The zero bytes part the fields: neither the domain nor a path can hold one, so no other path and value join to the
    # same message.
    try:
        message = b"\x00".join([_DOMAIN, path.encode(), canonicalize_profiled(value)])
    except (CanonicalError, UnicodeError) as error:
        raise CommitmentError(f"commitment to {path}: {error}") from error
    return hmac.digest(salt, message, "sha256").hex()


def verify_opening(commitment: str, *, path: str, value: Any, salt: bytes) -> None:
    """Check that a disclosed value and salt are those that were committed to. Raises CommitmentError."""
    if not hmac.compare_digest(commit(path, value, salt), commitment):
        raise CommitmentError(f"commitment to {path}: the disclosed value is not the one committed to")
