"""The market's picture: what is ordered and planned, matched, short and unsold, by window, week or region."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import QuerySet, Sum

from orders.enums import GONE, LIVING
from orders.models import Allocation, DeliveryWindow, Node, OrderLine, PlanSupply, Product, Reservation
from orders.queries.market import ENDED

# What a row of the picture is about, besides its product.
BY_WINDOW, BY_WEEK, BY_REGION = "window", "week", "region"
# Product, window and region, by their keys.
_Place = tuple[int, int, int]
_NOTHING = Decimal(0)


@dataclass(slots=True, kw_only=True)
class Stand:
    """How one product stands in a window, a week or a region, in kg; `planned` is what a usual year gives.

    Within a region goods come in and go out: what is ordered there need not be grown there.
    """

    product: Product
    about: DeliveryWindow | Node | date
    ordered: Decimal = _NOTHING
    planned: Decimal = _NOTHING
    bad_year: Decimal = _NOTHING
    good_year: Decimal = _NOTHING
    # Of what is ordered here, what has a grower; of what is planned here, what has a buyer.
    matched: Decimal = _NOTHING
    sold: Decimal = _NOTHING

    @property
    def short(self) -> Decimal:
        """What is ordered and has no grower yet."""
        return max(self.ordered - self.matched, _NOTHING)

    @property
    def unsold(self) -> Decimal:
        """What is planned and has no buyer yet."""
        return max(self.planned - self.sold, _NOTHING)

    @property
    def share(self) -> int:
        """How much of what is ordered is matched, in whole percent."""
        return int(100 * self.matched / self.ordered) if self.ordered else 0

    @property
    def sold_share(self) -> int:
        """How much of what is planned has a buyer, in whole percent, at most all of it."""
        return min(int(100 * self.sold / self.planned), 100) if self.planned else 0


@dataclass(frozen=True, slots=True)
class _Sums:
    """Kilograms by place, for each column of the picture."""

    columns: Mapping[str, Mapping[_Place, Decimal]] = field(default_factory=dict)

    def places(self) -> set[_Place]:
        return {place for column in self.columns.values() for place in column}

    def without(self, windows: set[int]) -> "_Sums":
        """Leave out what is of some windows."""
        kept = {
            name: {place: kg for place, kg in column.items() if place[1] not in windows}
            for name, column in self.columns.items()
        }
        return _Sums(kept)


def picture(products: QuerySet[Product], *, by: str = BY_WINDOW, since: date | None = None) -> list[Stand]:
    """List how the products stand: what has neither orders nor plans, or was over before a day, is left out."""
    sums = _sums(products)
    if since:
        sums = sums.without(set(DeliveryWindow.objects.filter(ends_on__lt=since).values_list("pk", flat=True)))
    about, key = _abouts(products, sums.places(), by)
    known = {one.pk: one for one in products}
    stands: dict[tuple[int, object], Stand] = {}
    for place in sorted(sums.places(), key=key):
        thing = about[key(place)[1]]
        stand = stands.setdefault(key(place), Stand(product=known[place[0]], about=thing))
        for name, column in sums.columns.items():
            setattr(stand, name, getattr(stand, name) + column.get(place, _NOTHING))
    found = sorted(stands.values(), key=lambda one: (one.product.code, _order(one.about)))
    return [one for one in found if one.ordered or one.planned]


_Key = Callable[[_Place], tuple[int, int]]


def _abouts(
    products: QuerySet[Product], places: Iterable[_Place], by: str
) -> tuple[Mapping[int, DeliveryWindow | Node | date], _Key]:
    if by == BY_REGION:
        return {one.pk: one for one in Node.objects.all()}, lambda place: (place[0], place[2])
    windows = {one.pk: one for one in DeliveryWindow.objects.filter(product__in=products)}
    if by != BY_WEEK:
        return windows, lambda place: (place[0], place[1])
    monday = {pk: one.starts_on - timedelta(days=one.starts_on.weekday()) for pk, one in windows.items()}
    weeks = {monday[place[1]].toordinal(): monday[place[1]] for place in places}
    return weeks, lambda place: (place[0], monday[place[1]].toordinal())


def _order(about: DeliveryWindow | Node | date) -> str:
    if isinstance(about, DeliveryWindow):
        return f"{about.starts_on} {about.ends_on}"
    return about.code if isinstance(about, Node) else about.isoformat()


def _sums(products: QuerySet[Product]) -> _Sums:
    lines = OrderLine.objects.filter(product__in=products).exclude(state__in=GONE)
    supplies = PlanSupply.objects.filter(plan__product__in=products, plan__state__in=LIVING)
    to, of = _places("line"), _places("supply")
    reserved = Reservation.objects.filter(line__product__in=products)
    promised = Allocation.objects.filter(line__product__in=products).exclude(state__in=ENDED)
    planned = ("plan__product", "window", "plan__node")
    return _Sums(
        {
            "ordered": _kilograms([(lines, ("product", "window", "node"), "kg")]),
            "planned": _kilograms([(supplies, planned, "p50_kg")]),
            "bad_year": _kilograms([(supplies, planned, "p10_kg")]),
            "good_year": _kilograms([(supplies, planned, "p90_kg")]),
            "matched": _kilograms([(reserved, to, "kg"), (promised, to, "firm_kg")]),
            "sold": _kilograms([(reserved, of, "kg"), (promised, of, "firm_kg")]),
        }
    )


def _places(side: str) -> tuple[str, str, str]:
    if side == "line":
        return ("line__product", "line__window", "line__node")
    return ("supply__plan__product", "supply__window", "supply__plan__node")


_Rows = QuerySet[OrderLine] | QuerySet[PlanSupply] | QuerySet[Reservation] | QuerySet[Allocation]


def _kilograms(parts: Iterable[tuple[_Rows, tuple[str, str, str], str]]) -> Mapping[_Place, Decimal]:
    found: defaultdict[_Place, Decimal] = defaultdict(Decimal)
    for rows, places, what in parts:
        for product, window, node, kg in rows.order_by().values_list(*places).annotate(sum=Sum(what)):
            found[product, window, node] += kg or 0
    return found
