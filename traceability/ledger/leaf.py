"""The leaf: what one event is in the log, byte for byte."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from traceability.ledger import possession
from traceability.ledger.canonical import parse_as_written, read_quickly, write_profiled
from traceability.ledger.ed25519 import check_public_key, verify_signature
from traceability.ledger.encoding import base64_bytes, base64_text
from traceability.ledger.errors import CanonicalError, LeafError, SignatureError
from traceability.ledger.leaf_rules import check_leaf, check_members

MAX_LEAF_BYTES = 32_768
VERSION = 1
KEY_ADDED = "key.add"
KEY_REVOKED = "key.revoke"
_CONTENT_DOMAIN = b"suyuan/event/v1\n"
# The server's part: a phone signs before it can know its place in the chain.
_OUTSIDE_CONTENT = ("sig", "eseq", "prev")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who says so: the pseudonyms of a person and of their party, and how the log knows."""

    id: str
    party: str
    attested: str
    on_behalf_of: str | None = None

    @property
    def speaks_for(self) -> str:
        """The party whose word it is: the one on whose behalf the actor speaks, else the actor's own."""
        return self.on_behalf_of or self.party


@dataclass(frozen=True, slots=True)
class Input:
    """An earlier event of another entity that this one builds on, by its leaf hash in hex."""

    entity: str
    eseq: int
    head: str


@dataclass(frozen=True, slots=True, order=True)
class Attachment:
    """A file that is kept beside the log: SHA-256 in hex, size in bytes, media type."""

    sha256: str
    size: int
    media: str


