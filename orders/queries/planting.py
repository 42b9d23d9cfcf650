"""What a planning run works on: what is ordered or expected ahead and not planned yet, and the land that is free."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from typing import TypedDict

from django.db.models import Exists, OuterRef, Q, Sum

from orders.enums import GONE, LIVING, DepositKind, OfferState
from orders.matching import Rules
from orders.matching.again import inputs_of
from orders.models import DeliveryWindow, Lane, Node, OrderLine, PlanSupply, PlantingPlan, PresaleOffer, Product
from orders.presell import ALL_BP, PresellRules, terms_of
from orders.queries.market import GRAMS
from traceability.models import Plot, Season

# What comes sooner is in the ground already.
LEAD_DAYS = 60
# Of what was ordered last year beyond what is ordered yet, so much is planned for.
FORECAST_SHARE = Decimal("0.8")
_YEAR, _ABOUT = timedelta(days=365), timedelta(days=10)
_NOTHING = Decimal(0)
_KG_PLACES = Decimal("0.001")


class _Harvest(TypedDict):
    kg_per_mu: Decimal
    bad_bp: int
    good_bp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is wanted of a product in a window: ordered already, expected beside it, planned already; in kg."""

    window: DeliveryWindow
    presold: Decimal
    forecast: Decimal
    planned: Decimal
    price_fen_per_kg: int
    by_region: Mapping[int, Decimal]
    # At which price it is sold ahead, and what is paid back beyond the deposit where goods are missing; fen/kg.
    sold_at: tuple[int, int]

    @property
    def open_kg(self) -> Decimal:
        """What nobody plans to grow yet."""
        return max(self.presold + self.forecast - self.planned, _NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Land:
    """A plot with room left, what it gives of the product, and what its grower asks.

    `bad_bp` and `good_bp` are what a bad and a good year give of a usual one's yield, in hundredths of a percent.
    """

    plot: Plot
    free_mu: Decimal
    kg_per_mu: Decimal
    bad_bp: int
    good_bp: int
    ask_fen_per_kg: int
    node: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantingGround:
    """The file of a planning run, and what its windows and supplies stand for."""

    inputs: bytes
    windows: Sequence[Wanted]
    land: Sequence[Land]
    demand_grams: int
    supply_grams: int


def planting_ground(product: Product, *, today: date) -> PlantingGround:
    """Read what may be planted for a product: windows at least two months ahead, plots of whoever grew it before."""
    nodes = {key: place for place, key in enumerate(Node.objects.order_by("code").values_list("pk", flat=True))}
    wanted, land = wanted_of(product, today=today), land_of(product)
    lines = _lines(wanted, nodes)
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
    presell = terms_of(
        usual=product.reference_fen_per_kg,
        windows=[one.sold_at for one in wanted],
        land=[(one.bad_bp, one.good_bp) for one in land],
        rules=PresellRules(),
    )
    return PlantingGround(
        inputs=inputs_of(
            product=product.code, rules=Rules(), lines=lines, supplies=supplies, lanes=rows, kept=[], presell=presell
        ),
        windows=wanted,
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
    usual = _harvest(plans)
    if usual is None:
        return []
    own_harvests = _harvests(plans)
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
        if free > 0 and node is not None:
            harvest = own_harvests.get(plot.holder_id, usual)
            found.append(Land(plot=plot, free_mu=free, ask_fen_per_kg=ask, node=node, **harvest))
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
    price = round(median(prices))
    planned = PlanSupply.objects.filter(window=window, plan__state__in=LIVING).aggregate(kg=Sum("p50_kg"))["kg"]
    return Wanted(
        window=window,
        presold=presold,
        forecast=FORECAST_SHARE * max(last_year - presold, _NOTHING),
        planned=planned or _NOTHING,
        price_fen_per_kg=price,
        by_region=dict(by_region),
        sold_at=_sold_at(window) or (price, 0),
    )


def _sold_at(window: DeliveryWindow) -> tuple[int, int] | None:
    """Give the usual price and penalty of a window's open offers, in fen/kg; None where there is no offer."""
    offers = PresaleOffer.objects.filter(window=window, state=OfferState.OPEN)
    found = list(offers.values_list("price_fen_per_kg", "deposit_kind", "deposit_bp"))
    if not found:
        return None
    # Only earnest money is owed twice (Civil Code, 587); what else was paid ahead just goes back.
    penalties = [price * share // ALL_BP if kind == DepositKind.EARNEST else 0 for price, kind, share in found]
    return round(median(price for price, _, _ in found)), round(median(penalties))


def _lines(wanted: Iterable[Wanted], nodes: Mapping[int, int]) -> list[list[int | str]]:
    lines: list[list[int | str]] = []
    for place, one in enumerate(wanted):
        total = sum(one.by_region.values(), _NOTHING)
        for node in sorted(one.by_region, key=lambda key: nodes[key]):
            grams = int((one.open_kg * one.by_region[node] / total).quantize(_KG_PLACES) * GRAMS)
            if grams:
                key = f"{one.window.starts_on}/{one.window.ends_on}"
                lines.append([key, 0, place, nodes[node], grams, one.price_fen_per_kg, 1, len(lines), 1])
    return lines


def _grams(land: Land) -> int:
    return int(land.free_mu * land.kg_per_mu * GRAMS)


def _harvests(plans: Iterable[PlantingPlan]) -> dict[int, _Harvest]:
    """Give what is usual for each grower whose plans say so."""
    by_farmer: defaultdict[int, list[PlantingPlan]] = defaultdict(list)
    for one in plans:
        by_farmer[one.farmer_id].append(one)
    return {farmer: found for farmer, own in by_farmer.items() if (found := _harvest(own))}


def _harvest(plans: Iterable[PlantingPlan]) -> _Harvest | None:
    """Give the medians of what plans expect; None where they expect nothing."""
    rows = []
    for plan in plans:
        supplies = plan.supplies.all()
        bad, usual, good = (
            sum((getattr(one, name) for one in supplies), _NOTHING) for name in ("p10_kg", "p50_kg", "p90_kg")
        )
        if usual:
            rows.append((usual / plan.area_mu, ALL_BP * bad / usual, ALL_BP * good / usual))
    if not rows:
        return None
    per_mu, bad_bp, good_bp = (median(column) for column in zip(*rows, strict=True))
    return {"kg_per_mu": per_mu, "bad_bp": int(bad_bp), "good_bp": int(good_bp)}


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
