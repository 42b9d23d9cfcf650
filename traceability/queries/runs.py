"""Runs of processes with their lines, as the balance takes them."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Prefetch, QuerySet

from accounts.models import Membership
from traceability.balance import Run, Weighed
from traceability.enums import PartKind
from traceability.models import ProcessPart, ProcessRun


def runs_of(membership: Membership) -> QuerySet[ProcessRun]:
    """List the runs of the party with their lines, the newest first: two statements, however many there are."""
    lines = ProcessPart.objects.select_related("lot").order_by("position")
    own = ProcessRun.objects.filter(party=membership.organisation_id).order_by("-finished_on", "pk")
    return own.prefetch_related(Prefetch("parts", queryset=lines))


def runs_between(membership: Membership, first: date, last: date) -> list[ProcessRun]:
    """List the runs that were finished from one day to another, both included."""
    return list(runs_of(membership).filter(finished_on__range=(first, last)))


def as_run(run: ProcessRun) -> Run:
    """Give a run as the balance takes it; lots are named by their ids, so that what one makes another uses."""
    parts = list(run.parts.all())
    return Run(
        step=run.step,
        inputs=_of_kind(parts, PartKind.INPUT),
        outputs=_of_kind(parts, PartKind.OUTPUT),
        by_products=_of_kind(parts, PartKind.BY_PRODUCT),
        losses=_of_kind(parts, PartKind.LOSS),
        moisture_in=run.moisture_in_percent,
        moisture_out=run.moisture_out_percent,
    )


def _of_kind(parts: Iterable[ProcessPart], kind: PartKind) -> list[Weighed]:
    return [Weighed(str(one.lot_id or one.name), one.kg) for one in parts if one.kind == kind]
