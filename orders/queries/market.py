"""One product's orders and plans as the matching takes them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

from django.db.models import BigIntegerField, Exists, F, OuterRef, Sum
from django.db.models.functions import Cast

from orders.enums import LIVING, AllocationState, LineState
from orders.matching import Rules
from orders.matching.again import inputs_of
from orders.models import Allocation, DeliveryWindow, Lane, Node, OrderLine, PlanSupply, Product, Reservation
from orders.yields import Yield
from traceability.models import Lot

# Lines that are matched or wait to be. Of those that are firm in part, the rest is.
MATCHED = (LineState.PLACED, LineState.MATCHED, LineState.WAITLISTED, LineState.SHORT, LineState.FIRM)
# Promises that are over take nothing of a supply and give nothing to a line.
ENDED = (AllocationState.RELEASED, AllocationState.SUBSTITUTED, AllocationState.REJECTED)
GRAMS = 1000
# What a run gives away of a harvest: as much as comes in half of all years.
MEDIAN = 0.5
_GRAMS_OF_LINE = 4
_CHUNK = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a run works on: ids of lines and supplies by their places, and the file that says all of it."""

    lines: Sequence[UUID]
    supplies: Sequence[UUID]
    inputs: bytes
    demand_grams: int
    supply_grams: int


def ground_of(product: Product, *, share: float = MEDIAN, rules: Rules | None = None) -> Ground:
    """Read a product's market: open lines, and of each living plan's supplies the quantile that `share` names.

    What is promised already stands outside: the line wants less by it, the supply has less.
    """
    promised_to, promised_of = _promised(product)
    supplies = list(_supplies(product.pk).values())
    places = Places.of(product, supplies)
    lines = _lines(product, promised_to, places)
    offered = [one.grams(share=share, promised=promised_of[one.pk]) for one in supplies]
    inputs = inputs_of(
        product=product.code,
        rules=rules or Rules(),
        lines=lines,
        supplies=[_supply(one, grams, places) for one, grams in zip(supplies, offered, strict=True)],
        lanes=_lanes(product, places.regions),
        kept=_kept(product, [str(one[0]) for one in lines], supplies),
    )
    return Ground(
        lines=[UUID(str(one[0])) for one in lines],
        supplies=[one.pk for one in supplies],
        inputs=inputs,
        demand_grams=sum(one[_GRAMS_OF_LINE] for one in lines),
        supply_grams=sum(offered),
    )


def grams_of(supply: PlanSupply, *, share: float, promised: Decimal) -> int:
    """Give how many grams of a supply may still be given away, at the quantile that `share` names."""
    one = _supplies(supply.plan.product_id, only=supply.plan_id).get(supply.pk)
    return one.grams(share=share, promised=promised) if one else 0


def promised_of(supply: PlanSupply) -> Decimal:
    """Give how many kilograms of a supply are promised."""
    found = Allocation.objects.filter(supply=supply).exclude(state__in=ENDED).aggregate(kg=Sum("firm_kg"))["kg"]
    return found or Decimal(0)


def promised_to(line: OrderLine) -> Decimal:
    """Give how many kilograms growers have promised to a line."""
    found = Allocation.objects.filter(line=line).exclude(state__in=ENDED).aggregate(kg=Sum("firm_kg"))["kg"]
    return found or Decimal(0)


_COLUMNS = (
    "pk",
    "plan_id",
    "plan__farmer_id",
    "plan__node_id",
    "grade__rank",
    "window_id",
    "ask_fen_per_kg",
    "p10_kg",
    "p50_kg",
    "p90_kg",
    "plan__season__harvested_kg",
)


@dataclass(frozen=True, slots=True)
class _Offered:
    """A supply as its row says it, and what its whole plan gives in a usual year."""

    pk: UUID
    plan: UUID
    farmer: int
    node: int
    rank: int
    window: int
    ask: int
    p10: Decimal
    p50: Decimal
    p90: Decimal
    weighed: Decimal | None
    usual: Decimal = Decimal(0)

    def grams(self, *, share: float, promised: Decimal) -> int:
        kg = self.p50 if share == MEDIAN else Yield(self.p10, self.p50, self.p90).quantile(share)
        if self.weighed and self.usual:
            # What was weighed already is there, however bad a year was feared.
            kg = max(kg, self.weighed * self.p50 / self.usual)
        return max(int((kg - promised) * GRAMS), 0)


