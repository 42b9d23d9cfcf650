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
# What a grower promises of a yield that is still a guess: so much as comes in four years of five.
FIRM_SHARE = 0.2
_GRAMS_OF_LINE = 4
# Where a supply's row in the inputs says how many grams there are.
QUANTITY_OF_SUPPLY = 6
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
    supplies = list(_supplies(plan__product=product).values())
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


def promisable(supplies: Iterable[PlanSupply]) -> defaultdict[UUID, Decimal]:
    """Give how many kilograms of each supply may still be promised: nothing of what is over or held back."""
    wanted = {one.pk: one.plan_id for one in supplies}
    live = Allocation.objects.filter(supply__in=wanted).exclude(state__in=ENDED).order_by()
    promised = dict(live.values_list("supply_id").annotate(kg=Sum("firm_kg")))
    found: defaultdict[UUID, Decimal] = defaultdict(Decimal)
    for pk, one in _supplies(plan__in=set(wanted.values())).items():
        if pk in wanted:
            grams = one.grams(share=FIRM_SHARE, promised=promised.get(pk, Decimal(0)))
            found[pk] = Decimal(grams) / GRAMS
    return found


def promised_to(line: OrderLine) -> Decimal:
    """Give how many kilograms growers have promised to a line."""
    return promised_to_each([line])[line.pk]


def promised_to_each(lines: Iterable[OrderLine]) -> defaultdict[UUID, Decimal]:
    """Give how many kilograms growers have promised to each of some lines."""
    live = Allocation.objects.filter(line__in=[one.pk for one in lines]).exclude(state__in=ENDED).order_by()
    found: defaultdict[UUID, Decimal] = defaultdict(Decimal)
    found |= dict(live.values_list("line_id").annotate(kg=Sum("firm_kg")))
    return found


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


def _supplies(**of: Any) -> dict[UUID, _Offered]:
    # What an inspection or a recall holds back of a harvest stops all that comes of that plan.
    held = Lot.objects.filter(season=OuterRef("plan__season"), held=True)
    found = PlanSupply.objects.filter(plan__state__in=LIVING, **of).exclude(Exists(held))
    supplies = [_Offered(*row) for row in found.order_by("pk").values_list(*_COLUMNS)]
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
