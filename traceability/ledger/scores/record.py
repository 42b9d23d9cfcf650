"""The score record: what was computed, of what, by which card; and the signature under it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from traceability.ledger.canonical import canonicalize_profiled
from traceability.ledger.errors import NoteError
from traceability.ledger.note import Signer, open_note, sign_note
from traceability.ledger.scores.card import Card, Gate, Scored
from traceability.ledger.scores.errors import Part, ScoreError
from traceability.ledger.scores.features import ATTESTED, IMPLAUSIBLE, RELATED, Features
from traceability.ledger.scores.figures import Figure
from traceability.ledger.scores.levels import NONE, Levels
from traceability.ledger.scores.spread import spread

FORMAT = "suyuan/score-record/v1"
# Of the rules of features, range and gate: another way to reckon is another version.
CODE_VERSION = "suyuan-score/1"
# The same with a level of the card in force: an overlay or a calibration.
LEVELLED_VERSION = "suyuan-score/2"
SCORED, INSUFFICIENT, REFER = "scored", "insufficient_data", "refer"
MOST_BEHIND = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a score is about, before anything is reckoned."""

    subject: str
    as_of: datetime
    consent: str
    tree_size: int
    tree_root: str
    evidence_root: str
    replaces: str | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A score or the reason why there is none, as members of the record."""

    features: Features
    scored: Scored | None
    outcome: str
    gate: tuple[str, ...]
    low: int | None
    high: int | None
    levels: Levels = NONE
    # The chance of default, in hundredths of a percent.
    chance: int | None = None


def judge(card: Card, features: Features, *, seed: bytes, levels: Levels = NONE) -> Judged:
    """Score a farm, unless too little is known of it or a person must look at it first. Raises InputError."""
    outcome, unmet = gate_of(card.gate, features.figures)
    if unmet:
        return Judged(features, None, outcome, unmet, None, None, levels)
    levelled = levels.applied(card)
    scored = levelled.score(features.numbers())
    low, high = spread(levelled, features.figures, score=scored.score, seed=seed)
    return Judged(features, scored, SCORED, (), low, high, levels, levels.chance(card.scale, scored.score))


def gate_of(gate: Gate, figures: Mapping[str, Figure]) -> tuple[str, tuple[str, ...]]:
    """Say which of the least that must be known is not, and what follows from it."""

    def below(name: str, least: int) -> bool:
        number = figures[name].number if name in figures else None
        return number is None or number < least

    thin = [
        name
        for name, least in (("tenure_months", gate.tenure_months), (ATTESTED, gate.attested_events))
        if below(name, least)
    ]
    related, impossible = (figures[name].number if name in figures else None for name in (RELATED, IMPLAUSIBLE))
    doubtful = [
        name
        for name, is_doubtful in (
            ("data_integrity", below("data_integrity", gate.data_integrity)),
            (RELATED, (related or 0) > gate.related_share),
            (IMPLAUSIBLE, bool(impossible)),
        )
        if is_doubtful
    ]
    return INSUFFICIENT if thin else REFER, (*thin, *doubtful)


def record_bytes(card: Card, claim: Claim, judged: Judged) -> bytes:
    """Write the record, canonical: the same evidence and card give the same bytes."""
    scored = judged.scored
    members: dict[str, Any] = {
        "format": FORMAT,
        "code_version": CODE_VERSION,
        "subject": claim.subject,
        "as_of": moment_text(claim.as_of),
        "card": card.id,
        "consent": claim.consent,
        "checkpoint": {"size": claim.tree_size, "root": claim.tree_root},
        "evidence_root": claim.evidence_root,
        "features": judged.features.numbers(),
        "outcome": judged.outcome,
        "gate": list(judged.gate),
        "points": {one.name: one.points for one in scored.bins} if scored else {},
        "score": scored.score if scored else None,
        "grade": scored.grade if scored else None,
        "range": [judged.low, judged.high] if scored else None,
        "reasons": [[one.code, one.loss] for one in scored.reasons] if scored else [],
        "strengths": [[one.code, one.points] for one in scored.strengths] if scored else [],
        "replaces": claim.replaces,
    }
    if judged.levels:
        members |= {
            "code_version": LEVELLED_VERSION,
            "level": judged.levels.members(),
            "chance": judged.chance,
        }
    return canonicalize_profiled(members)


def behind_of(features: Features) -> dict[str, dict[str, Any]]:
    """List for each figure the events behind it, those against it first, as many as a reader can look through."""
    return {
        name: {
            "events": list(figure.events[:MOST_BEHIND]),
            "against": list(figure.against[:MOST_BEHIND]),
            "count": len(figure.events),
        }
        for name, figure in features.figures.items()
    }


def sign_record(record: bytes, signer: Signer) -> str:
    """Sign a record, as a signed note."""
    return sign_note(_record_text(record), signer)


def verify_record(record: bytes, signature: str, vkeys: Sequence[str]) -> None:
    """Check that one of the card's keys signed a record. Raises ScoreError."""
    try:
        note = open_note(signature, vkeys)
    except NoteError as error:
        raise ScoreError(Part.SCORE, f"the signature: {error}") from error
    if note.text != _record_text(record):
        raise ScoreError(Part.SCORE, "the record is not the one that was signed")
    if note.unverified or len(note.signatures) != 1:
        raise ScoreError(Part.SCORE, "signed by a key that no approval of the card names")


def approval_text(card_id: str, approver: str) -> str:
    """Give the text that is signed where a card is approved; `approver` is the pseudonym of who approves."""
    return f"suyuan/card-approval/v1\ncard {card_id}\napprover {approver}\n"


def moment_text(moment: datetime) -> str:
    """Write a moment in UTC, without zeros at the end of a fraction."""
    text = moment.astimezone(UTC).replace(tzinfo=None).isoformat()
    return f"{text.rstrip('0') if '.' in text else text}Z"


def _record_text(record: bytes) -> str:
    return f"suyuan/score/v1\nrecord {sha256(record).hexdigest()}\n"
