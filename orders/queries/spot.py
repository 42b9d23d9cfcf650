"""What stays unsold of each supply once late orders have come, by what came late a year ago."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID
from zlib import crc32

import numpy as np
from django.db.models import Sum

from orders.enums import GONE
from orders.matching import again
from orders.models import DeliveryWindow, OrderLine, PlanSupply, Product
from orders.queries.market import GRAMS, QUANTITY_OF_SUPPLY, Ground, Places, ground_of
from orders.risk import COUNTED_ON, LATE_SPREAD, SCENARIOS
from orders.yields import Yield
from traceability.standards.days import CHINA

# Nothing is beyond the worst year or the best in a thousand.
_LEAST = 0.001
_YEAR, _ABOUT = timedelta(days=365), timedelta(days=10)


@dataclass(frozen=True, slots=True)
class _Late:
    """So much that came late for a window a year ago, from one region and of one grade at least."""

    window: int
    rank: int
    node: int
    grams: int
    fen_per_kg: int


def unsold_with_late(
    product: Product, windows: Iterable[DeliveryWindow], *, today: date
) -> Mapping[UUID, Sequence[Decimal]] | None:
    """Give what stays unsold of each supply, in kg, in scenarios of harvests and of late orders as a year ago.

    Late orders are matched like all others, so that they go where they would go: by grade, reach and freight. The same
    day has the same scenarios. None where no order came late a year ago, or there was no market yet. Raises
    MarketError, FlowError.
    """
    late = [one for window in windows for one in _late(window, days=(window.starts_on - today).days)]
    if not late:
        return None
    ground, places = ground_of(product), Places.of(product, [])
    may_come = _yields(ground)
    dice = np.random.default_rng([crc32(product.code.encode()), today.toordinal()])
    unsold: defaultdict[UUID, list[Decimal]] = defaultdict(list)
    for _ in range(SCENARIOS):
        for supply, grams in _scenario(ground, late, places, may_come, dice).items():
            unsold[supply].append(Decimal(grams) / GRAMS)
    return unsold


def _yields(ground: Ground) -> Sequence[Yield]:
    found = PlanSupply.objects.in_bulk(ground.supplies)
    return [Yield(one.p10_kg, one.p50_kg, one.p90_kg) for one in (found[key] for key in ground.supplies)]


def _scenario(
    ground: Ground, late: Sequence[_Late], places: Places, may_come: Sequence[Yield], dice: np.random.Generator
) -> Mapping[UUID, int]:
    said = json.loads(ground.inputs)
    known = len(said["lines"])
    for rank, one in enumerate(late, known):
        grams = int(one.grams * dice.lognormal(0, LATE_SPREAD))
        place = places.windows[one.window], places.regions[one.node]
        said["lines"].append(["", one.rank, *place, grams, one.fen_per_kg, 1, rank, 1])
    for row, crop in zip(said["supplies"], may_come, strict=True):
        # Of a harvest above or below the usual one, all that is more or less is still to be given away.
        harvest = crop.quantile(float(np.clip(dice.random(), _LEAST, 1 - _LEAST)))
        row[QUANTITY_OF_SUPPLY] = max(row[QUANTITY_OF_SUPPLY] + int((harvest - crop.p50) * GRAMS), 0)
    left = [row[QUANTITY_OF_SUPPLY] for row in said["supplies"]]
    for _line, supply, grams in json.loads(again.outcome(again.write(said)))["allocations"]:
        left[supply] -= grams
    return dict(zip(ground.supplies, left, strict=True))


def _late(window: DeliveryWindow, *, days: int) -> list[_Late]:
    year_ago = window.starts_on - _YEAR
    near = DeliveryWindow.objects.filter(
        product=window.product_id, starts_on__range=(year_ago - _ABOUT, year_ago + _ABOUT)
    )
    return [
        _Late(window.pk, rank, node, int(float(kg) * COUNTED_ON * GRAMS), price)
        for one in near
        for rank, node, price, kg in _ordered_late(one, days)
    ]


def _ordered_late(window: DeliveryWindow, days: int) -> Iterable[tuple[int, int, int, Decimal]]:
    since = datetime.combine(window.starts_on - timedelta(days=days), time(), CHINA)
    late = OrderLine.objects.filter(window=window, order__placed_at__gte=since).exclude(state__in=GONE)
    names = ("min_grade__rank", "node_id", "price_fen_per_kg")
    return late.order_by(*names).values_list(*names).annotate(kg=Sum("kg"))
