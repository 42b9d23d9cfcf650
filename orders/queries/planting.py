"""What a planning run works on: what is ordered or expected ahead and not planned yet, and the land that is free."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import median

from django.db.models import Exists, OuterRef, Q, Sum

from orders.enums import GONE, LIVING
from orders.matching import Rules
from orders.matching.again import inputs_of
from orders.models import DeliveryWindow, Lane, Node, OrderLine, PlanSupply, PlantingPlan, Product
from orders.queries.market import GRAMS
from traceability.models import Plot, Season

# What comes sooner is in the ground already.
LEAD_DAYS = 60
# Of what was ordered last year beyond what is ordered yet, so much is planned for.
FORECAST_SHARE = Decimal("0.8")
_YEAR, _ABOUT = timedelta(days=365), timedelta(days=10)
_NOTHING = Decimal(0)
_KG_PLACES = Decimal("0.001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is wanted of a product in a window: ordered already, expected beside it, planned already; in kg."""

    window: DeliveryWindow
    presold: Decimal
    forecast: Decimal
    planned: Decimal
    price_fen_per_kg: int
    by_region: Mapping[int, Decimal]

    @property
    def open_kg(self) -> Decimal:
        """What nobody plans to grow yet."""
        return max(self.presold + self.forecast - self.planned, _NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Land:
    """A plot with room left, what it gives of the product, and what its grower asks."""

    plot: Plot
    free_mu: Decimal
    kg_per_mu: Decimal
    ask_fen_per_kg: int
    node: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantingGround:
    """The file of a planning run, and what its lines and supplies stand for."""

    inputs: bytes
    lines: Sequence[Wanted]
    land: Sequence[Land]
    demand_grams: int
    supply_grams: int


def planting_ground(product: Product, *, today: date) -> PlantingGround:
    """Read what may be planted for a product: windows at least two months ahead, plots of whoever grew it before."""
    nodes = {key: place for place, key in enumerate(Node.objects.order_by("code").values_list("pk", flat=True))}
    wanted, land = wanted_of(product, today=today), land_of(product)
    lines, of_line = _lines(wanted, nodes)
    last = max(0, len(wanted) - 1)
    farmers = {key: place for place, key in enumerate(sorted({one.plot.holder_id for one in land}))}
    supplies = [
        [str(one.plot.pk), farmers[one.plot.holder_id], 0, nodes[one.node], 0, last, _grams(one), one.ask_fen_per_kg]
        for one in land
    ]
    lanes = Lane.objects.filter(closed=False, hours__lte=product.shelf_life_hours)
    rows = sorted(
        [nodes[to], nodes[start], fen] for to, start, fen in lanes.values_list("destination", "origin", "fen_per_kg")
    )
    return PlantingGround(
        inputs=inputs_of(product=product.code, rules=Rules(), lines=lines, supplies=supplies, lanes=rows, kept=[]),
        lines=of_line,
        land=land,
        demand_grams=sum(int(row[4]) for row in lines),
        supply_grams=sum(_grams(one) for one in land),
    )


def wanted_of(product: Product, *, today: date) -> list[Wanted]:
    """List what is wanted in each window that can still be planted for."""
    windows = product.windows.filter(starts_on__gte=today + timedelta(days=LEAD_DAYS)).order_by("starts_on")
    return [one for one in (_wanted(product, window) for window in windows) if one.open_kg > 0]


def land_of(product: Product) -> list[Land]:
    """List the plots with room of whoever planned this product or grew its crop before, in the order of their ids."""
    plans = list(PlantingPlan.objects.filter(product=product).prefetch_related("supplies").order_by("-pk"))
    yields = {one.pk: kg for one in plans if (kg := _kg_per_mu(one))}
    if not yields:
        return []
    usual = median(yields.values())
    ask = round(median(supply.ask_fen_per_kg for one in plans for supply in one.supplies.all()))
    own = Q(holder__in=[one.farmer_id for one in plans]) | Q(seasons__crop=product.crop)
    # Where only something else was grown, such as a greenhouse, this crop is not recommended.
    seasons = Season.objects.filter(plot=OuterRef("pk"))
    fit = Exists(seasons.filter(crop=product.crop)) | ~Exists(seasons)
    plots = Plot.objects.filter(own, fit, retired=False).distinct().order_by("pk")
    taken = dict(PlantingPlan.objects.filter(state__in=LIVING).values_list("plot").annotate(mu=Sum("area_mu")))
    regions = _Regions(plans)
    found = []
    for plot in plots:
        free, node = plot.declared_mu - taken.get(plot.pk, _NOTHING), regions.of(plot)
        given = [yields[one.pk] for one in plans if one.farmer_id == plot.holder_id and one.pk in yields]
        if free > 0 and node is not None:
            per_mu = median(given) if given else usual
            found.append(Land(plot=plot, free_mu=free, kg_per_mu=per_mu, ask_fen_per_kg=ask, node=node))
    return found


def _wanted(product: Product, window: DeliveryWindow) -> Wanted:
    own = OrderLine.objects.filter(window=window).exclude(state__in=GONE)
    before = OrderLine.objects.filter(
        product=product,
        window__starts_on__range=(window.starts_on - _YEAR - _ABOUT, window.starts_on - _YEAR + _ABOUT),
    ).exclude(state__in=GONE)
    by_region: defaultdict[int, Decimal] = defaultdict(Decimal)
    for rows in (own, before):
        for node, kg in rows.order_by().values_list("node").annotate(kg=Sum("kg")):
            by_region[node] += kg
    presold, last_year = (rows.aggregate(kg=Sum("kg"))["kg"] or _NOTHING for rows in (own, before))
    prices = list(own.values_list("price_fen_per_kg", flat=True)) or [product.reference_fen_per_kg]
    planned = PlanSupply.objects.filter(window=window, plan__state__in=LIVING).aggregate(kg=Sum("p50_kg"))["kg"]
    return Wanted(
        window=window,
        presold=presold,
        forecast=FORECAST_SHARE * max(last_year - presold, _NOTHING),
        planned=planned or _NOTHING,
        price_fen_per_kg=round(median(prices)),
        by_region=dict(by_region),
    )


def _lines(wanted: Iterable[Wanted], nodes: Mapping[int, int]) -> tuple[list[list[int | str]], list[Wanted]]:
    lines: list[list[int | str]] = []
    of_line: list[Wanted] = []
    for place, one in enumerate(wanted):
        total = sum(one.by_region.values(), _NOTHING)
        for node in sorted(one.by_region, key=lambda key: nodes[key]):
            grams = int((one.open_kg * one.by_region[node] / total).quantize(_KG_PLACES) * GRAMS)
            if grams:
                key = f"{one.window.starts_on}/{one.window.ends_on}"
                lines.append([key, 0, place, nodes[node], grams, one.price_fen_per_kg, 1, len(lines), 1])
                of_line.append(one)
    return lines, of_line


def _grams(land: Land) -> int:
    return int(land.free_mu * land.kg_per_mu * GRAMS)


def _kg_per_mu(plan: PlantingPlan) -> Decimal:
    return sum((one.p50_kg for one in plan.supplies.all()), _NOTHING) / plan.area_mu


class _Regions:
    """Where the goods of a plot leave from: as its grower said before, else the node of its county or city."""

    def __init__(self, plans: Iterable[PlantingPlan]) -> None:
        self._said = {one.farmer_id: one.node_id for one in plans}
        self._by_code = dict(Node.objects.values_list("code", "pk"))

    def of(self, plot: Plot) -> int | None:
        """Give a plot's node; None where none is near."""
        code = plot.division_code
        near = self._by_code.get(f"{code[:6]}000000") or self._by_code.get(f"{code[:4]}00000000")
        return self._said.get(plot.holder_id, near)
