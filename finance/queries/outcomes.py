"""What became of loans, beside the figures that were known when each was decided."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db.models import Min, Q

from accounts.models import Organisation
from finance.enums import LoanState, PostingKind
from finance.fitting.blending import ExpertVariable
from finance.fitting.outcomes import BAD_DAYS, Course, Label, label_of
from finance.fitting.table import Column, Table
from finance.fitting.woe import Flags
from finance.models import Loan, Score
from traceability.ledger.scores import Card, NumberVariable

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


def lessons(*, on: date) -> list[Lesson]:
    """Give every decided loan with a score, in the order in which money was paid out; those rejected last."""
    first_bad = Min(
        "postings__on",
        filter=Q(postings__kind=PostingKind.STANDING, postings__days_past_due__gte=BAD_DAYS),
    )
    loans = Loan.objects.filter(state__in=_DECIDED, score__isnull=False).annotate(first_bad_on=first_bad)
    loans = loans.select_related("subject").order_by("disbursed_on", "pk")
    known = Score.objects.in_bulk([loan.score for loan in loans if loan.score])
    return [_lesson(loan, known[loan.score], on) for loan in loans if loan.score in known]


def _lesson(loan: Loan, score: Score, on: date) -> Lesson:
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


def newest_features() -> list[tuple[Mapping[str, int | None], str]]:
    """Give the figures of each farm's newest score, with the farm's county."""
    rows = Score.objects.order_by("subject", "-computed_at", "-pk").distinct("subject")
    counties = dict(Organisation.objects.filter(scores__isnull=False).values_list("pk", "division_code"))
    return [
        (features, counties[subject][:6])
        for features, subject in rows.values_list("features", "subject").iterator(chunk_size=5000)
    ]


def groups_of(rows: Sequence[tuple[Mapping[str, int | None], str]]) -> dict[str, Flags]:
    """Give the groups that are known of: farms under 10 mu, and those of autonomous counties.

    Sex and age are not held by this platform; a partner that holds them tests for them.
    """
    areas = np.array([features.get("plot_area_mu") or 0 for features, _ in rows], dtype=np.int64)
    return {
        "under_10_mu": np.asarray((areas > 0) & (areas < 1000)),
        "minority_county": np.array([county in MINORITY_COUNTIES for _, county in rows], dtype=np.bool_),
    }


def _number(units: int | None, places: int) -> float:
    return np.nan if units is None else units / 10**places
