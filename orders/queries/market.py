"""One product's orders and plans as the matching takes them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Self
from uuid import UUID

from django.db.models import Exists, OuterRef, Sum

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a run works on: lines and supplies by their places, and the file that says all of it."""

    lines: Sequence[OrderLine]
    supplies: Sequence[PlanSupply]
    inputs: bytes
    demand_grams: int
    supply_grams: int


def ground_of(product: Product, *, share: float = 0.5, rules: Rules | None = None) -> Ground:
    """Read a product's market: open lines, and of each living plan's supplies the quantile that `share` names.

    What is promised already stands outside: the line wants less by it, the supply has less.
    """
    promised_to, promised_of = _promised(product)
    lines = [one for one in _lines(product) if one.kg > promised_to[one.pk]]
    supplies = _supplies(product)
    places = _Places.of(product, supplies)
    wanted = [int((one.kg - promised_to[one.pk]) * GRAMS) for one in lines]
    offered = [grams_of(one, share=share, promised=promised_of[one.pk]) for one in supplies]
    inputs = inputs_of(
        product=product.code,
        rules=rules or Rules(),
        lines=[_line(one, rank, wanted[rank], places) for rank, one in enumerate(lines)],
        supplies=[_supply(one, grams, places) for one, grams in zip(supplies, offered, strict=True)],
        lanes=_lanes(product, places.regions),
        kept=_kept(lines, supplies),
    )
    return Ground(lines=lines, supplies=supplies, inputs=inputs, demand_grams=sum(wanted), supply_grams=sum(offered))


def grams_of(supply: PlanSupply, *, share: float, promised: Decimal) -> int:
    """Give how many grams of a supply may still be given away, at the quantile that `share` names."""
    whole = Yield(supply.p10_kg, supply.p50_kg, supply.p90_kg)
    kg = supply.p50_kg if share == 0.5 else whole.quantile(share)
    return max(int((kg - promised) * GRAMS), 0)


def promised_of(supply: PlanSupply) -> Decimal:
    """Give how many kilograms of a supply are promised."""
    found = Allocation.objects.filter(supply=supply).exclude(state__in=ENDED).aggregate(kg=Sum("firm_kg"))["kg"]
    return found or Decimal(0)


def promised_to(line: OrderLine) -> Decimal:
    """Give how many kilograms growers have promised to a line."""
    found = Allocation.objects.filter(line=line).exclude(state__in=ENDED).aggregate(kg=Sum("firm_kg"))["kg"]
    return found or Decimal(0)


@dataclass(frozen=True, slots=True)
class _Places:
    """By which numbers the file names windows, regions and growers."""

    windows: dict[int, int]
    regions: dict[int, int]
    farmers: dict[int, int]

    @classmethod
    def of(cls, product: Product, supplies: Sequence[PlanSupply]) -> Self:
        windows = DeliveryWindow.objects.filter(product=product).order_by("starts_on", "ends_on")
        return cls(
            _numbered(windows.values_list("pk", flat=True)),
            _numbered(Node.objects.order_by("code").values_list("pk", flat=True)),
            _numbered(sorted({one.plan.farmer_id for one in supplies})),
        )


def _numbered(keys: Iterable[int]) -> dict[int, int]:
    return {key: place for place, key in enumerate(keys)}


def _line(line: OrderLine, rank: int, grams: int, places: _Places) -> list[object]:
    return [
        str(line.pk),
        line.min_grade.rank,
        places.windows[line.window_id],
        places.regions[line.node_id],
        grams,
        line.price_fen_per_kg,
        line.weight,
        rank,
        int(line.split_ok),
    ]


def _supply(supply: PlanSupply, grams: int, places: _Places) -> list[object]:
    window = places.windows[supply.window_id]
    farmer, region = places.farmers[supply.plan.farmer_id], places.regions[supply.plan.node_id]
    return [str(supply.pk), farmer, supply.grade.rank, region, window, window, grams, supply.ask_fen_per_kg]


def _promised(product: Product) -> tuple[defaultdict[UUID, Decimal], defaultdict[UUID, Decimal]]:
    to: defaultdict[UUID, Decimal] = defaultdict(Decimal)
    of: defaultdict[UUID, Decimal] = defaultdict(Decimal)
    live = Allocation.objects.filter(line__product=product).exclude(state__in=ENDED)
    for line, supply, kg in live.values_list("line_id", "supply_id", "firm_kg"):
        to[line] += kg
        of[supply] += kg
    return to, of


def _lines(product: Product) -> list[OrderLine]:
    found = OrderLine.objects.filter(product=product, state__in=MATCHED).select_related("min_grade", "order")
    return list(found.order_by("order__placed_at", "pk"))


def _supplies(product: Product) -> list[PlanSupply]:
    # What an inspection or a recall holds back of a harvest stops all that comes of that plan.
    held = Lot.objects.filter(season=OuterRef("plan__season"), held=True)
    found = PlanSupply.objects.filter(plan__product=product, plan__state__in=LIVING).exclude(Exists(held))
    return list(found.select_related("grade", "plan").order_by("pk"))


def _lanes(product: Product, regions: dict[int, int]) -> list[list[int]]:
    open_ = Lane.objects.filter(closed=False, hours__lte=product.shelf_life_hours)
    rows = open_.values_list("destination_id", "origin_id", "fen_per_kg")
    return sorted([regions[to], regions[start], fen] for to, start, fen in rows)


def _kept(lines: Sequence[OrderLine], supplies: Sequence[PlanSupply]) -> list[list[int]]:
    of_line = {one.pk: place for place, one in enumerate(lines)}
    of_supply = {one.pk: place for place, one in enumerate(supplies)}
    found = Reservation.objects.filter(line__product__in={one.product_id for one in lines})
    rows = found.values_list("line_id", "supply_id", "kg")
    known = ((line, supply, kg) for line, supply, kg in rows if line in of_line and supply in of_supply)
    return sorted([of_line[line], of_supply[supply], int(kg * GRAMS)] for line, supply, kg in known)
