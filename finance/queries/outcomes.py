"""What became of loans, beside the figures that were known when each was decided."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import numpy as np
from django.db.models import Min, Q

from finance.enums import LoanState, PostingKind, ScoreOutcome
from finance.fitting.blending import ExpertVariable
from finance.fitting.outcomes import BAD_DAYS, Course, Label, label_of
from finance.fitting.table import Column, Table
from finance.fitting.woe import Flags
from finance.models import Loan, Score
from traceability.ledger.scores import Card, NumberVariable
from traceability.models import Season

# The autonomous counties of Liaoning, by division code (GB/T 2260). Read for tests of fairness alone.
MINORITY_COUNTIES = frozenset({"210323", "210422", "210423", "210521", "210522", "210624", "210921", "211324"})
_DECIDED = (LoanState.REJECTED, LoanState.ACTIVE, LoanState.CLOSED, LoanState.OVERPAID, LoanState.WRITTEN_OFF)
_PAID_BACK = (LoanState.CLOSED, LoanState.OVERPAID)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One loan to learn from: its label, and the figures of the score that its bank saw."""

    label: Label
    disbursed_on: date | None
    features: Mapping[str, int | None]
    county: str
    # Of its newest season when the money was paid out.
    crop: str = ""


def lessons(*, on: date) -> list[Lesson]:
    """Give every decided loan with a score, in the order in which money was paid out; those rejected last."""
    first_bad = Min(
        "postings__on",
        filter=Q(postings__kind=PostingKind.STANDING, postings__days_past_due__gte=BAD_DAYS),
    )
    loans = Loan.objects.filter(state__in=_DECIDED, score__isnull=False).annotate(first_bad_on=first_bad)
    loans = loans.select_related("subject").order_by("disbursed_on", "pk")
    known = Score.objects.in_bulk([loan.score for loan in loans if loan.score])
    crops = _crops(loans)
    return [_lesson(loan, known[loan.score], crops.get(loan.pk, ""), on) for loan in loans if loan.score in known]


def _crops(loans: Iterable[Loan]) -> dict[UUID, str]:
    """Give the crop of each loan's farm: of its newest season that was open when the money was paid out."""
    seasons: dict[int, list[tuple[date, str]]] = defaultdict(list)
    rows = Season.objects.filter(plot__holder__loans__in=loans).distinct().order_by("opened_on", "pk")
    for holder, day, crop in rows.values_list("plot__holder", "opened_on", "crop"):
        seasons[holder].append((day, crop))
    found = {}
    for loan in loans:
        before = [crop for day, crop in seasons[loan.subject_id] if loan.disbursed_on and day <= loan.disbursed_on]
        found[loan.pk] = before[-1] if before else ""
    return found


def _lesson(loan: Loan, score: Score, crop: str, on: date) -> Lesson:
    course = Course(
        disbursed_on=loan.disbursed_on,
        ended_on=loan.closed_on if loan.state in _PAID_BACK else None,
        rejected=loan.state == LoanState.REJECTED,
        written_off=loan.state == LoanState.WRITTEN_OFF,
        first_bad_on=getattr(loan, "first_bad_on", None),
        worst_days=loan.worst_days_past_due,
    )
    return Lesson(
        label=label_of(course, on=on),
        disbursed_on=loan.disbursed_on,
        features=score.features,
        county=loan.subject.division_code[:6],
        crop=crop,
    )


def matured(found: Iterable[Lesson]) -> list[Lesson]:
    """Give those that are good or bad."""
    return [one for one in found if one.label in {Label.GOOD, Label.BAD}]


def table_of(found: Sequence[Lesson], experts: Sequence[ExpertVariable]) -> Table:
    """Give lessons as a table: whole units of a card become numbers, what is unknown NaN."""
    columns = tuple(
        Column(one.name, numbers=np.array([_number(lesson.features.get(one.name), one.places) for lesson in found]))
        for one in experts
    )
    bad = np.array([lesson.label is Label.BAD for lesson in found], dtype=np.bool_)
    return Table(columns, bad, np.arange(len(found)))


def experts_of(card: Card) -> list[ExpertVariable]:
    """Give the variables of a card that count numbers, as the blend takes them."""
    return [
        ExpertVariable(one.name, one.places, one.breaks, tuple(place.points for place in one.bins), one.absent.points)
        for one in card.variables
        if isinstance(one, NumberVariable)
    ]


@dataclass(frozen=True, slots=True)
class Standing:
    """A farm as its newest score knew it."""

    subject: int
    features: Mapping[str, int | None]
    county: str


def newest_features() -> list[Standing]:
    """Give the figures of each farm's newest score, with the farm's county; without farms that got no number."""
    rows = Score.objects.order_by("subject", "-computed_at", "-pk").distinct("subject")
    found = rows.values_list("subject", "features", "subject__division_code", "outcome").iterator(chunk_size=5000)
    return [
        Standing(subject, features, code[:6])
        for subject, features, code, outcome in found
        if outcome == ScoreOutcome.SCORED
    ]


def groups_of(rows: Sequence[Standing]) -> dict[str, Flags]:
    """Give the groups that the records tell of: farms under 10 mu, and those of autonomous counties."""
    areas = np.array([one.features.get("plot_area_mu") or 0 for one in rows], dtype=np.int64)
    return {
        "under_10_mu": np.asarray((areas > 0) & (areas < 1000)),
        "minority_county": np.array([one.county in MINORITY_COUNTIES for one in rows], dtype=np.bool_),
    }


def _number(units: int | None, places: int) -> float:
    return np.nan if units is None else units / 10**places
