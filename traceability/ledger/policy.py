"""Trust policies: which logs and witnesses must have signed a checkpoint (c2sp.org/tlog-policy)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from traceability.ledger.checkpoint import Checkpoint, open_checkpoint
from traceability.ledger.errors import NoteError
from traceability.ledger.note import KeyType, Note, VerifierKey, parse_vkey

MAX_POLICY_BYTES = 65_536
NO_QUORUM = "none"
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_THRESHOLD = re.compile(r"[1-9][0-9]{0,4}")


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A log or witness of a policy; the name of a witness has no meaning outside of the policy."""

    vkey: VerifierKey
    name: str = ""
    url: str = ""

    def line(self) -> str:
        """Write the line that defines it."""
        return " ".join(filter(None, ["witness" if self.name else "log", self.name, str(self.vkey), self.url]))


@dataclass(frozen=True, slots=True)
class Group:
    """A group that has witnessed what at least `threshold` of its members, witnesses or groups, have."""

    name: str
    threshold: int
    members: tuple[str, ...]

    def line(self) -> str:
        """Write the line that defines it."""
        words = {1: "any", len(self.members): "all"}
        return f"group {self.name} {words.get(self.threshold, self.threshold)} {' '.join(self.members)}"


@dataclass(frozen=True, slots=True)
class Policy:
    """Any one of the logs must have signed, and witnesses must have cosigned as the quorum asks."""

    logs: tuple[TrustedKey, ...] = ()
    witnesses: tuple[TrustedKey, ...] = ()
    groups: tuple[Group, ...] = ()
    quorum: str = NO_QUORUM

    def text(self) -> str:
        """Write the policy without comments: logs, witnesses, groups, quorum."""
        keys = [key.line() for key in (*self.logs, *self.witnesses)]
        return "\n".join([*keys, *(group.line() for group in self.groups), f"quorum {self.quorum}", ""])

    def open_checkpoint(self, text: str | bytes) -> tuple[Checkpoint, Note]:
        """Verify that a checkpoint is signed as this policy asks, and return it with its note. Raises NoteError."""
        checkpoint, note = open_checkpoint(text, [str(key.vkey) for key in (*self.logs, *self.witnesses)])
        signed = {(line.name, line.key_id) for line in note.signatures}
        # A log's key name is its origin here, so that one log's key does not vouch for another log.
        if not any(_has_signed(log, signed) and log.vkey.name == checkpoint.origin for log in self.logs):
            raise NoteError(f"policy: no listed log of the origin {checkpoint.origin!r} has signed the checkpoint")
        if not self.is_met_by(witness.name for witness in self.witnesses if _has_signed(witness, signed)):
            raise NoteError(f"policy: the cosignatures do not make up the quorum {self.quorum!r}")
        return checkpoint, note

    def is_met_by(self, names: Iterable[str]) -> bool:
        """Say whether these witnesses, by their names here, would make up the quorum; it verifies nothing."""
        witnessed = set(names)
        # Groups name only what stands above them: one pass in their order settles them all.
        for group in self.groups:
            if len(witnessed.intersection(group.members)) >= group.threshold:
                witnessed.add(group.name)
        return self.quorum in {NO_QUORUM, *witnessed}


def parse_policy(text: str | bytes) -> Policy:
    """Read a policy file. Raises NoteError.

    Octets above 0x7F are opaque, so that bytes which are not UTF-8 are carried as surrogate escapes.
    """
    # Names are compared octet by octet; no Unicode form makes two of them one.
    text = text.decode(errors="surrogateescape") if isinstance(text, bytes) else text
    if len(text) > MAX_POLICY_BYTES or _FORBIDDEN.search(text) or not text.endswith("\n"):
        raise NoteError("policy: too long, a control character, or no newline at the end")
    # Split by space and tab only: str.split() knows many more spaces, and they may stand in names.
    reader = _Reader()
    for number, line in enumerate(text[:-1].split("\n"), start=1):
        words = [word for word in re.split(r"[ \t]+", line) if word]
        if words and not words[0].startswith("#"):
            reader.read(number, words)
    return reader.policy()


def _has_signed(key: TrustedKey, signed: Iterable[tuple[str, bytes]]) -> bool:
    return (key.vkey.name, key.vkey.key_id) in signed


class _Reader:
    def __init__(self) -> None:
        self._logs: list[TrustedKey] = []
        self._witnesses: list[TrustedKey] = []
        self._groups: list[Group] = []
        self._quorum: str | None = None
        self._names: set[str] = set()
        self._members: set[str] = set()

    def read(self, number: int, words: Sequence[str]) -> None:
        match words:
            case ["log", vkey, *url] if len(url) <= 1:
                self._add_key(self._logs, TrustedKey(_key(vkey, KeyType.ED25519), "", "".join(url)))
            case ["witness", name, vkey, *url] if len(url) <= 1:
                self._define(name)
                self._add_key(self._witnesses, TrustedKey(_key(vkey, KeyType.COSIGNATURE_V1), name, "".join(url)))
            case ["group", name, threshold, *members] if members:
                self._add_group(name, threshold, tuple(members))
            case ["quorum", name] if self._quorum is None:
                self._check_defined([name] if name != NO_QUORUM else [])
                self._quorum = name
            case _:
                raise NoteError(f"policy: line {number} is none of the format, or a second quorum")

    def policy(self) -> Policy:
        if self._quorum is None:
            raise NoteError("policy: no quorum line")
        return Policy(tuple(self._logs), tuple(self._witnesses), tuple(self._groups), self._quorum)

    def _add_key(self, keys: list[TrustedKey], key: TrustedKey) -> None:
        # By the key itself, not by its text: under another name the same key has another id.
        if any(key.vkey.public == other.vkey.public for other in keys):
            raise NoteError(f"policy: the public key of {key.vkey.name!r} is listed twice")
        keys.append(key)

    def _add_group(self, name: str, threshold: str, members: tuple[str, ...]) -> None:
        self._check_defined(members)
        # A witness that counted in two groups could make up a quorum alone.
        if len(set(members)) != len(members) or not self._members.isdisjoint(members):
            raise NoteError(f"policy: a member of group {name!r} is listed twice")
        self._members.update(members)
        self._define(name)
        self._groups.append(Group(name, _threshold(threshold, len(members)), members))

    def _define(self, name: str) -> None:
        if name in self._names or name == NO_QUORUM:
            raise NoteError(f"policy: the name {name!r} is taken")
        self._names.add(name)

    def _check_defined(self, names: Iterable[str]) -> None:
        for name in names:
            if name not in self._names:
                raise NoteError(f"policy: {name!r} is not defined on a line above")


def _key(text: str, key_type: KeyType) -> VerifierKey:
    vkey = parse_vkey(text)
    if vkey.key_type is not key_type:
        raise NoteError(f"policy: key {vkey.name!r} is of type {vkey.key_type:#04x} in place of {key_type:#04x}")
    return vkey


def _threshold(text: str, members: int) -> int:
    if text in ("any", "all"):
        return 1 if text == "any" else members
    if not _THRESHOLD.fullmatch(text) or int(text) > members:
        raise NoteError(f"policy: threshold {text!r} is not from 1 to {members}")
    return int(text)
