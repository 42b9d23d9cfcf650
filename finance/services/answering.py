"""A bank's query from end to end: what may go out, in one shape for machines and pages."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from finance.errors import StaleCheckpointError
from finance.models import Credential
from finance.queries import scores
from finance.services import answers, credentials
from finance.services.answers import Answer, Asked, Asker
from finance.services.credentials import Place, Scored
from traceability.queries import log
from traceability.services.entries import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An answer with what belongs to it; what may not go out is None, whatever the score holds."""

    answer: Answer
    score: int | None
    grade: str | None
    range: dict[str, int | None] | None
    reasons: list[scores.Reason] | None
    strengths: list[scores.Reason] | None
    features: dict[str, Any] | None
    credential: Credential | None
    # In percent; and the points that everybody's score was moved by.
    chance: float | None = None
    level: dict[str, Any] = field(default_factory=dict)


def check_checkpoint(known_size: int | None) -> None:
    """Check that the published log is no older than what a bank has seen. Raises StaleCheckpointError."""
    if known_size is None:
        return
    newest = log.checkpoint()
    size = newest.size if newest else 0
    if known_size > size:
        raise StaleCheckpointError("/known_tree_size", "checkpoint_behind", size=size)


def ask(*, asker: Asker, asked: Asked, place: Place, entry: Entry, at: datetime) -> Shown:
    """Ask by a consent, and make the certificate of what goes out. Raises as `answers.answer` does."""

    def certify(answer: Answer) -> Credential | None:
        return _certificate(answer, asker, place, entry=entry, at=at)

    answer = answers.answer(asker=asker, asked=asked, entry=entry, at=at, certify=certify)
    return shown(answer)


def shown(answer: Answer) -> Shown:
    """Keep to the fields that the audit row names."""
    score, fields = answer.score, answer.fields
    with_reasons = "reasons" in fields
    return Shown(
        answer=answer,
        score=score.score if "score" in fields else None,
        grade=score.grade if "grade" in fields else None,
        range={"low": score.low, "high": score.high} if "range" in fields else None,
        reasons=scores.reasons_of(score) if with_reasons else None,
        strengths=scores.strengths_of(score) if with_reasons else None,
        features=dict(score.features) if "features" in fields else None,
        credential=answer.credential,
        chance=score.chance_bp / 100 if "score" in fields and score.chance_bp is not None else None,
        level=scores.level_of(score) if "score" in fields else {},
    )


def scored(score: Any) -> Scored:
    """Take from a score what its certificate says."""
    return Scored(
        id=score.pk,
        card_id=score.card_id,
        score=score.score,
        grade=score.grade,
        low=score.low,
        high=score.high,
        as_of=score.as_of,
        tree_size=score.tree_size,
        root_sha256=bytes(score.tree_root).hex(),
        evidence_sha256=score.evidence_root,
    )


def _certificate(answer: Answer, asker: Asker, place: Place, *, entry: Entry, at: datetime) -> Credential | None:
    """Make the certificate, which holds the number: where that stays with the farmer, so does the certificate."""
    if "score" not in answer.fields or answer.score.score is None:
        return None
    own = Entry(id=entry.id_of("credential"), time=at)
    return credentials.issue_held(
        consent=answer.consent,
        scored=scored(answer.score),
        place=place,
        entry=own,
        membership=asker.membership,
        at=at,
    )
