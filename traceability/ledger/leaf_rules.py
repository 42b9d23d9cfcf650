"""What each member of a leaf must be. The rules know formats, and no trade."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from operator import itemgetter
from typing import Any

from traceability.ledger.errors import LeafError

MAX_BODY_DEPTH = 8
_MAX_SAFE_INTEGER = 2**53 - 1

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
ENTITY = re.compile(r"[a-z]+:[!-~]{1,160}")
HASH = re.compile(r"[0-9a-f]{64}")
KEY_ID = re.compile(r"[0-9a-f]{16}")
FIELD_PATH = re.compile(r"[a-z][a-z0-9_.]{0,159}")
_ORIGIN = re.compile(r"[!-*,-~]{1,200}")
_TYPE = re.compile(r"[a-z]+(\.[a-z_]+)+")
_SIGNATURE = re.compile(r"[A-Za-z0-9+/]{85}[AQgw]==")
_MEDIA = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}")
_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{0,5}[1-9])?Z")
_ATTESTED = frozenset({"device", "account", "sensor", "import"})

# Checks the value found at a path; raises LeafError.
Rule = Callable[[Any, str], None]


@dataclass(frozen=True, slots=True)
class Shape:
    """The members that an object must have, and those that it may have."""

    required: Mapping[str, Rule]
    optional: Mapping[str, Rule] = field(default_factory=dict)

    def check(self, value: Any, path: str) -> None:
        """Check the names and then every member by its rule. Raises LeafError naming the member."""
        if type(value) is not dict:
            raise LeafError(f"{path}: not an object")
        missing = [name for name in self.required if name not in value]
        if missing:
            raise LeafError(f"{path}: member {missing[0]} is missing")
        for name, member in value.items():
            rule = self.required.get(name) or self.optional.get(name)
            if rule is None:
                raise LeafError(f"{path}: unknown member {name!r:.80}")
            rule(member, f"{path}.{name}")


def check_members(members: Any) -> None:
    """Check the members of a leaf that is already parsed, canonical and within the profile. Raises LeafError."""
    LEAF.check(members, "leaf")
    if (members["prev"] is None) != (members["eseq"] == 0):
        raise LeafError("leaf.prev: null belongs to eseq 0, and to no other")


def text(pattern: re.Pattern[str], wanted: str) -> Rule:
    """Return the rule for text of a pattern; `wanted` says what it is in an error."""

    def check(value: Any, path: str) -> None:
        if type(value) is not str or not pattern.fullmatch(value):
            raise LeafError(f"{path}: not {wanted}")

    return check


def check_count(value: Any, path: str) -> None:
    """Check for an integer from 0 to 2^53-1. Raises LeafError."""
    if type(value) is not int or not 0 <= value <= _MAX_SAFE_INTEGER:
        raise LeafError(f"{path}: not an integer from 0 to 2^53-1")


def sorted_list(shape: Shape, key: str) -> Rule:
    """Return the rule for a list of objects, at least one, sorted by a member that no two share."""

    def check(value: Any, path: str) -> None:
        if type(value) is not list or not value:
            raise LeafError(f"{path}: not a list of at least one")
        for position, item in enumerate(value):
            shape.check(item, f"{path}[{position}]")
        keys = list(map(itemgetter(key), value))
        if any(left >= right for left, right in pairwise(keys)):
            raise LeafError(f"{path}: not sorted by {key}, each once")

    return check


def depth_of(value: Any) -> int:
    """Count how deep objects and arrays nest; 1 for a flat one. Requires a value within the profile."""
    if type(value) is dict:
        value = value.values()
    elif type(value) is not list:
        return 0
    return 1 + max(map(depth_of, value), default=0)


def _check_version(value: Any, path: str) -> None:
    if type(value) is not int or value != 1:
        raise LeafError(f"{path}: not 1")


def _check_prev(value: Any, path: str) -> None:
    if value is not None:
        _HASH(value, path)


def _check_time(value: Any, path: str) -> None:
    match = _TIME.fullmatch(value) if type(value) is str else None
    if match is None:
        raise LeafError(f"{path}: not a time like 2026-09-01T08:00:00Z in UTC")
    try:
        datetime.fromisoformat(match[1])
    except ValueError as error:
        raise LeafError(f"{path}: no such day or hour") from error


def _check_attested(value: Any, path: str) -> None:
    if type(value) is not str or value not in _ATTESTED:
        raise LeafError(f"{path}: not one of {', '.join(sorted(_ATTESTED))}")


def _check_body(value: Any, path: str) -> None:
    if type(value) is not dict:
        raise LeafError(f"{path}: not an object")
    if depth_of(value) > MAX_BODY_DEPTH:
        raise LeafError(f"{path}: nested deeper than {MAX_BODY_DEPTH}")


def _check_commit(value: Any, path: str) -> None:
    if type(value) is not dict or not value:
        raise LeafError(f"{path}: not an object of at least one commitment")
    for name, commitment in value.items():
        _PATH(name, f"{path}: the name {name!r:.80}")
        _HASH(commitment, f"{path}.{name}")


_UUID = text(UUID, "a lower-case UUID")
_HASH = text(HASH, "64 lower-case hex digits")
_PATH = text(FIELD_PATH, "a field path")
_ENTITY = text(ENTITY, "an entity like lot:0f8fad5b")

_ACTOR = Shape(required={"id": _UUID, "party": _UUID, "attested": _check_attested}, optional={"for": _UUID})
_INPUT = Shape(required={"entity": _ENTITY, "eseq": check_count, "head": _HASH})
ATTACHMENT = Shape(required={"sha256": _HASH, "size": check_count, "media": text(_MEDIA, "a media type")})
_SIG = Shape(
    required={
        "key": text(KEY_ID, "16 lower-case hex digits"),
        "ed25519": text(_SIGNATURE, "the base64 of a signature of 64 bytes"),
    }
)
LEAF = Shape(
    required={
        "v": _check_version,
        "log": text(_ORIGIN, "the origin of a log"),
        "id": _UUID,
        "type": text(_TYPE, "an event type like lot.harvest"),
        "entity": _ENTITY,
        "eseq": check_count,
        "prev": _check_prev,
        "time": _check_time,
        "actor": _ACTOR.check,
        "body": _check_body,
    },
    optional={
        "inputs": sorted_list(_INPUT, "entity"),
        "commit": _check_commit,
        "attachments": sorted_list(ATTACHMENT, "sha256"),
        "sig": _SIG.check,
    },
)
