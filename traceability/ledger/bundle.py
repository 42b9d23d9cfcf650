"""The bundle: all that shows the story of one lot, in one file (`.trace.json`).

Canonical JSON with no clock inside, so that the same inputs give the same bytes. This module writes and reads the
format; `inspection` judges what a bundle shows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from traceability.ledger.canonical import canonicalize_profiled, parse_profiled
from traceability.ledger.encoding import base64_bytes, base64_text, hash_bytes
from traceability.ledger.errors import BundleError, CanonicalError, LeafError
from traceability.ledger.leaf import Attachment, Leaf, parse_leaf
from traceability.ledger.leaf_rules import (
    ATTACHMENT,
    RuleError,
    Shape,
    check_count,
    check_entity,
    check_field_path,
    check_hash,
    check_uuid,
    sorted_list,
)
from traceability.ledger.policy import parse_policy

FORMAT = "suyuan/trace/v1"
MAX_BUNDLE_BYTES = 64 * 1024 * 1024
_HASH_SIZE = 32


@dataclass(frozen=True, slots=True)
class BundleHead:
    """The newest event of an entity in the bundle: its place in the chain and the log, its hash in hex, its proof."""

    entity: str
    eseq: int
    head: str
    index: int
    proof: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Disclosure:
    """The value and the salt that open a commitment of a record, by the record's id and the field's path."""

    id: str
    path: str
    salt: bytes
    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A bundle taken apart. `records` are leaf bytes: the whole chain of every entity in `heads`."""

    policy: str
    checkpoint: str
    subject: str
    heads: tuple[BundleHead, ...]
    records: tuple[bytes, ...]
    disclosed: tuple[Disclosure, ...] = ()
    attachments: tuple[Attachment, ...] = ()


def build_bundle(bundle: Bundle, *, leaves: Sequence[Leaf] | None = None) -> bytes:
    """Write a bundle, putting all parts in order and listing the attachments of its records.

    Proves nothing about the parts: whoever hands a bundle out verifies it first. `leaves` are what `parse_leaf` read
    from these very records, in their order, where the caller has done that already. Raises BundleError where a record
    is no leaf or a part is outside the format.
    """
    # The order is that of the format, whatever order the parts came in; the policy loses its comments, which nothing
    # would vouch for.
    try:
        read = [parse_leaf(record) for record in bundle.records] if leaves is None else leaves
        placed = zip(read, bundle.records, strict=True)
        records = sorted(((leaf.entity, leaf.eseq), record) for leaf, record in placed)
        attachments = sorted({attachment for leaf in read for attachment in leaf.attachments})
        members = {
            "format": FORMAT,
            "policy": parse_policy(bundle.policy).text(),
            "checkpoint": bundle.checkpoint,
            "subject": bundle.subject,
            "heads": [_head_members(head) for head in sorted(bundle.heads, key=lambda head: head.entity)],
            "records": [base64_text(record) for _, record in records],
            "disclosed": [_disclosure_members(item) for item in sorted(bundle.disclosed, key=lambda i: (i.id, i.path))],
            "attachments": [{"sha256": a.sha256, "size": a.size, "media": a.media} for a in attachments],
        }
        data = canonicalize_profiled(members)
        _check_size(data)
        # Refuses here what every verifier would refuse, but for the base64 that was written just now.
        _BUNDLE.check(members)
    except (CanonicalError, LeafError, ValueError) as error:
        raise BundleError(f"bundle: {error}") from error
    return data


def parse_bundle(data: bytes) -> Bundle:
    """Read a bundle: its size, its canonical form, and the form of every member but the records. Raises BundleError.

    A record that is not base64 is taken as bytes that no leaf has: they fit no hash, and the fault is that record's.
    """
    _check_size(data)
    try:
        return _read(parse_profiled(data))
    except (CanonicalError, LeafError, ValueError) as error:
        raise BundleError(f"bundle: {error}") from error


def named_attachments(records: Iterable[bytes]) -> tuple[Attachment, ...]:
    """List every attachment that the records name, sorted, each once. Raises LeafError."""
    return tuple(sorted({attachment for record in records for attachment in parse_leaf(record).attachments}))


def _check_size(data: bytes) -> None:
    if len(data) > MAX_BUNDLE_BYTES:
        raise BundleError(f"bundle: {len(data)} bytes, more than {MAX_BUNDLE_BYTES}")


def _head_members(head: BundleHead) -> dict[str, Any]:
    return {
        "entity": head.entity,
        "eseq": head.eseq,
        "head": head.head,
        "index": head.index,
        "proof": [_hash_text(item) for item in head.proof],
    }


def _hash_text(digest: bytes) -> str:
    if len(digest) != _HASH_SIZE:
        raise BundleError(f"bundle: a hash of {len(digest)} bytes in place of {_HASH_SIZE}")
    return base64_text(digest)


def _disclosure_members(item: Disclosure) -> dict[str, Any]:
    return {"id": item.id, "path": item.path, "salt": base64_text(item.salt), "value": item.value}


def _read(members: Mapping[str, Any]) -> Bundle:
    _BUNDLE.check(members)
    return Bundle(
        policy=members["policy"],
        checkpoint=members["checkpoint"],
        subject=members["subject"],
        heads=tuple(
            BundleHead(h["entity"], h["eseq"], h["head"], h["index"], tuple(map(hash_bytes, h["proof"])))
            for h in members["heads"]
        ),
        records=tuple(map(_record_bytes, members["records"])),
        disclosed=tuple(
            Disclosure(d["id"], d["path"], base64_bytes(d["salt"]), d["value"]) for d in members["disclosed"]
        ),
        attachments=tuple(Attachment(**item) for item in members["attachments"]),
    )


def _record_bytes(text: str) -> bytes:
    try:
        return base64_bytes(text)
    except ValueError:
        # Never the text by itself: it could spell a leaf out in place of encoding it, and that leaf's hash would fit.
        return b"not base64: " + text.encode()


def _check_format(value: Any) -> None:
    if value != FORMAT:
        raise RuleError(f"not {FORMAT}")


def _check_text(value: Any) -> None:
    if type(value) is not str:
        raise RuleError("not text")


def _check_texts(value: Any) -> None:
    if type(value) is not list or any(type(item) is not str for item in value):
        raise RuleError("not a list of text")


def _check_nothing(_value: Any) -> None:
    """Let any value of the profile be disclosed."""


_HEAD = Shape(
    required={
        "entity": check_entity,
        "eseq": check_count,
        "head": check_hash,
        "index": check_count,
        "proof": _check_texts,
    }
)
_DISCLOSED = Shape(
    required={"id": check_uuid, "path": check_field_path, "salt": _check_text, "value": _check_nothing},
)
_BUNDLE = Shape(
    required={
        "format": _check_format,
        "policy": _check_text,
        "checkpoint": _check_text,
        "subject": check_entity,
        "heads": sorted_list(_HEAD, "entity"),
        "records": _check_texts,
        "disclosed": sorted_list(_DISCLOSED, "id", "path", least=0),
        "attachments": sorted_list(ATTACHMENT, "sha256", "size", "media", least=0),
    }
)
