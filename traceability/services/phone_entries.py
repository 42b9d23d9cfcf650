"""What a farmer's phone signed while nobody could hear it: read strictly, as it was sent."""

import binascii
import hmac
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from traceability.errors import RefusedError
from traceability.events.members import as_object
from traceability.ledger import LedgerError, canonicalize_quickly, commitment
from traceability.ledger.leaf import Leaf, parse_leaf


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneEntry:
    """One entry as it came: the leaf that was signed, what its commitments hide, and when the phone saved it."""

    leaf: Leaf
    private: Mapping[str, object]
    salts: Mapping[str, bytes]
    saved_at: datetime


def read_entry(sent: object) -> PhoneEntry:
    """Read {content, private, salts, saved_at} strictly. Raises EventError, RefusedError."""
    found = as_object(sent, "")
    for name in ("content", "private", "salts", "saved_at"):
        if name not in found:
            raise RefusedError("", "missing_member", name=name)
    content = as_object(found["content"], "/content")
    private = as_object(found["private"], "/private")
    leaf = _leaf(content)
    salts = {path: _salt(path, text) for path, text in as_object(found["salts"], "/salts").items()}
    _check_commitments(leaf, private, salts)
    return PhoneEntry(leaf=leaf, private=private, salts=salts, saved_at=_moment(found["saved_at"]))


def _leaf(content: Mapping[str, Any]) -> Leaf:
    unplaced = {"eseq": 0, "prev": None}
    if unplaced.keys() & content.keys() or "inputs" in content:
        raise RefusedError("/content", "unknown_member", name=", ".join(sorted(unplaced.keys() & content.keys())))
    try:
        leaf = parse_leaf(canonicalize_quickly({**content, **unplaced}))
    except LedgerError as error:
        raise RefusedError("/content", "outside_the_profile", detail=str(error)) from error
    if leaf.sig is None:
        raise RefusedError("/content", "missing_member", name="sig")
    return leaf


def _check_commitments(leaf: Leaf, private: Mapping[str, object], salts: Mapping[str, bytes]) -> None:
    for name in sorted(leaf.commit.keys() | private.keys() | salts.keys()):
        if name not in leaf.commit or name not in private or name not in salts:
            raise RefusedError(f"/private/{name[:80]}", "unsealed_member")
        try:
            made = commitment.commit(name, private[name], salts[name])
        except LedgerError as error:
            raise RefusedError(f"/private/{name}", "outside_the_profile", detail=str(error)) from error
        if not hmac.compare_digest(made, leaf.commit[name]):
            raise RefusedError(f"/private/{name}", "unsealed_member")


def _salt(path: str, text: object) -> bytes:
    try:
        salt = b64decode(text, validate=True) if isinstance(text, str) else b""
    except binascii.Error:
        salt = b""
    if len(salt) != commitment.SALT_SIZE:
        raise RefusedError(f"/salts/{path[:80]}", "unsealed_member")
    return salt


def _moment(text: object) -> datetime:
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise RefusedError("/saved_at", "not_a_moment")
    return moment
