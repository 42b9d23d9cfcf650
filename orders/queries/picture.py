"""The market's picture: what is ordered and planned of each product and window, matched, short and unsold."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet, Sum

from orders.enums import GONE, LIVING
from orders.models import Allocation, DeliveryWindow, OrderLine, PlanSupply, Product, Reservation
from orders.queries.market import ENDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """How one product stands in one window, in kg; `planned` is what a usual year gives."""

    product: Product
    window: DeliveryWindow
    ordered: Decimal
    planned: Decimal
    bad_year: Decimal
    good_year: Decimal
    matched: Decimal

    @property
    def short(self) -> Decimal:
        """What is ordered and has no grower yet."""
        return max(self.ordered - self.matched, Decimal(0))

    @property
    def unsold(self) -> Decimal:
        """What is planned and has no buyer yet."""
        return max(self.planned - self.matched, Decimal(0))

    @property
    def share(self) -> int:
        """How much of what is ordered is matched, in whole percent."""
        return int(100 * self.matched / self.ordered) if self.ordered else 0


def picture(products: QuerySet[Product]) -> list[Stand]:
    """List how the products stand, by product and window: what has neither orders nor plans is left out."""
    ordered = _sums(OrderLine.objects.filter(product__in=products).exclude(state__in=GONE), "window", "kg")
    supplies = PlanSupply.objects.filter(plan__product__in=products, plan__state__in=LIVING)
    planned, bad, good = (_sums(supplies, "window", name) for name in ("p50_kg", "p10_kg", "p90_kg"))
    reserved = _sums(Reservation.objects.filter(line__product__in=products), "line__window", "kg")
    promised = _sums(
        Allocation.objects.filter(line__product__in=products).exclude(state__in=ENDED), "line__window", "firm_kg"
    )
    windows = DeliveryWindow.objects.filter(product__in=products).select_related("product")
    return [
        Stand(
            product=one.product,
            window=one,
            ordered=ordered[one.pk],
            planned=planned[one.pk],
            bad_year=bad[one.pk],
            good_year=good[one.pk],
            matched=reserved[one.pk] + promised[one.pk],
        )
        for one in windows.order_by("product__code", "starts_on")
        if ordered[one.pk] or planned[one.pk]
    ]


def _sums(
    rows: QuerySet[OrderLine] | QuerySet[PlanSupply] | QuerySet[Reservation] | QuerySet[Allocation], by: str, what: str
) -> defaultdict[int, Decimal]:
    found: defaultdict[int, Decimal] = defaultdict(Decimal)
    for key, kg in rows.order_by().values_list(by).annotate(sum=Sum(what)):
        found[key] += kg or 0
    return found
