"""Verification runs and findings, as an operator looks at them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from traceability.enums import RunKind, RunState
from traceability.models import Finding, VerificationRun
from traceability.queries import log

# New entries are verified each minute: silence for so long means that something stands still.
_SILENCE_OF_VERIFICATION = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Health:
    """What an operator must know at a glance: when all was last found good, and what stands still."""

    last_clean: VerificationRun | None
    last_full: VerificationRun | None
    verification_is_late: bool
    publisher_is_late: bool


def health(standing: log.Standing, *, at: datetime) -> Health:
    """Judge how the log is looked after."""
    clean = VerificationRun.objects.filter(state=RunState.CLEAN).order_by("-finished_at")
    last = clean.first()
    return Health(
        last_clean=last,
        last_full=clean.filter(kind=RunKind.FULL).first(),
        verification_is_late=last is None
        or last.finished_at is None
        or last.finished_at < at - _SILENCE_OF_VERIFICATION,
        publisher_is_late=standing.is_stale(at),
    )


def recent_runs(number: int) -> list[VerificationRun]:
    """Return the newest runs, newest first."""
    return list(VerificationRun.objects.order_by("-pk")[:number])


def open_findings() -> QuerySet[Finding]:
    """Return what is found and not closed, newest first."""
    return Finding.objects.filter(closed_at=None).order_by("-pk")


def closed_findings(number: int) -> list[Finding]:
    """Return the findings that were closed last, with who closed them."""
    return list(Finding.objects.exclude(closed_at=None).select_related("closed_by").order_by("-closed_at")[:number])
