"""What the demonstration comes to: everything in the log, under a signed checkpoint, verified, and judged."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from traceability.enums import RunKind
from traceability.models import Lot, VerificationRun
from traceability.queries import history, log
from traceability.queries.judgements import JudgedLot, judged
from traceability.services import integrator, publisher, verification

_LOOK_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Finding:
    """A lot that a laboratory tested, and what its results come to."""

    lot: Lot
    judged: JudgedLot


def settle(*, clock: Callable[[], datetime], patience_seconds: float) -> None:
    """Wait until all that was recorded stands under a signed checkpoint; where nobody sees to it, do it here.

    Integrator and publisher may run beside this: all of them take turns. Raises IntegrationError, PublishError,
    LogKeyError.
    """
    deadline = time.monotonic() + patience_seconds
    while not _is_settled() and time.monotonic() < deadline:
        time.sleep(_LOOK_SECONDS)
    if not _is_settled():
        integrator.integrate_once()
        publisher.publish_once(at=clock())


def _is_settled() -> bool:
    now = log.standing()
    return now.waiting == 0 and now.unsigned == 0


def verify(*, clock: Callable[[], datetime]) -> VerificationRun:
    """Check everything that is stored, as each night's run does, and keep the run for the operator's page."""
    return verification.run_now(RunKind.FULL, clock=clock)


def findings() -> Iterator[Finding]:
    """Judge every lot of which samples were taken, by the limits of its day of production."""
    for lot in _sampled():
        yield Finding(lot, judged(lot, history.of(lot.entity)))


def _sampled() -> QuerySet[Lot]:
    return Lot.objects.filter(samples__isnull=False).distinct().order_by("crop", "produced_on", "pk")
