"""What could come in place of goods that nobody can bring."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef

from orders.enums import LIVING
from orders.models import Lane, OrderLine, PlanSupply
from orders.queries.market import promisable
from traceability.models import Lot

_MOST = 50


@dataclass(frozen=True, slots=True)
class Choice:
    """A supply, and how much of it may still be promised."""

    supply: PlanSupply
    left_kg: Decimal


def substitutes_for(line: OrderLine, *, today: date) -> list[Choice]:
    """List supplies that may still be promised, are not over and reach the line, the nearest window first."""
    origins = Lane.objects.filter(destination=line.node_id, closed=False).values("origin")
    held = Lot.objects.filter(season=OuterRef("plan__season"), held=True)
    found = PlanSupply.objects.filter(plan__product=line.product_id, plan__state__in=LIVING, plan__node__in=origins)
    near = (
        found.filter(window__ends_on__gte=today).exclude(Exists(held)).select_related("plan__farmer", "grade", "window")
    )
    ordered = sorted(near, key=lambda one: (abs(one.window.starts_on - line.window.starts_on), one.grade.rank, one.pk))
    left = promisable(ordered[:_MOST])
    return [Choice(one, left[one.pk]) for one in ordered[:_MOST] if left[one.pk] > 0]
