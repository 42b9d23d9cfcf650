"""What sets off a run, and what does not."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.models import Membership
from orders.enums import RunCause, RunKind
from orders.models import Allocation, Channel, Lane, MatchRun, PlantingPlan, PresaleOffer, Product, Reservation
from orders.services import lines, plans
from orders.services.replanning import promise_due, replan
from tests.factories import farm, market

pytestmark = pytest.mark.django_db


@pytest.fixture
def product(db: None) -> Product:
    return market.make_product()


@pytest.fixture
def channel(processor: Membership) -> Channel:
    return market.make_channel(processor)


@pytest.fixture
def offer(processor: Membership, product: Product) -> PresaleOffer:
    return market.make_offer(processor, product)


@pytest.fixture
def plan(farmer: Membership, product: Product) -> PlantingPlan:
    return market.make_plan(farmer, product)


@pytest.fixture
def run(  # noqa: PLR0917 - fixtures
    operator: Membership,
    processor: Membership,
    product: Product,
    plan: PlantingPlan,
    offer: PresaleOffer,
    channel: Channel,
) -> MatchRun:
    market.place(channel, offer, "400", by=processor)
    return market.match(product, by=operator)


def revise(plan: PlantingPlan, by: Membership, kg: tuple[int, int, int], reason: str = "growth") -> None:
    low, usual, high = (Decimal(one) for one in kg)
    revised = [plans.Revised(supply=plan.supplies.get(), p10_kg=low, p50_kg=usual, p90_kg=high)]
    plans.revise(plan=plan, revised=revised, reason=reason, entry=market.later(1), membership=by, at=farm.NOW)


def set_off(*, urgent_only: bool = True) -> list[tuple[str, str]]:
    return [(one.kind, one.cause) for one in replan(at=farm.NOW, urgent_only=urgent_only)]


def test_nothing_new_sets_nothing_off(run: MatchRun) -> None:
    assert set_off(urgent_only=False) == []
    assert MatchRun.objects.get() == run


@pytest.mark.parametrize(
    ("kg", "reason", "expected"),
    [
        ((800, 901, 1200), "growth", []),
        ((800, 900, 1200), "growth", [("replanning", "yield")]),
        ((800, 1100, 1200), "growth", [("replanning", "yield")]),
        ((800, 990, 1200), "weather", [("replanning", "yield")]),
        ((800, 990, 1200), "pest", [("replanning", "yield")]),
        ((990, 990, 990), "harvest", [("replanning", "harvest")]),
    ],
)
def test_yield_that_moves_by_a_tenth_or_is_damaged_or_weighed_sets_a_run_off(  # noqa: PLR0917 - fixtures
    run: MatchRun,
    plan: PlantingPlan,
    farmer: Membership,
    kg: tuple[int, int, int],
    reason: str,
    expected: list[tuple[str, str]],
) -> None:
    revise(plan, farmer, kg, reason)

    assert set_off() == expected
    assert set_off() == []


def test_bad_year_below_what_is_firm_sets_a_run_off(
    run: MatchRun, plan: PlantingPlan, farmer: Membership, operator: Membership, product: Product
) -> None:
    market.promise(product, by=operator)
    assert set_off(urgent_only=False) == []

    revise(plan, farmer, (300, 995, 1200))

    assert set_off() == [("replanning", "yield")]
    assert Allocation.objects.get().firm_kg == 400


def test_weighed_harvest_sets_a_run_off_and_counts_as_it_was_weighed(
    run: MatchRun, plan: PlantingPlan, farmer: Membership
) -> None:
    season = farm.make_season(farmer, plan.plot)
    plans.grow(plan=plan, season=season, entry=market.entry(farm.AUTUMN), membership=farmer, at=farm.NOW)
    farm.make_lot(farmer, season, kg="1500")

    assert set_off() == [("replanning", "harvest")]
    assert MatchRun.objects.order_by("-computed_at").first().supply_kg == 1500  # type: ignore[union-attr]


def test_held_harvest_sets_a_run_off_and_takes_its_reservations(
    run: MatchRun, plan: PlantingPlan, farmer: Membership
) -> None:
    season = farm.make_season(farmer, plan.plot)
    plans.grow(plan=plan, season=season, entry=market.entry(farm.AUTUMN), membership=farmer, at=farm.NOW)
    farm.hold(farm.make_lot(farmer, season), by=farmer)

    assert set_off() == [("replanning", "quality")]
    assert MatchRun.objects.filter(cause=RunCause.QUALITY, state="proposed").get().moved_kg == 400


def test_closed_road_sets_a_run_off(run: MatchRun) -> None:
    Lane.objects.filter(origin__name="盘锦", destination__name="沈阳").update(closed=True)

    assert set_off() == [("replanning", "lane")]


def test_orders_wait_for_the_quarter_hour(
    run: MatchRun, offer: PresaleOffer, channel: Channel, processor: Membership
) -> None:
    placed = market.place(channel, offer, "100", by=processor)
    assert set_off() == []

    assert set_off(urgent_only=False) == [("replanning", "orders")]
    assert Reservation.objects.filter(line__order=placed).get().kg == 100
    line = market.line_of(placed)
    lines.cancel(line=line, reason="not_wanted", entry=market.entry(), membership=processor, at=market.AT)
    assert set_off(urgent_only=False) == [("replanning", "orders")]


def test_first_run_comes_with_the_first_orders(
    operator: Membership, processor: Membership, plan: PlantingPlan, offer: PresaleOffer, channel: Channel
) -> None:
    market.place(channel, offer, "400", by=processor)

    assert set_off() == []
    assert set_off(urgent_only=False) == [(RunKind.ALLOCATION, RunCause.ORDERS)]


def test_without_an_operator_nothing_runs(
    processor: Membership, plan: PlantingPlan, offer: PresaleOffer, channel: Channel
) -> None:
    market.place(channel, offer, "400", by=processor)

    assert set_off(urgent_only=False) == []


def test_added_order_never_lowers_what_is_firm(  # noqa: PLR0917 - fixtures
    run: MatchRun, operator: Membership, product: Product, offer: PresaleOffer, channel: Channel, processor: Membership
) -> None:
    market.promise(product, by=operator)
    before = list(Allocation.objects.values_list("line", "supply", "firm_kg", "state"))

    for kg in ("900", "50", "800"):
        market.place(channel, offer, kg, by=processor, contract=True)
        set_off(urgent_only=False)

    assert list(Allocation.objects.values_list("line", "supply", "firm_kg", "state")) == before


def test_what_is_due_becomes_firm_by_the_calendar(run: MatchRun) -> None:
    early = farm.NOW.replace(year=2026, month=9, day=23)
    assert promise_due(at=early) == []

    (made,) = promise_due(at=early + timedelta(days=1))

    assert made.firm_kg == 400
    assert promise_due(at=early + timedelta(days=1)) == []
