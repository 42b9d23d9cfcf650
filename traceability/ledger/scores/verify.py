"""Checking an evidence file: everything is reckoned anew, and what differs is named."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from traceability.ledger.bundle import Bundle
from traceability.ledger.canonical import parse_profiled
from traceability.ledger.errors import LedgerError, NoteError
from traceability.ledger.inspection import Inspection, State, inspect_bundle
from traceability.ledger.leaf import Leaf
from traceability.ledger.leaf_rules import RuleError, Shape, check_hash, check_uuid
from traceability.ledger.note import open_note
from traceability.ledger.scores.card import Card, parse_card
from traceability.ledger.scores.errors import CardError, Part, ScoreError
from traceability.ledger.scores.evidence import Evidence, evidence_root, openings_of, parse_evidence
from traceability.ledger.scores.features import features_of
from traceability.ledger.scores.levels import levels_of
from traceability.ledger.scores.record import Claim, Judged, approval_text, judge, record_bytes, verify_record
from traceability.ledger.scores.told import Told, china_day

# Said with every score, lest "recomputed" be read as "true".
NOT_CLAIMED = (
    "that what was told is true: it shows what was told, by whom, and in what order",
    "that the farm has no other plot, season or promise than those in this file",
    "when the platform got a record, and of which kind a party is: that is the platform's own word, which it signs",
    "that anybody will pay: a score is reference information, and no report of a credit bureau",
)
_ENDS = frozenset({"consent.revoked", "consent.expired", "consent.superseded", "consent.exhausted"})


@dataclass(frozen=True, slots=True)
class ScoreReport:
    """What was recomputed, and by which keys it is signed."""

    record: Mapping[str, Any]
    card: Card
    judged: Judged
    origin: str
    size: int
    root: str
    records: int
    openings: int
    vkeys: tuple[str, ...]
    score_vkeys: tuple[str, ...]
    policy_keys_only: bool
    not_claimed: tuple[str, ...] = NOT_CLAIMED


def verify_score(data: bytes, *, vkeys: Sequence[str]) -> ScoreReport:
    """Recompute a score from its evidence alone and compare it with what was signed.

    The log's key is compared with `vkeys` where some are given, as for a bundle. Raises ScoreError naming the part that
    failed: event, proof, card, consent or score.
    """
    evidence = parse_evidence(data)
    inspection = _inspected(evidence, vkeys)
    leaves = [verdict.leaf for verdict in inspection.records if verdict.leaf is not None]
    opened = openings_of(inspection.bundle.disclosed)
    members = _record_members(evidence.record)
    # By the card that is here: the record is not vouched for before its signature is checked.
    score_keys = check_card_chain(leaves, sha256(evidence.card).hexdigest())
    verify_record(evidence.record, evidence.signature, score_keys)
    card = parse_card(evidence.card, card_id=members["card"])
    claim = _claim(members)
    check_consent(leaves, opened, claim)
    _check_root(inspection, evidence, leaves, claim)
    told = told_of(leaves, evidence.received, opened)
    judged = _judged(evidence, card, told, claim, score_keys)
    _compare(parse_profiled(record_bytes(card, claim, judged)), members)
    return _report(inspection, card, judged, members, score_keys, keys_only=not vkeys)


def check_card_chain(leaves: Iterable[Leaf], card_id: str) -> tuple[str, ...]:
    """Check that the log holds a card as registered and approved; give the keys of its approvals. Raises CardError."""
    chain = [leaf for leaf in leaves if leaf.entity == f"card:{card_id}"]
    if not any(leaf.type == "card.registered" and leaf.body.get("card_sha256") == card_id for leaf in chain):
        raise CardError(f"the log shows no registration of {card_id}")
    approvals = [leaf for leaf in chain if leaf.type == "card.approved"]
    if not approvals:
        raise CardError(f"the log shows no approval of {card_id}")
    return tuple(dict.fromkeys(_approving_key(leaf, card_id) for leaf in approvals))


def check_consent(leaves: Iterable[Leaf], opened: Mapping[str, Mapping[str, Any]], claim: Claim) -> None:
    """Check that the log holds a consent of this farm that is alive. Raises ScoreError."""
    chain = [leaf for leaf in leaves if leaf.entity == claim.consent]
    granted = next((leaf for leaf in chain if leaf.type == "consent.granted"), None)
    if granted is None:
        raise ScoreError(Part.CONSENT, f"{claim.consent} was not given")
    if opened.get(granted.id, {}).get("subject") != claim.subject:
        raise ScoreError(Part.CONSENT, f"{claim.consent} is not shown to be of {claim.subject}")
    ended = next((leaf.type for leaf in chain if leaf.type in _ENDS), None)
    if ended:
        raise ScoreError(Part.CONSENT, f"{claim.consent} had ended: {ended}")
    if datetime.fromisoformat(granted.time) > claim.as_of:
        raise ScoreError(Part.CONSENT, f"{claim.consent} was given after the score")
    if china_day(claim.as_of) > date.fromisoformat(str(granted.body.get("until"))):
        raise ScoreError(Part.CONSENT, f"{claim.consent} was over by then")


def told_of(leaves: Iterable[Leaf], received: Mapping[str, str], opened: Mapping[str, Mapping[str, Any]]) -> list[Told]:
    """Put together what was told, when it came, and what of it was opened. Raises ScoreError."""
    told = []
    for leaf in leaves:
        try:
            moment = datetime.fromisoformat(received[leaf.id])
        except (KeyError, ValueError) as error:
            raise ScoreError(Part.EVENT, f"{leaf.id}: no time at which it was received") from error
        if moment.utcoffset() is None:
            raise ScoreError(Part.EVENT, f"{leaf.id}: received at a time without zone")
        told.append(Told(leaf, moment, opened.get(leaf.id, {})))
    return told


def _inspected(evidence: Evidence, vkeys: Sequence[str]) -> Inspection:
    try:
        inspection = inspect_bundle(evidence.trace, vkeys=vkeys)
    except LedgerError as error:
        raise ScoreError(Part.PROOF, str(error)) from error
    heads = [fault for fault in inspection.faults if fault.startswith("head of ")]
    if heads:
        raise ScoreError(Part.PROOF, heads[0])
    broken = [verdict for verdict in inspection.records if verdict.state is State.BROKEN]
    if broken:
        # The tree holds these bytes: then it is the head above them that names another history.
        misplaced = broken[0].reason.startswith("it says that it is event")
        raise ScoreError(Part.PROOF if misplaced else _part_of(broken[0].entity), broken[0].text())
    problems = inspection.problems()
    if problems:
        raise ScoreError(_part_of_fault(problems[0], inspection.bundle), problems[0])
    return inspection


def _part_of(entity: str) -> Part:
    parts = {"consent": Part.CONSENT, "card": Part.CARD}
    return parts.get(entity.partition(":")[0], Part.EVENT)


def _part_of_fault(text: str, bundle: Bundle) -> Part:
    if not text.startswith("disclosed "):
        return Part.EVENT if text.startswith("the attachments") else Part.PROOF
    opened = next((item for item in bundle.disclosed if item.id in text), None)
    of_consent = opened is not None and {one.path for one in bundle.disclosed if one.id == opened.id} >= {"subject"}
    return Part.CONSENT if of_consent or opened is None else Part.EVENT


def _record_members(data: bytes) -> dict[str, Any]:
    members: dict[str, Any] = parse_profiled(data)
    try:
        _RECORD.check({name: members.get(name) for name in _RECORD.required})
        datetime.fromisoformat(members["as_of"])
        int(members["checkpoint"]["size"])
        str(members["checkpoint"]["root"])
    except (RuleError, KeyError, TypeError, ValueError) as error:
        raise ScoreError(Part.SCORE, f"the record: {error}") from error
    return members


def _approving_key(leaf: Leaf, card_id: str) -> str:
    vkey, approval = str(leaf.body.get("vkey")), str(leaf.body.get("approval"))
    try:
        # A text of a body ends in no line break, and a note does.
        note = open_note(f"{approval}\n", [vkey])
    except NoteError as error:
        raise CardError(f"event {leaf.eseq} of {leaf.entity}: {error}") from error
    if note.text != approval_text(card_id, leaf.actor.id):
        raise CardError(f"event {leaf.eseq} of {leaf.entity}: the signed approval is of something else")
    return vkey


def _claim(members: Mapping[str, Any]) -> Claim:
    return Claim(
        subject=members["subject"],
        as_of=datetime.fromisoformat(members["as_of"]),
        consent=members["consent"],
        tree_size=members["checkpoint"]["size"],
        tree_root=members["checkpoint"]["root"],
        evidence_root=members["evidence_root"],
        replaces=members.get("replaces"),
    )


def _check_root(inspection: Inspection, evidence: Evidence, leaves: Sequence[Leaf], claim: Claim) -> None:
    checkpoint = inspection.checkpoint
    if (checkpoint.size, checkpoint.root.hex()) != (claim.tree_size, claim.tree_root):
        raise ScoreError(Part.PROOF, "the checkpoint is not the one that the score rests on")
    if inspection.bundle.subject != claim.consent:
        raise ScoreError(Part.CONSENT, f"the histories are not put together for {claim.consent}")
    if set(evidence.received) != {leaf.id for leaf in leaves}:
        raise ScoreError(Part.EVENT, "the times of receipt are not exactly those of the records")
    root = evidence_root(inspection.bundle, evidence.received, evidence.parties, [leaf.id for leaf in leaves])
    if root != claim.evidence_root:
        raise ScoreError(Part.EVENT, f"the evidence has the root {root}, not {claim.evidence_root}")


def _judged(evidence: Evidence, card: Card, told: Sequence[Told], claim: Claim, score_keys: Sequence[str]) -> Judged:
    features = features_of(
        told,
        subject=claim.subject,
        as_of=claim.as_of,
        parties=evidence.parties,
        yields=card.yields,
    )
    if card.expires < china_day(claim.as_of):
        raise CardError(f"was to be renewed by {card.expires}")
    levels = levels_of(told, card.id, as_of=claim.as_of, vkeys=score_keys)
    return judge(card, features, seed=bytes.fromhex(claim.evidence_root), levels=levels)


def _compare(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> None:
    names = sorted(set(ours) | set(theirs))
    wrong = [name for name in names if name not in ours or name not in theirs or ours[name] != theirs[name]]
    if wrong:
        name = wrong[0]
        raise ScoreError(Part.SCORE, f"{name} is {ours.get(name)!r:.200}, the record says {theirs.get(name)!r:.200}")


def _report(  # noqa: PLR0913 - all that was looked at
    inspection: Inspection,
    card: Card,
    judged: Judged,
    members: Mapping[str, Any],
    score_keys: tuple[str, ...],
    *,
    keys_only: bool,
) -> ScoreReport:
    return ScoreReport(
        record=members,
        card=card,
        judged=judged,
        origin=inspection.checkpoint.origin,
        size=inspection.checkpoint.size,
        root=inspection.checkpoint.root.hex(),
        records=len(inspection.records),
        openings=inspection.openings,
        vkeys=tuple(line.removeprefix("log ") for line in inspection.bundle.policy.splitlines() if line[:4] == "log "),
        score_vkeys=score_keys,
        policy_keys_only=keys_only,
    )


def _check_text(value: Any) -> None:
    if type(value) is not str:
        raise RuleError("not text")


def _check_object(value: Any) -> None:
    if type(value) is not dict:
        raise RuleError("not an object")


_RECORD = Shape(
    required={
        "subject": check_uuid,
        "as_of": _check_text,
        "card": check_hash,
        "consent": _check_text,
        "checkpoint": _check_object,
        "evidence_root": check_hash,
    }
)
