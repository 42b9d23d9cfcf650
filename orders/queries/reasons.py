"""Why a run came out otherwise than the one before it: what changed between the two."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum

from orders.enums import RunState
from orders.models import AllocationMove, MatchRun, OrderLine, YieldRevision

_MOST = 50


@dataclass(frozen=True, slots=True)
class Reasons:
    """Estimates that changed, and orders that came, since the run that was published last."""

    since: datetime | None
    revised: list[YieldRevision]
    new_lines: int
    new_kg: Decimal


def reasons_of(run: MatchRun) -> Reasons:
    """Tell what changed before a run."""
    before = MatchRun.objects.filter(product=run.product, state=RunState.PUBLISHED, computed_at__lt=run.computed_at)
    last = before.order_by("-computed_at").first()
    since = last.computed_at if last else None
    revised = YieldRevision.objects.filter(supply__plan__product=run.product, revised_at__lte=run.computed_at)
    placed = OrderLine.objects.filter(product=run.product, order__placed_at__lte=run.computed_at)
    if since:
        revised, placed = revised.filter(revised_at__gt=since), placed.filter(order__placed_at__gt=since)
    sums = placed.aggregate(lines=Count("pk"), kg=Sum("kg"))
    related = revised.select_related("supply__plan__farmer", "supply__plan__plot").order_by("-revised_at", "supply")
    return Reasons(since, list(related[:_MOST]), sums["lines"], sums["kg"] or Decimal(0))


def moves_of(run: MatchRun) -> QuerySet[AllocationMove]:
    """List what a published run moved, the most first."""
    farmers = ("from_supply__plan__farmer", "to_supply__plan__farmer", "line__order__channel")
    return run.moves.select_related(*farmers).order_by("-kg", "pk")[:_MOST]
