"""Bad news about a farm is deleted five years after it ended (条例, art. 16)."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import groupby

from django.db import transaction
from django.db.models import Q

from accounts.enums import OrganisationKind, Role
from accounts.models import Membership
from finance.enums import LoanState, PostingKind
from finance.models import Loan, LoanPosting
from traceability.services.entries import Entry
from traceability.services.erasure import Erasure, erase_personal
from traceability.standards.days import day_in_china

YEARS = 5
_ALWAYS_BAD = frozenset({PostingKind.WRITE_OFF, PostingKind.RECOVERY})


def forget_due(*, at: datetime) -> int:
    """Delete arrears and write-offs that ended five years ago, with what opens the log's commitments to them.

    Tells how many postings went. Safe to run twice. Without a confirmed operator nobody can answer for it, and nothing
    is deleted.
    """
    operator = _operator()
    if operator is None:
        return 0
    told = day_in_china(at)
    bad = Q(worst_days_past_due__gt=0) | Q(state=LoanState.WRITTEN_OFF)
    loans = Loan.objects.filter(bad).order_by("pk")
    return sum(_forget(loan, operator, before=_years_before(told), at=at) for loan in loans)


def ended_spells(
    postings: Sequence[LoanPosting], *, closed_on: date | None
) -> Iterator[tuple[date, list[LoanPosting]]]:
    """Give each stretch of bad postings with the day on which it ended; one that has not ended is left out."""
    runs = [(bad, list(group)) for bad, group in groupby(postings, key=is_bad)]
    for place, (bad, group) in enumerate(runs):
        if not bad:
            continue
        after = runs[place + 1][1][0].on if place + 1 < len(runs) else closed_on
        if after is not None:
            yield after, group


def is_bad(posting: LoanPosting) -> bool:
    """Whether a posting tells of arrears or of a write-off."""
    return bool(posting.days_past_due) or posting.kind in _ALWAYS_BAD


def _operator() -> Membership | None:
    found = Membership.objects.select_related("user", "organisation").filter(role=Role.OWNER)
    return (
        found.filter(organisation__kind=OrganisationKind.OPERATOR, organisation__confirmed_at__isnull=False)
        .order_by("pk")
        .first()
    )


@transaction.atomic
def _forget(loan: Loan, operator: Membership, *, before: date, at: datetime) -> int:
    locked = Loan.objects.select_for_update().get(pk=loan.pk)
    postings = list(locked.postings.order_by("on", "told_at", "pk"))
    due = [
        one for ended, spell in ended_spells(postings, closed_on=locked.closed_on) if ended <= before for one in spell
    ]
    for posting in due:
        erasure = Erasure(record_id=posting.pk, reason="no_longer_needed")
        own = Entry(id=Entry(id=posting.pk, time=at).id_of("forgotten"), time=at)
        erase_personal(erasure=erasure, entry=own, membership=operator, at=at)
    if due:
        kept = [one.days_past_due or 0 for one in postings if one not in due]
        LoanPosting.objects.filter(pk__in=[one.pk for one in due]).delete()
        Loan.objects.filter(pk=locked.pk).update(worst_days_past_due=max(kept, default=0))
    return len(due)


def _years_before(day: date) -> date:
    try:
        return day.replace(year=day.year - YEARS)
    except ValueError:
        # The 29th of February.
        return day.replace(year=day.year - YEARS, day=28)
