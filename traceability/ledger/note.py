"""Signed notes and their keys, byte for byte as c2sp.org/signed-note and c2sp.org/tlog-cosignature have them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from traceability.ledger.ed25519 import KEY_SIZE, check_public_key, verify_signature
from traceability.ledger.encoding import base64_bytes, base64_text
from traceability.ledger.errors import NoteError, SignatureError

# The limits of Go's note package; the specification asks that at least 16 signatures be taken.
MAX_NOTE_BYTES = 1_000_000
MAX_SIGNATURES = 100
_KEY_ID = re.compile(r"[0-9a-f]{8}")
_KEY_ID_SIZE = 4
_TIMESTAMP_SIZE = 8
_MAX_TIMESTAMP = 2**63 - 1
_SIGNER_PREFIX = "PRIVATE+KEY+"


class KeyType(IntEnum):
    """What a key signs: a note's text itself, or a witness's cosignature of a checkpoint at a time."""

    ED25519 = 0x01
    COSIGNATURE_V1 = 0x04


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A name and public key whose signatures are trusted; `str()` gives its vkey text."""

    name: str
    key_type: KeyType
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The first four bytes that every signature of this key begins with."""
        return _key_id(self.name, self.key_type, self.public)

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{base64_text(bytes([self.key_type]) + self.public)}"


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line: who signed, the bytes after the key id, and for a verified cosignature its POSIX time."""

    name: str
    key_id: bytes
    signature: bytes
    timestamp: int | None = None

    def line(self) -> str:
        """Write the line, byte for byte as it was read: its base64 has one spelling only."""
        return f"— {self.name} {base64_text(self.key_id + self.signature)}\n"

    def is_by(self, vkey: VerifierKey) -> bool:
        """Say whether it goes by the name and id of a key, which only verifying can confirm."""
        return (self.name, self.key_id) == (vkey.name, vkey.key_id)


@dataclass(frozen=True, slots=True)
class Note:
    """A note that at least one trusted key has signed.

    `signatures` were verified; `unverified` are of keys that the caller did not name, and say nothing.
    """

    text: str
    signatures: tuple[NoteSignature, ...]
    unverified: tuple[NoteSignature, ...] = ()


class Signer(Protocol):
    """Whatever can sign a note: a key in memory, or a service that keeps it elsewhere."""

    @property
    def vkey(self) -> VerifierKey:
        """The key that verifies what this signs."""

    def sign(self, message: bytes) -> bytes:
        """Return the bytes that follow the key id in a signature line."""


