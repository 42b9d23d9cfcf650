"""Planning runs: what to plant for what is ordered and expected, as recommendations that cost nothing to decline."""

import logging
import time
from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal
from uuid import NAMESPACE_OID, uuid5

from accounts.models import Membership
from orders.enums import RunCause, RunKind, RunState
from orders.matching import MarketError, again
from orders.matching.flow import FlowError
from orders.models import MatchRun, Product, Recommendation
from orders.presell import Presell, presell_of
from orders.queries.planting import Land, PlantingGround, Wanted, planting_ground
from orders.services.events import say
from orders.services.replanning import operators_clerk
from orders.services.runs import Computed, check_decides, new_run, say_computed
from traceability.services.entries import Entry
from traceability.services.transactions import business_transaction
from traceability.standards.days import day_in_china

logger = logging.getLogger("suyuan.orders")

_CENT = Decimal("0.01")
# Less than a tenth of a mu nobody plants for a window of its own.
_LEAST_MU = Decimal("0.1")
_ALL_BP = 10_000


@business_transaction
def plan(*, product: Product, today: date, entry: Entry, membership: Membership, at: datetime) -> MatchRun | None:
    """Recommend what to plant for a product; None where nothing is wanted that nobody plans, or no land is free.

    The same flow as for goods shares out land, as what it gives in a usual year. Earlier recommendations that nobody
    answered fall away. Raises RefusedError, MarketError, FlowError, EventError, ChainConflictError.
    """
    check_decides(membership)
    Product.objects.select_for_update(no_key=True).get(pk=product.pk)
    known = MatchRun.objects.filter(pk=entry.id).first()
    if known:
        return known
    ground = planting_ground(product, today=today)
    if not ground.demand_grams or not ground.land:
        return None
    began = time.perf_counter()
    outcome = again.outcome(ground.inputs)
    computed = Computed(
        inputs=ground.inputs,
        outcome=outcome,
        demand_grams=ground.demand_grams,
        supply_grams=ground.supply_grams,
        milliseconds=round(1000 * (time.perf_counter() - began)),
    )
    run = new_run(product, computed, entry)
    run.kind, run.cause = RunKind.PLANNING, RunCause.SCHEDULE
    say_computed(run, computed, entry, membership, at)
    say("matchrun.published", run.entity, entry=_next(entry), membership=membership, at=at)
    run.state, run.decided_at = RunState.PUBLISHED, entry.time
    run.save(force_insert=True)
    Recommendation.objects.filter(product=product, answer="").delete()
    Recommendation.objects.bulk_create(_recommendations(run, ground, outcome))
    return run


def plan_all(*, at: datetime) -> list[MatchRun]:
    """Recommend what to plant for every product; one that cannot be planned does not stop the others."""
    member, today = operators_clerk(), day_in_china(at)
    if member is None:
        return []
    made = []
    for product in Product.objects.order_by("pk"):
        entry = Entry(id=uuid5(NAMESPACE_OID, f"planning {product.code} {today}"), time=at)
        try:
            made.append(plan(product=product, today=today, entry=entry, membership=member, at=at))
        except (MarketError, FlowError):
            logger.exception("planning: nothing is recommended for %s", product.code)
    return [run for run in made if run]


def _recommendations(run: MatchRun, ground: PlantingGround, outcome: bytes) -> list[Recommendation]:
    made = (
        _recommendation(run, ground.land[one.plot], ground.windows[one.window], one)
        for one in presell_of(ground.inputs, outcome)
    )
    return [one for one in made if one.area_mu >= _LEAST_MU]


def _recommendation(run: MatchRun, land: Land, wanted: Wanted, presell: Presell) -> Recommendation:
    total = wanted.presold + wanted.forecast
    return Recommendation(
        run=run,
        plot=land.plot,
        product=run.product,
        window=wanted.window,
        area_mu=min((presell.expected_kg / land.kg_per_mu).quantize(_CENT, ROUND_DOWN), land.free_mu),
        presold_bp=int(_ALL_BP * wanted.presold / total),
        forecast_bp=int(_ALL_BP * wanted.forecast / total),
        price_fen_per_kg=wanted.price_fen_per_kg,
        expected_kg=presell.expected_kg,
        ahead_kg=presell.ahead_kg,
        ahead_bp=presell.stakes.share_bp,
        unsold_fen_per_kg=presell.stakes.unsold_fen,
        missing_fen_per_kg=presell.stakes.missing_fen,
    )


def _next(entry: Entry) -> Entry:
    return Entry(id=entry.id_of("published"), time=entry.time)
