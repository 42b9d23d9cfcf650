"""What each member of a leaf must be. The rules know formats, and no trade."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from operator import itemgetter
from typing import Any

from traceability.ledger.canonical import check_profile, is_plain
from traceability.ledger.errors import CanonicalError, LeafError
from traceability.ledger.strict import MAX_SAFE_INTEGER

MAX_BODY_DEPTH = 8

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_ENTITY = re.compile(r"[a-z]+:[!-~]{1,160}")
_HASH = re.compile(r"[0-9a-f]{64}")
_KEY_ID = re.compile(r"[0-9a-f]{16}")
_FIELD_PATH = re.compile(r"[a-z][a-z0-9_.]{0,159}")
# A plus would part the name from the id in the log's own vkey.
_ORIGIN = re.compile(r"[!-*,-~]{1,200}")
_TYPE = re.compile(r"[a-z]+(\.[a-z_]+)+")
# 64 bytes take 86 characters, of which the last has four bits to spare: only those with the spare bits at zero.
_SIGNATURE = re.compile(r"[A-Za-z0-9+/]{85}[AQgw]==")
_MEDIA = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}")
# No zero at the end of a fraction, so that a moment has one spelling.
_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{0,5}[1-9])?Z")
_ATTESTED = frozenset({"device", "account", "sensor", "import"})

# Checks a value; raises RuleError, to which each object around it adds where it was.
Rule = Callable[[Any], None]


class RuleError(LeafError):
    """A value breaks a rule: where, as a path from the outermost object, and how."""

    def __init__(self, reason: str, path: str = "") -> None:
        super().__init__(f"{path.lstrip('.')}: {reason}" if path else reason)
        self._reason, self._path = reason, path

    def within(self, step: str) -> "RuleError":
        """Return the same fault as seen from one object further out."""
        return RuleError(self._reason, step + self._path)


@dataclass(frozen=True, slots=True)
class Shape:
    """The members that an object must have, and those that it may have."""

    required: Mapping[str, Rule]
    optional: Mapping[str, Rule] = field(default_factory=dict)

    def check(self, value: Any) -> None:
        """Check the names and then every member by its rule. Raises RuleError."""
        if type(value) is not dict:
            raise RuleError("not an object")
        for name in self.required:
            if name not in value:
                raise RuleError(f"member {name} is missing")
        for name, member in value.items():
            rule = self.required.get(name) or self.optional.get(name)
            if rule is None:
                raise RuleError(f"unknown member {name!r:.80}")
            _apply(rule, member, f".{name}")


def check_leaf(members: Any, data: bytes) -> None:
    """Do what `check_members` does for members whose canonical bytes are at hand, most often in a third of the time."""
    if not _is_common(members, data):
        check_members(members)


def check_members(members: Any) -> None:
    """Check all members of a leaf, and that its text keeps to the profile. Raises LeafError naming the member.

    Whether the bytes were canonical is for their reader to see.
    """
    _apply(_LEAF.check, members, "leaf")
    if (members["prev"] is None) != (members["eseq"] == 0):
        raise RuleError("null belongs to eseq 0, and to no other", "leaf.prev")


def text(pattern: re.Pattern[str], wanted: str) -> Rule:
    """Return the rule for text of a pattern; `wanted` says in an error what it should be."""

    def check(value: Any) -> None:
        if type(value) is not str or not pattern.fullmatch(value):
            raise RuleError(f"not {wanted}")

    return check


def sorted_list(shape: Shape, *key: str, least: int = 1) -> Rule:
    """Return the rule for a list of objects sorted by members that no two have alike."""

    def check(value: Any) -> None:
        if type(value) is not list or len(value) < least:
            raise RuleError(f"not a list of at least {least}")
        for position, item in enumerate(value):
            _apply(shape.check, item, f"[{position}]")
        keys = map(itemgetter(*key), value)
        if any(left >= right for left, right in pairwise(keys)):
            raise RuleError(f"not sorted by {' and '.join(key)}, each once")

    return check


def check_count(value: Any) -> None:
    """Check for an integer from 0 to 2^53-1. Raises RuleError."""
    if type(value) is not int or not 0 <= value <= MAX_SAFE_INTEGER:
        raise RuleError("not an integer from 0 to 2^53-1")


def _apply(rule: Rule, value: Any, step: str) -> None:
    try:
        rule(value)
    except RuleError as error:
        raise error.within(step) from None


def _is_common(members: Any, data: bytes) -> bool:
    """Tell quickly that a leaf keeps to all rules: one that has what every leaf has, perhaps commitments, a signature.

    One-sided: any doubt is for the rules themselves.
    """
    if type(members) is not dict or len(members) != 10 + ("commit" in members) + ("sig" in members):
        return False
    # The last place is that of the leaf itself, whatever its body holds: no text behind it has a quote inside.
    start = data.rfind(b',"commit":{' if "commit" in members else b',"entity":"')
    return (
        _COMMON_START.match(data) is not None
        and _COMMON_END.fullmatch(data, max(start, 0)) is not None
        and is_plain(members, data, depth=1 + MAX_BODY_DEPTH)
        and _exists(members["time"][:19])
    )


def _check_version(value: Any) -> None:
    # True equals 1 in Python, and is another value in JSON.
    if type(value) is not int or value != 1:
        raise RuleError("not 1")


def _check_prev(value: Any) -> None:
    if value is not None:
        check_hash(value)


def _check_time(value: Any) -> None:
    match = _TIME.fullmatch(value) if type(value) is str else None
    if match is None:
        raise RuleError("not a time like 2026-09-01T08:00:00Z in UTC")
    if not _exists(match[1]):
        raise RuleError("no such day or hour")


def _exists(moment: str) -> bool:
    # The pattern knows no calendar: 30 February has its form too.
    try:
        datetime.fromisoformat(moment)
    except ValueError:
        return False
    return True


def _check_attested(value: Any) -> None:
    if type(value) is not str or value not in _ATTESTED:
        raise RuleError(f"not one of {', '.join(sorted(_ATTESTED))}")


def _check_body(value: Any) -> None:
    if type(value) is not dict:
        raise RuleError("not an object")
    try:
        check_profile(value)
    except CanonicalError as error:
        raise RuleError(str(error)) from error
    if _depth_of(value) > MAX_BODY_DEPTH:
        raise RuleError(f"nested deeper than {MAX_BODY_DEPTH}")


def _check_commit(value: Any) -> None:
    if type(value) is not dict or not value:
        raise RuleError("not an object of at least one commitment")
    for name, commitment in value.items():
        _apply(check_field_path, name, f": the name {name!r:.80}")
        _apply(check_hash, commitment, f".{name}")


def _depth_of(value: Any) -> int:
    if type(value) is dict:
        value = value.values()
    elif type(value) is not list:
        return 0
    return 1 + max(map(_depth_of, value), default=0)


check_uuid = text(_UUID, "a lower-case UUID")
check_hash = text(_HASH, "64 lower-case hex digits")
check_field_path = text(_FIELD_PATH, "a field path")
check_entity = text(_ENTITY, "an entity like lot:0f8fad5b")

ATTACHMENT = Shape(required={"sha256": check_hash, "size": check_count, "media": text(_MEDIA, "a media type")})
_ACTOR = Shape(
    required={"id": check_uuid, "party": check_uuid, "attested": _check_attested}, optional={"for": check_uuid}
)
_INPUT = Shape(required={"entity": check_entity, "eseq": check_count, "head": check_hash})
_SIG = Shape(
    required={
        "key": text(_KEY_ID, "16 lower-case hex digits"),
        "ed25519": text(_SIGNATURE, "the base64 of a signature of 64 bytes"),
    }
)
_LEAF = Shape(
    required={
        "v": _check_version,
        "log": text(_ORIGIN, "the origin of a log"),
        "id": check_uuid,
        "type": text(_TYPE, "an event type like lot.harvest"),
        "entity": check_entity,
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


def _common_patterns() -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    """Build from the patterns above those of the bytes before and behind the body, members in their sorted order."""
    uuid, digest = f'"{_UUID.pattern}"', f'"{_HASH.pattern}"'
    commitment = f'"{_FIELD_PATH.pattern}":{digest}'
    # Without quote and backslash, which canonical bytes would spell with a backslash before them.
    entity, origin = _ENTITY.pattern.replace("!-~", r"!#-\[\]-~"), _ORIGIN.pattern.replace("!-*,-~", r"!#-*,-\[\]-~")
    middle = f'"id":{uuid},"log":"{origin}","prev"'
    start = (
        f'{{"actor":{{"attested":"(?:{"|".join(sorted(_ATTESTED))})",(?:"for":{uuid},)?"id":{uuid},"party":{uuid}}}'
        ',"body":{'
    )
    end = (
        f'(?:,"commit":{{{commitment}(?:,{commitment})*}})?,"entity":"{entity}","eseq":(?:0,{middle}:null'
        f'|[1-9][0-9]{{0,14}},{middle}:{digest})(?:,"sig":{{"ed25519":"{_SIGNATURE.pattern}","key":"{_KEY_ID.pattern}"}})?'
        f',"time":"{_TIME.pattern}","type":"{_TYPE.pattern}","v":1}}'
    )
    return re.compile(start.encode()), re.compile(end.encode())


_COMMON_START, _COMMON_END = _common_patterns()