class Ed25519Signer:
    """A log's signing key held in memory; `repr` does not show it."""

    def __init__(self, name: str, seed: bytes) -> None:
        if len(seed) != KEY_SIZE:
            raise NoteError(f"signer: a seed of {len(seed)} bytes in place of {KEY_SIZE}")
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.vkey = VerifierKey(_checked_name(name), KeyType.ED25519, self._key.public_key().public_bytes_raw())

    @classmethod
    def generate(cls, name: str) -> "Ed25519Signer":
        """Make a signer with a new random key."""
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def from_text(cls, text: str) -> "Ed25519Signer":
        """Read the `PRIVATE+KEY+name+id+base64` text that Go's note package writes. Raises NoteError."""
        signer = cls(*split_signer_text(text, KeyType.ED25519))
        check_key_id(text, signer.vkey)
        return signer

    def to_text(self) -> str:
        """Write the secret key as text for a file of mode 0600."""
        return signer_text(self.vkey, self._key.private_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """Sign the text of a note."""
        return self._key.sign(message)


def signer_text(vkey: VerifierKey, seed: bytes) -> str:
    """Write a secret key as Go's note package does, with the type of key that its signatures need."""
    return f"{_SIGNER_PREFIX}{vkey.name}+{vkey.key_id.hex()}+{base64_text(bytes([vkey.key_type]) + seed)}"


def split_signer_text(text: str, key_type: KeyType) -> tuple[str, bytes]:
    """Read the name and the seed of a secret key of this type. Raises NoteError.

    The key id is still unchecked: it follows from the public key, which whoever makes the signer works out.
    """
    # No part of the text goes into an error but the name: the rest is the secret.
    name, _, material = _split_key(text.removeprefix(_SIGNER_PREFIX))
    if not text.startswith(_SIGNER_PREFIX) or material[:1] != bytes([key_type]):
        raise NoteError(f"signer: not a secret key of type {key_type:#04x}")
    return name, material[1:]


def check_key_id(text: str, vkey: VerifierKey) -> None:
    """Check that the text of a secret key names the id of the public key that was made from it. Raises NoteError."""
    if _split_key(text.removeprefix(_SIGNER_PREFIX))[1] != vkey.key_id:
        raise NoteError("signer: the key id does not match the key")


def parse_vkey(text: str) -> VerifierKey:
    """Read a verifier key of type 0x01 or 0x04. Raises NoteError.

    Stricter than Go: the key id is lower-case hex, the base64 canonical, the point of full order.
    """
    name, key_id, material = _split_key(text)
    try:
        key_type = KeyType(material[0] if material else 0)
        check_public_key(material[1:])
    except (ValueError, SignatureError) as error:
        raise NoteError(f"verifier key {name[:80]!r}: {error}") from error
    if key_id != _key_id(name, key_type, material[1:]):
        raise NoteError(f"verifier key {name[:80]!r}: the key id does not match the key")
    return VerifierKey(name, key_type, material[1:])


def open_note(text: str | bytes, vkeys: Sequence[str]) -> Note:
    """Read a signed note and verify every signature of a trusted key.

    Raises NoteError where the note is malformed, where no trusted key has signed it, or where a signature in the name
    of a trusted key fails: one bad signature condemns the note, as the specification advises.
    """
    body, signatures = parse_note(text)
    known = _by_name_and_id([parse_vkey(vkey) for vkey in vkeys])
    verified, unverified = [], []
    for line in signatures:
        # Name and id together: either alone may be shared with a key that is not trusted.
        keys = known.get((line.name, line.key_id), [])
        if not keys:
            unverified.append(line)
        elif len(keys) > 1:
            raise NoteError(f"note: key {line.name}+{line.key_id.hex()} is ambiguous among the trusted keys")
        else:
            verified.append(_verified(line, keys[0], body))
    if not verified:
        raise NoteError("note: no signature of a trusted key")
    return Note(body, tuple(verified), tuple(unverified))


def parse_note(text: str | bytes) -> tuple[str, tuple[NoteSignature, ...]]:
    """Split a note into its text and its signature lines, none of them verified; repeated lines count once.

    Raises NoteError.
    """
    note = _checked_text(text)
    # At the last empty line: the text may hold others, and what follows them must not pass for signatures.
    body, separator, tail = note.rpartition("\n\n")
    if not separator or not tail.endswith("\n"):
        raise NoteError("note: no signatures after a last empty line")
    lines = tail[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise NoteError(f"note: {len(lines)} signatures, more than {MAX_SIGNATURES}")
    return body + "\n", tuple(dict.fromkeys(_parse_signature(line) for line in lines))


def sign_note(text: str, signer: Signer) -> str:
    """Sign a text that ends in a newline, and return the note. Raises NoteError."""
    if not text.endswith("\n"):
        raise NoteError("note: the text does not end in a newline")
    _checked_text(text)
    return f"{text}\n{_signature_line(text, signer)}"


def cosign_note(note: str, signer: Signer) -> str:
    """Add one more signature to a note. Verifies none of those it has; raises NoteError where it is malformed."""
    text, _ = parse_note(note)
    return note + _signature_line(text, signer)


def cosignature_message(text: str, timestamp: int) -> bytes:
    """Return what a witness signs at a POSIX time (c2sp.org/tlog-cosignature, Ed25519 signed message)."""
    return f"cosignature/v1\ntime {timestamp}\n{text}".encode()


def _key_id(name: str, key_type: int, public: bytes) -> bytes:
    # The type is inside, so that one key used for two purposes has two ids.
    return sha256(name.encode() + b"\n" + bytes([key_type]) + public).digest()[:_KEY_ID_SIZE]


def _signature_line(text: str, signer: Signer) -> str:
    vkey = signer.vkey
    return f"— {vkey.name} {base64_text(vkey.key_id + signer.sign(text.encode()))}\n"


def _checked_name(name: str) -> str:
    if not name or "+" in name or any(character.isspace() for character in name):
        raise NoteError(f"key name {name[:80]!r} is empty or holds a space or plus")
    return name


def _split_key(text: str) -> tuple[str, bytes, bytes]:
    # From the left: a name holds no plus, while base64 may.
    name, _, rest = text.partition("+")
    key_id, _, material = rest.partition("+")
    if not _KEY_ID.fullmatch(key_id):
        raise NoteError("key: not of the form name+id+base64")
    try:
        _checked_name(name).encode()
        return name, bytes.fromhex(key_id), base64_bytes(material)
    except ValueError as error:
        raise NoteError(f"key {name[:80]!r}: {error}") from error


def _checked_text(text: str | bytes) -> str:
    try:
        data = text.encode() if isinstance(text, str) else text
        if len(data) > MAX_NOTE_BYTES:
            raise NoteError(f"note: {len(data)} bytes, more than {MAX_NOTE_BYTES}")
        note = data.decode()
    except UnicodeError as error:
        raise NoteError("note: not UTF-8") from error
    # A carriage return would let one note show two ways, and sign one of them.
    if any(character < " " and character != "\n" for character in note):
        raise NoteError("note: a control character other than newline")
    return note


def _parse_signature(line: str) -> NoteSignature:
    mark, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    if mark != "—":
        raise NoteError("note: a signature line does not begin with an em dash and a space")
    try:
        blob = base64_bytes(encoded)
    except ValueError as error:
        raise NoteError(f"note: signature of {name[:80]!r}: {error}") from error
    if len(blob) <= _KEY_ID_SIZE:
        raise NoteError(f"note: signature of {name[:80]!r} is too short")
    return NoteSignature(_checked_name(name), blob[:_KEY_ID_SIZE], blob[_KEY_ID_SIZE:])


def _by_name_and_id(vkeys: Sequence[VerifierKey]) -> dict[tuple[str, bytes], list[VerifierKey]]:
    known: dict[tuple[str, bytes], list[VerifierKey]] = {}
    for vkey in vkeys:
        known.setdefault((vkey.name, vkey.key_id), []).append(vkey)
    return known


def _verified(line: NoteSignature, vkey: VerifierKey, text: str) -> NoteSignature:
    timestamp, signature, message = None, line.signature, text.encode()
    # A cosignature is the time as eight bytes and the signature; its header keeps it apart from a log's own signature.
    if vkey.key_type is KeyType.COSIGNATURE_V1:
        timestamp = int.from_bytes(signature[:_TIMESTAMP_SIZE], "big")
        signature = signature[_TIMESTAMP_SIZE:]
        message = cosignature_message(text, timestamp)
    try:
        verify_signature(vkey.public, signature, message)
    except SignatureError as error:
        raise NoteError(f"note: key {vkey.name}: {error}") from error
    if timestamp is not None and timestamp > _MAX_TIMESTAMP:
        raise NoteError(f"note: key {vkey.name}: a time beyond 2^63")
    return NoteSignature(line.name, line.key_id, line.signature, timestamp)
