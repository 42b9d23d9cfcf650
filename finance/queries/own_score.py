"""A score as its own farm is shown it: in plain words, with what would change it and the records behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.models import Organisation
from finance.models import Score
from finance.queries.scores import Reason, latest, level_of, reasons_of, strengths_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownReason:
    """Why a score is not higher, or what speaks for it: the figure, the sentence, what would change it, the records."""

    feature: str
    text: str
    change: str = ""
    points: int = 0
    records: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownScore:
    """A score with its range; without a number, the reasons say what is not known yet."""

    id: UUID
    as_of: datetime
    score: int | None
    grade: str = ""
    low: int | None = None
    high: int | None = None
    reasons: Sequence[ShownReason] = ()
    positives: Sequence[ShownReason] = ()
    # What everybody's score is moved by for a time: points, until when and why; empty where nothing is.
    level: Mapping[str, Any] = field(default_factory=dict)


def newest(subject: Organisation) -> ShownScore | None:
    """Give a farm's newest score in the language that is active now; None before the first."""
    score = latest(subject)
    return shown(score) if score else None


def shown(score: Score) -> ShownScore:
    """Say a score in the language that is active now."""
    return ShownScore(
        id=score.pk,
        as_of=score.as_of,
        score=score.score,
        grade=score.grade,
        low=score.low,
        high=score.high,
        level=level_of(score),
        reasons=[_shown(one) for one in reasons_of(score)],
        positives=[_shown(one) for one in strengths_of(score)],
    )


def _shown(reason: Reason) -> ShownReason:
    feature = reason.code.partition(".")[0]
    return ShownReason(
        feature=feature, text=reason.text, change=reason.hint, points=reason.points, records=reason.events
    )
