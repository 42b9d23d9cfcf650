"""What became of loans: good, bad or not to be told, and which are old enough to learn from."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

# A loan is judged by its first twelve months.
WINDOW = timedelta(days=365)
BAD_DAYS, GOOD_DAYS = 90, 30
# Below the first only the expert card stands; from the second on one fitted without it may challenge.
BLEND_AT, BLEND_BADS, FITTED_AT = 200, 50, 1000


class Label(StrEnum):
    """What became of a loan; all but good and bad are left out, and counted."""

    GOOD = "good"
    BAD = "bad"
    INDETERMINATE = "indeterminate"
    IMMATURE = "immature"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How a loan went, as its bank told."""

    disbursed_on: date | None
    ended_on: date | None = None
    rejected: bool = False
    written_off: bool = False
    first_bad_on: date | None = None
    """The first day on which it was told to be 90 days late or more."""
    worst_days: int = 0


def label_of(course: Course, *, on: date) -> Label:
    """Label a loan as of a day. Its state after the window does not count: all are judged by the same time."""
    if course.rejected:
        return Label.REJECTED
    if course.disbursed_on is None:
        return Label.IMMATURE
    if course.written_off or (course.first_bad_on and course.first_bad_on <= course.disbursed_on + WINDOW):
        # Bad is known at once, but counts only with its whole cohort: else young cohorts would hold nothing but bad.
        return Label.BAD if is_mature(course, on=on) else Label.IMMATURE
    if not is_mature(course, on=on):
        return Label.IMMATURE
    return Label.GOOD if course.ended_on or course.worst_days < GOOD_DAYS else Label.INDETERMINATE


def is_mature(course: Course, *, on: date) -> bool:
    """Whether the whole window has passed since the money was paid out."""
    return course.disbursed_on is not None and course.disbursed_on + WINDOW <= on


def counted(labels: Iterable[Label]) -> dict[str, int]:
    """Count all labels, those of none included."""
    found = Counter(labels)
    return {label.value: found[label] for label in Label}


def kind_for(outcomes: int, bads: int) -> str:
    """Give the kind of card that so many outcomes allow: expert, blend or fitted."""
    if outcomes >= FITTED_AT and bads >= BLEND_BADS:
        return "fitted"
    return "blend" if outcomes >= BLEND_AT and bads >= BLEND_BADS else "expert"
