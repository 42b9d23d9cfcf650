"""The evidence file: all that a score rests on, in one canonical document.

A trace bundle of the farm's, the consent's and the card's histories; when the platform got each record and which
parties it has confirmed, by its own word; the card; the record; the signature.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from traceability.ledger.bundle import FORMAT as BUNDLE_FORMAT
from traceability.ledger.bundle import MAX_BUNDLE_BYTES, Bundle, Disclosure
from traceability.ledger.canonical import canonicalize_profiled, parse_profiled, write_profiled
from traceability.ledger.errors import CanonicalError
from traceability.ledger.leaf_rules import RuleError, Shape
from traceability.ledger.merkle import Frontier, leaf_hash
from traceability.ledger.scores.errors import Part, ScoreError

FORMAT = "suyuan/score/v1"
_TEXT_OR_FRACTION = re.compile(rb'"(?:[^"\\]|\\.)*"|(-?[0-9]+[.eE])')
_HEAD_OF = {
    "card": Part.CARD,
    "format": Part.FILE,
    "parties": Part.EVENT,
    "received": Part.EVENT,
    "record": Part.SCORE,
    "signature": Part.SCORE,
    "trace": Part.PROOF,
}
_IN_TRACE = {
    "attachments": Part.EVENT,
    "checkpoint": Part.PROOF,
    "disclosed": Part.EVENT,
    "format": Part.PROOF,
    "heads": Part.PROOF,
    "policy": Part.PROOF,
    "records": Part.EVENT,
    "subject": Part.CONSENT,
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """An evidence file taken apart: bundle, card and record are canonical bytes again."""

    card: bytes
    record: bytes
    signature: str
    trace: bytes
    received: Mapping[str, str]
    parties: Mapping[str, str]


def build_evidence(evidence: Evidence) -> bytes:
    """Write the file around its three documents.

    Requires them in the canonical bytes in which `parse_card`, `record_bytes` and `build_bundle` give them: they go in
    as they are, since to read and to write a trace of some hundred records once more would take longer than to put it
    together. Of any others `parse_evidence` refuses what comes out. Raises ScoreError for any other member that is
    outside the profile.
    """
    try:
        said = {
            "format": canonicalize_profiled(FORMAT),
            "signature": canonicalize_profiled(evidence.signature),
            "received": canonicalize_profiled(dict(evidence.received)),
            "parties": canonicalize_profiled(dict(evidence.parties)),
        }
    except CanonicalError as error:
        raise ScoreError(Part.FILE, str(error)) from error
    parts = said | {"card": evidence.card, "record": evidence.record, "trace": evidence.trace}
    return b"{%b}" % b",".join(b'"%b":%b' % (name.encode(), parts[name]) for name in sorted(parts))


def parse_evidence(data: bytes) -> Evidence:
    """Read a file: its size, its canonical form, its members. Raises ScoreError, naming the part that is damaged."""
    if len(data) > MAX_BUNDLE_BYTES:
        raise ScoreError(Part.FILE, f"{len(data)} bytes, more than {MAX_BUNDLE_BYTES}")
    try:
        members = parse_profiled(data)
    except CanonicalError as error:
        raise ScoreError(_damaged(data), str(error)) from error
    try:
        _EVIDENCE.check(members)
    except RuleError as error:
        raise ScoreError(_missing(members), str(error)) from error
    return Evidence(
        card=canonicalize_profiled(members["card"]),
        record=canonicalize_profiled(members["record"]),
        signature=members["signature"],
        trace=canonicalize_profiled(members["trace"]),
        received=members["received"],
        parties=members["parties"],
    )


def evidence_root(bundle: Bundle, received: Mapping[str, str], parties: Mapping[str, str], ids: Iterable[str]) -> str:
    """Give the root of the Merkle tree (RFC 6962, 2.1) over all that features come from, in hex.

    `ids` are those of the bundle's records, in their order. The last leaf holds the confirmed parties.
    """
    opened: dict[str, list[str]] = {}
    for item in bundle.disclosed:
        opened.setdefault(item.id, []).append(item.path)
    tree = Frontier()
    for record, record_id in zip(bundle.records, ids, strict=True):
        told = {
            "id": record_id,
            "leaf": leaf_hash(record).hex(),
            "opened": sorted(opened.get(record_id, [])),
            "received": received.get(record_id),
        }
        tree.append(leaf_hash(write_profiled(told)))
    tree.append(leaf_hash(canonicalize_profiled({"parties": dict(parties)})))
    return tree.root().hex()


def openings_of(disclosed: Iterable[Disclosure]) -> dict[str, dict[str, Any]]:
    """Give the opened members by record."""
    opened: dict[str, dict[str, Any]] = {}
    for item in disclosed:
        opened.setdefault(item.id, {})[item.path] = item.value
    return opened


def _damaged(data: bytes) -> Part:
    """Tell in which part a file that cannot be read was damaged: where the first reading fails."""
    at = _failing(data)
    part = _owner(data, _HEAD_OF, 0, at)
    if part is not Part.PROOF:
        return part
    start = data.find(b'"trace":{')
    part = _owner(data, _IN_TRACE, max(start, 0) + len(b'"trace":{'), at)
    return Part.CONSENT if part is Part.EVENT and _is_of_consent(data, at) else part


def _failing(data: bytes) -> int:
    try:
        json.loads(data.decode())
    except UnicodeDecodeError as error:
        return error.start
    except json.JSONDecodeError as error:
        # It counts characters; a place in the bytes is wanted.
        return len(data.decode()[: error.pos].encode())
    except (ValueError, RecursionError):
        return len(data)
    return _differing(data)


def _differing(data: bytes) -> int:
    try:
        again = canonicalize_profiled(json.loads(data))
    except CanonicalError:
        return _strange_number(data)
    return next((at for at, (left, right) in enumerate(zip(data, again, strict=False)) if left != right), len(data))


def _strange_number(data: bytes) -> int:
    """Find the first number that is not whole, outside of texts: what the profile forbids."""
    found = next((one for one in _TEXT_OR_FRACTION.finditer(data) if one.group(1)), None)
    return found.start() if found else len(data)


def _found(data: bytes, name: str, place: int) -> int:
    # The card has a format too, and stands before the file's, which follows upon the card's end.
    before = "}," if name == "format" else ""
    found = data.find(f'{before}"{name}":'.encode(), place)
    return found + len(before) if found >= 0 else found


def _owner(data: bytes, parts: Mapping[str, Part], start: int, at: int) -> Part:
    # Members stand in the order of their names: the last one that begins before the fault holds it.
    owner, place = Part.FILE, start
    for name, part in parts.items():
        found = _found(data, name, place)
        if found < 0:
            # The name itself is damaged.
            if _next_begins_after(data, parts, name, place, at):
                return part
            continue
        if found + len(name) + 3 > at:
            break
        owner, place = part, found
    return owner


def _next_begins_after(data: bytes, parts: Mapping[str, Part], name: str, place: int, at: int) -> bool:
    names = list(parts)
    later = (_found(data, one, place) for one in names[names.index(name) + 1 :])
    return next((found for found in later if found >= 0), len(data)) > at


def _is_of_consent(data: bytes, at: int) -> bool:
    """Whether the damaged one among the records is the consent's; heads tell how many each history has."""
    heads, records = data.find(b'"heads":['), data.find(b'"records":[')
    if not 0 <= heads < records <= at:
        return False
    try:
        chains, _ = json.JSONDecoder().raw_decode(data[heads + len(b'"heads":') : records].decode())
    except ValueError:
        return False
    number = data.count(b'","', records, at)
    places = [chain["entity"] for chain in chains for _ in range(chain["eseq"] + 1)]
    return number < len(places) and places[number].startswith("consent:")


def _missing(members: Any) -> Part:
    if type(members) is not dict:
        return Part.FILE
    wrong = [name for name in _HEAD_OF if name not in members]
    return _HEAD_OF[wrong[0]] if wrong else Part.FILE


def _check_format(value: Any) -> None:
    if value != FORMAT:
        raise RuleError(f"not {FORMAT}")


def _check_object(value: Any) -> None:
    if type(value) is not dict:
        raise RuleError("not an object")


def _check_trace(value: Any) -> None:
    if type(value) is not dict or value.get("format") != BUNDLE_FORMAT:
        raise RuleError(f"not {BUNDLE_FORMAT}")


def _check_text(value: Any) -> None:
    if type(value) is not str:
        raise RuleError("not text")


def _check_texts(value: Any) -> None:
    if type(value) is not dict or any(type(item) is not str for item in value.values()):
        raise RuleError("not an object of text")


_EVIDENCE = Shape(
    required={
        "format": _check_format,
        "card": _check_object,
        "record": _check_object,
        "signature": _check_text,
        "trace": _check_trace,
        "received": _check_texts,
        "parties": _check_texts,
    }
)