@dataclass(frozen=True, slots=True)
class ActorSignature:
    """The id of an actor's key and its Ed25519 signature of the content, in base64."""

    key: str
    ed25519: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One event as the log keeps it.

    `eseq` and `prev` (the leaf hash of the entity's event before, in lower-case hex) are the log's to set.
    """

    log: str
    id: str
    type: str
    entity: str
    time: str
    actor: Actor
    body: Mapping[str, Any]
    eseq: int = 0
    prev: str | None = None
    inputs: tuple[Input, ...] = ()
    commit: Mapping[str, str] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    sig: ActorSignature | None = None

    def after(self, *, eseq: int, prev: str | None) -> "Leaf":
        """Return the leaf in its place in the entity's chain."""
        return replace(self, eseq=eseq, prev=prev)


def leaf_bytes(leaf: Leaf) -> bytes:
    """Write the bytes that are stored and hashed, for ever. Raises LeafError where a rule is broken."""
    _, data = _written(leaf)
    if len(data) > MAX_LEAF_BYTES:
        raise LeafError(f"leaf: {len(data)} bytes, more than {MAX_LEAF_BYTES}")
    return data


def parse_leaf(data: bytes) -> Leaf:
    """Read the bytes of a leaf: canonical, within the size, every member by its rule. Raises LeafError."""
    # The size before anything else is done with bytes that come from outside.
    if len(data) > MAX_LEAF_BYTES:
        raise LeafError(f"leaf: {len(data)} bytes, more than {MAX_LEAF_BYTES}")
    try:
        members = parse_as_written(data)
    except CanonicalError as error:
        raise LeafError(f"leaf: {error}") from error
    check_leaf(members, data)
    return _leaf(members)


def read_stored(data: bytes) -> Leaf:
    """Read the bytes of a leaf that were checked when they were stored, several times quicker than `parse_leaf`.

    Of any other bytes it may make nonsense, or raise ValueError, LookupError, TypeError or AttributeError.
    """
    return _leaf(read_quickly(data))


def content(leaf: Leaf) -> bytes:
    """Return what the actor signs: the domain prefix and the leaf without signature and place in the chain.

    Raises LeafError where a rule is broken.
    """
    members, _ = _written(leaf)
    return content_of(members)


def content_of(members: Mapping[str, Any]) -> bytes:
    """Return what the actor signs, from the members of a leaf that were read from its canonical bytes."""
    return _CONTENT_DOMAIN + write_profiled({k: v for k, v in members.items() if k not in _OUTSIDE_CONTENT})


def key_id(public: bytes) -> str:
    """Return the id by which leaves name an actor's raw public key."""
    return sha256(public).hexdigest()[:16]


def sign_leaf(leaf: Leaf, key: Ed25519PrivateKey) -> Leaf:
    """Return the leaf with the actor's signature. Raises LeafError."""
    signature = base64_text(key.sign(content(leaf)))
    return replace(leaf, sig=ActorSignature(key_id(key.public_key().public_bytes_raw()), signature))


def verify_actor_signature(leaf: Leaf, public: bytes) -> None:
    """Check the signature of a leaf that has one, by the actor's raw public key. Raises LeafError."""
    if leaf.sig is None:
        raise LeafError(f"leaf {leaf.id}: not signed by its actor")
    if leaf.sig.key != key_id(public):
        raise LeafError(f"leaf {leaf.id}: signed by key {leaf.sig.key}, not by {key_id(public)}")
    try:
        check_public_key(public)
        verify_signature(public, base64_bytes(leaf.sig.ed25519), content(leaf))
    except SignatureError as error:
        raise LeafError(f"leaf {leaf.id}: {error}") from error


def added_key(leaf: Leaf) -> bytes:
    """Return the raw public key that a `key.add` leaf registers; its entity must be named for it.

    Where the leaf holds a proof of possession, that must be by this key for this actor. Raises LeafError.
    """
    try:
        public = base64_bytes(leaf.body["public"])
        check_public_key(public)
        if "proof" in leaf.body:
            possession.verify(leaf.body, log=leaf.log, actor=leaf.actor.id, party=leaf.actor.party, public=public)
    except (KeyError, TypeError, ValueError, SignatureError) as error:
        raise LeafError(f"leaf {leaf.id}: no public key that can be trusted: {error}") from error
    if leaf.entity != f"key:{key_id(public)}":
        raise LeafError(f"leaf {leaf.id}: the key {key_id(public)} is not that of {leaf.entity}")
    return public


def _written(leaf: Leaf) -> tuple[dict[str, Any], bytes]:
    members = _members(leaf)
    try:
        data = write_profiled(members)
    except CanonicalError as error:
        check_members(members)
        raise LeafError(f"leaf: {error}") from error
    # Only now is it known whether the bytes are right: the rules hold every member to the profile of the writer.
    check_leaf(members, data)
    return members, data


def _members(leaf: Leaf) -> dict[str, Any]:
    actor = {"id": leaf.actor.id, "party": leaf.actor.party, "attested": leaf.actor.attested}
    if leaf.actor.on_behalf_of is not None:
        actor["for"] = leaf.actor.on_behalf_of
    # What is empty is left out: a member with nothing in it would be a second spelling of the same event.
    optional = {
        "inputs": [{"entity": i.entity, "eseq": i.eseq, "head": i.head} for i in leaf.inputs],
        "commit": dict(leaf.commit),
        "attachments": [{"sha256": a.sha256, "size": a.size, "media": a.media} for a in leaf.attachments],
        "sig": leaf.sig and {"key": leaf.sig.key, "ed25519": leaf.sig.ed25519},
    }
    return {
        "v": VERSION,
        "log": leaf.log,
        "id": leaf.id,
        "type": leaf.type,
        "entity": leaf.entity,
        "eseq": leaf.eseq,
        "prev": leaf.prev,
        "time": leaf.time,
        "actor": actor,
        "body": dict(leaf.body),
        **{name: member for name, member in optional.items() if member},
    }


def _leaf(members: Mapping[str, Any]) -> Leaf:
    actor, sig = members["actor"], members.get("sig")
    return Leaf(
        log=members["log"],
        id=members["id"],
        type=members["type"],
        entity=members["entity"],
        time=members["time"],
        actor=Actor(actor["id"], actor["party"], actor["attested"], actor.get("for")),
        body=members["body"],
        eseq=members["eseq"],
        prev=members["prev"],
        inputs=tuple(Input(**item) for item in members.get("inputs", ())),
        commit=members.get("commit", {}),
        attachments=tuple(Attachment(**item) for item in members.get("attachments", ())),
        sig=ActorSignature(**sig) if sig else None,
    )