@dataclass(frozen=True, slots=True)
class Places:
    """By which numbers the file names windows, regions and growers."""

    windows: dict[int, int]
    regions: dict[int, int]
    farmers: dict[int, int]

    @classmethod
    def of(cls, product: Product, supplies: Sequence[_Offered]) -> Self:
        """Give the numbers of a product's windows, of all regions, and of the growers of some supplies."""
        windows = DeliveryWindow.objects.filter(product=product).order_by("starts_on", "ends_on")
        return cls(
            _numbered(windows.values_list("pk", flat=True)),
            _numbered(Node.objects.order_by("code").values_list("pk", flat=True)),
            _numbered(sorted({one.farmer for one in supplies})),
        )


def _numbered(keys: Iterable[int]) -> dict[int, int]:
    return {key: place for place, key in enumerate(keys)}


def _supply(one: _Offered, grams: int, places: Places) -> list[object]:
    window = places.windows[one.window]
    return [str(one.pk), places.farmers[one.farmer], one.rank, places.regions[one.node], window, window, grams, one.ask]


def _promised(product: Product) -> tuple[defaultdict[UUID, Decimal], defaultdict[UUID, Decimal]]:
    to: defaultdict[UUID, Decimal] = defaultdict(Decimal)
    of: defaultdict[UUID, Decimal] = defaultdict(Decimal)
    live = Allocation.objects.filter(line__product=product).exclude(state__in=ENDED)
    for line, supply, kg in live.values_list("line_id", "supply_id", "firm_kg"):
        to[line] += kg
        of[supply] += kg
    return to, of


def _lines(product: Product, promised: defaultdict[UUID, Decimal], places: Places) -> list[list[Any]]:
    # As plain rows, and grams as the database counts them: a hundred thousand model instances would take seconds.
    found = OrderLine.objects.filter(product=product, state__in=MATCHED).order_by("order__placed_at", "pk")
    rows = found.values_list(
        "pk",
        "min_grade__rank",
        "window_id",
        "node_id",
        Cast(F("kg") * GRAMS, BigIntegerField()),
        "price_fen_per_kg",
        "weight",
        "split_ok",
    )
    wanted = (
        (*row[:4], row[4] - int(promised[row[0]] * GRAMS), *row[5:]) if row[0] in promised else row
        for row in rows.iterator(chunk_size=_CHUNK)
    )
    open_ = (row for row in wanted if row[4] > 0)
    return [
        [str(pk), grade, places.windows[window], places.regions[node], grams, price, weight, rank, int(split)]
        for rank, (pk, grade, window, node, grams, price, weight, split) in enumerate(open_)
    ]


def _supplies(product: int, *, only: UUID | None = None) -> dict[UUID, _Offered]:
    # What an inspection or a recall holds back of a harvest stops all that comes of that plan.
    held = Lot.objects.filter(season=OuterRef("plan__season"), held=True)
    found = PlanSupply.objects.filter(plan__product=product, plan__state__in=LIVING).exclude(Exists(held))
    rows = (found if only is None else found.filter(plan=only)).order_by("pk").values_list(*_COLUMNS)
    supplies = [_Offered(*row) for row in rows]
    usual: defaultdict[UUID, Decimal] = defaultdict(Decimal)
    for one in supplies:
        usual[one.plan] += one.p50
    return {one.pk: replace(one, usual=usual[one.plan]) for one in supplies}


def _lanes(product: Product, regions: dict[int, int]) -> list[list[int]]:
    open_ = Lane.objects.filter(closed=False, hours__lte=product.shelf_life_hours)
    rows = open_.values_list("destination_id", "origin_id", "fen_per_kg")
    return sorted([regions[to], regions[start], fen] for to, start, fen in rows)


def _kept(product: Product, lines: Sequence[str], supplies: Sequence[_Offered]) -> list[list[int]]:
    of_line = {one: place for place, one in enumerate(lines)}
    of_supply = {one.pk: place for place, one in enumerate(supplies)}
    rows = Reservation.objects.filter(line__product=product).values_list("line_id", "supply_id", "kg")
    known = ((str(line), supply, kg) for line, supply, kg in rows)
    return sorted(
        [of_line[line], of_supply[supply], int(kg * GRAMS)]
        for line, supply, kg in known
        if line in of_line and supply in of_supply
    )
