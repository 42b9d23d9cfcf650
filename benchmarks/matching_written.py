"""A made-up market as rows: what a season of placements and plans would have left, written in batches."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from accounts.enums import OrganisationKind
from accounts.models import Organisation, User
from benchmarks.matching_made import GRADES, REGIONS, WINDOWS
from orders.enums import ChannelKind, DepositKind, LineState, PlanState, Substitution
from orders.matching import Market
from orders.models import (
    Channel,
    DeliveryWindow,
    Grade,
    Lane,
    Node,
    OrderLine,
    PlanSupply,
    PlantingPlan,
    PresaleOrder,
    Product,
)
from traceability.enums import Crop
from traceability.models import Plot

_FIRST = date(2027, 3, 1)
_NOON = datetime(2027, 1, 1, 4, tzinfo=UTC)
_BATCH = 5000
_MU = Decimal(10)


@dataclass(frozen=True, slots=True)
class _Trade:
    """What all products share."""

    channel: Channel
    plot: Plot
    nodes: Sequence[Node]


def write(markets: Sequence[Market]) -> None:
    """Write every market as one product's orders and plans."""
    trade = _begin(markets[0])
    for number, market in enumerate(markets):
        _write(number, market, trade)


def _begin(market: Market) -> _Trade:
    seller = Organisation.objects.create(kind=OrganisationKind.MARKETPLACE, name="generated seller")
    farmer = Organisation.objects.create(kind=OrganisationKind.HOUSEHOLD, name="generated grower")
    clerk = User.objects.create(phone="+8613800000000")
    channel = Channel.objects.create(
        organisation=seller, clerk=clerk, code="made", name="generated", kind=ChannelKind.SHOP
    )
    plot = Plot.objects.create(holder=farmer, number="1", division_code="211122104001", declared_mu=10**7)
    nodes = [
        Node.objects.create(code=f"{place:012}", name=f"region {place}", latitude=41, longitude=122)
        for place in range(REGIONS)
    ]
    Lane.objects.bulk_create(
        Lane(
            origin=nodes[start],
            destination=nodes[to],
            fen_per_kg=int(market.lanes.freight[to, start]),
            hours=12,
            closed=not market.lanes.reach[to, start],
        )
        for start in range(REGIONS)
        for to in range(REGIONS)
    )
    return _Trade(channel, plot, nodes)


def _write(number: int, market: Market, trade: _Trade) -> None:
    product = Product.objects.create(
        code=f"made-{number}",
        name=f"generated {number}",
        name_en=f"generated {number}",
        crop=Crop.RICE,
        shelf_life_hours=720,
        freeze_days=7,
        reference_fen_per_kg=1000,
    )
    grades = [Grade.objects.create(product=product, rank=rank, name=str(rank)) for rank in range(GRADES)]
    windows = [
        DeliveryWindow.objects.create(
            product=product,
            starts_on=_FIRST + timedelta(days=7 * place),
            ends_on=_FIRST + timedelta(days=7 * place + 6),
        )
        for place in range(WINDOWS + 2)
    ]
    shared: dict[str, Any] = {"product": product, "grades": grades, "windows": windows}
    _write_lines(market, trade, **shared)
    _write_plans(market, trade, **shared)


def _write_lines(market: Market, trade: _Trade, *, product: Product, grades: Any, windows: Any) -> None:
    orders, lines = [], []
    for place, row in enumerate(_rows(market.lines, "min_grade", "window", "region", "quantity", "price", "weight")):
        grade, window, region, quantity, price, weight = row
        key = uuid.uuid4()
        orders.append(
            PresaleOrder(
                pk=key,
                channel=trade.channel,
                external_id=key.hex,
                placed_at=_NOON + timedelta(seconds=place),
                content_sha256="0" * 64,
            )
        )
        lines.append(
            OrderLine(
                pk=uuid.uuid4(),
                order=orders[-1],
                position=0,
                product=product,
                min_grade=grades[grade],
                window=windows[window],
                node=trade.nodes[region],
                kg=quantity,
                price_fen_per_kg=price,
                weight=weight,
                substitution=Substitution.NEVER,
                min_accept_bp=8000,
                deposit_kind=DepositKind.NONE,
                state=LineState.PLACED,
            )
        )
    PresaleOrder.objects.bulk_create(orders, batch_size=_BATCH)
    OrderLine.objects.bulk_create(lines, batch_size=_BATCH)


def _write_plans(market: Market, trade: _Trade, *, product: Product, grades: Any, windows: Any) -> None:
    households = Organisation.objects.bulk_create(
        Organisation(kind=OrganisationKind.HOUSEHOLD, name="generated grower") for _ in range(len(market.supplies))
    )
    plans: list[PlantingPlan] = []
    supplies: list[PlanSupply] = []
    rows = _rows(market.supplies, "grade", "region", "window_from", "window_to", "quantity", "ask")
    for farmer, (grade, region, first, last, quantity, ask) in zip(households, rows, strict=True):
        plans.append(
            PlantingPlan(
                pk=uuid.uuid4(),
                plot=trade.plot,
                farmer=farmer,
                product=product,
                variety="generated",
                area_mu=_MU,
                node=trade.nodes[region],
                version=1,
                state=PlanState.SUBMITTED,
            )
        )
        # A plan that may deliver in several windows says how much comes in each.
        parts = np.diff(np.linspace(0, quantity, last - first + 2).astype(int)).tolist()
        supplies.extend(
            PlanSupply(
                pk=uuid.uuid4(),
                plan=plans[-1],
                grade=grades[grade],
                window=windows[window],
                p10_kg=Decimal(part) * 8 / 10,
                p50_kg=part,
                p90_kg=Decimal(part) * 12 / 10,
                ask_fen_per_kg=ask,
            )
            for window, part in zip(range(first, last + 1), parts, strict=True)
        )
    PlantingPlan.objects.bulk_create(plans, batch_size=_BATCH)
    PlanSupply.objects.bulk_create(supplies, batch_size=_BATCH)


def _rows(table: Any, *names: str) -> list[list[int]]:
    rows: list[list[int]] = np.stack([getattr(table, name) for name in names], axis=1).tolist()
    return rows
