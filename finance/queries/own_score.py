"""A score as its own farm is shown it: in plain words, with what would change it and the records behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from uuid import UUID

from accounts.models import Organisation


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownReason:
    """Why a score is not higher, or what speaks for it: the figure, the sentence, what would change it, the records."""

    feature: str
    text: str
    change: str = ""
    points: int = 0
    records: Sequence[UUID] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownScore:
    """A score with its range, or, where the data are too few, the reason why there is none."""

    id: UUID
    as_of: datetime
    score: int | None
    grade: str = ""
    low: int | None = None
    high: int | None = None
    gate: str = ""
    reasons: Sequence[ShownReason] = ()
    positives: Sequence[ShownReason] = ()


def newest(subject: Organisation) -> ShownScore | None:
    """Give a farm's newest score in the language that is active now; None before the first."""
    if find_spec("finance.queries.scores") is None:
        return None
    shown: ShownScore | None = import_module("finance.queries.scores").shown_newest(subject)
    return shown
