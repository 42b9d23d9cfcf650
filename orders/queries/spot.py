"""What late orders will take of each supply, by what came late a year ago."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum

from orders.enums import GONE
from orders.matching import again
from orders.models import DeliveryWindow, OrderLine, Product
from orders.queries.market import GRAMS, Ground, Places, ground_of
from orders.risk import COUNTED_ON
from traceability.standards.days import CHINA

_YEAR, _ABOUT = timedelta(days=365), timedelta(days=10)


@dataclass(frozen=True, slots=True)
class _Late:
    """So much that came late for a window a year ago, from one region and of one grade at least."""

    window: int
    rank: int
    node: int
    grams: int
    fen_per_kg: int


def matched_with_late(
    product: Product, windows: Iterable[DeliveryWindow], *, today: date
) -> defaultdict[UUID, Decimal] | None:
    """Give what the matching would give away of each supply, in kg, once late orders have come as they did a year ago.

    They are matched like all others, so that they go where they would go: by grade, reach and freight. None where no
    order came late a year ago, or there was no market yet. Raises MarketError, FlowError.
    """
    late = [one for window in windows for one in _late(window, days=(window.starts_on - today).days)]
    if not late:
        return None
    ground = ground_of(product)
    outcome = json.loads(again.outcome(_with(ground, late, Places.of(product, []))))
    given: defaultdict[UUID, Decimal] = defaultdict(Decimal)
    for _line, supply, grams in outcome["allocations"]:
        given[ground.supplies[supply]] += Decimal(grams) / GRAMS
    return given


def _with(ground: Ground, late: Sequence[_Late], places: Places) -> bytes:
    said = json.loads(ground.inputs)
    known = len(said["lines"])
    said["lines"] += [
        ["", one.rank, places.windows[one.window], places.regions[one.node], one.grams, one.fen_per_kg, 1, rank, 1]
        for rank, one in enumerate(late, known)
    ]
    return again.write(said)


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
