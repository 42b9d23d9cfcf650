import hashlib
import json
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Membership
from orders.enums import LineState, RunState
from orders.matching import again
from orders.models import AllocationMove, Channel, Lane, PresaleOffer, Product, Reservation
from orders.queries.market import ground_of
from orders.queries.moves import Moved, moves
from orders.services import plans, runs
from tests.factories import farm, market
from traceability.errors import RefusedError
from traceability.queries import history
from traceability.services.attachments import load

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


def reserved() -> Any:
    found = Reservation.objects.select_related("supply__plan__farmer").order_by("supply__plan__farmer__name")
    return [(one.supply.plan.farmer.name, one.kg) for one in found]


def test_orders_are_matched_to_what_is_planned(
    farmer: Membership, processor: Membership, operator: Membership, product: Product, channel: Channel
) -> None:
    offer = market.make_offer(processor, product)
    market.make_plan(farmer, product)
    first = market.line_of(market.place(channel, offer, "700", by=processor))
    second = market.line_of(market.place(channel, offer, "500", by=processor))

    run = market.match(product, by=operator)

    assert run.state == RunState.PUBLISHED
    assert [run.matched_kg, run.demand_kg, run.supply_kg] == [1000, 1200, 1000]
    assert run.objective_fen == run.bound_fen
    # Of two that came at the same moment the lower id is first.
    before, after = sorted((first, second), key=lambda one: one.pk)
    assert Reservation.objects.get(line=before).kg == before.kg
    assert Reservation.objects.get(line=after).kg == 1000 - before.kg
    first.refresh_from_db()
    second.refresh_from_db()
    assert [first.state, second.state] == [LineState.MATCHED, LineState.MATCHED]
    assert [one.leaf.type for one in history.of(run.entity)] == ["matchrun.computed", "matchrun.published"]


def test_anybody_who_has_the_file_computes_the_same(
    farmer: Membership, processor: Membership, operator: Membership, product: Product, offer: PresaleOffer
) -> None:
    market.make_plan(farmer, product)
    market.place(market.make_channel(processor), offer, "333.333", by=processor)

    run = market.match(product, by=operator)

    told = history.of(run.entity)[0].leaf.body
    inputs = load(str(told["inputs_sha256"]))
    assert hashlib.sha256(again.outcome(inputs)).hexdigest() == told["outcome_sha256"] == run.outcome_sha256
    assert json.loads(inputs)["lines"][0][4] == 333_333


def test_what_was_matched_stays_where_it_is_although_something_cheaper_comes(
    farmer: Membership, processor: Membership, operator: Membership, product: Product
) -> None:
    offer, channel = market.make_offer(processor, product), market.make_channel(processor)
    market.make_plan(farmer, product, ask=300)
    market.place(channel, offer, "400", by=processor)
    market.match(product, by=operator)
    cheaper = market.make_plan(farmer, product, ask=299)

    run = market.match(product, by=operator, cause="yield")

    assert [run.moved_kg, run.kept_kg] == [0, 400]
    assert reserved() == [("王家", 400)]
    assert not Reservation.objects.filter(supply__plan=cheaper).exists()


def test_a_run_that_moves_much_waits_for_the_operators_word(
    farmer: Membership, stranger: Membership, processor: Membership, operator: Membership, product: Product
) -> None:
    offer, channel = market.make_offer(processor, product), market.make_channel(processor)
    plan = market.make_plan(farmer, product)
    market.place(channel, offer, "400", by=processor)
    market.match(product, by=operator)
    market.make_plan(stranger, product)
    hail = [plans.Revised(supply=plan.supplies.get(), p10_kg=Decimal(0), p50_kg=Decimal(100), p90_kg=Decimal(200))]
    plans.revise(
        plan=plan,
        revised=hail,
        reason="weather",
        entry=market.entry(farm.SPRING),
        membership=farmer,
        at=farm.NOW,
    )

    run = market.match(product, by=operator, kind="replanning", cause="yield")

    assert (run.state, run.moved_kg) == (RunState.PROPOSED, Decimal(350))
    assert reserved() == [("王家", 400)]
    done = runs.publish(run=run, entry=market.entry(farm.SPRING), membership=operator, at=farm.NOW)
    assert (done.state, reserved()) == (RunState.PUBLISHED, [("李家", 350), ("王家", 50)])
    (moved,) = AllocationMove.objects.filter(run=run)
    assert (moved.kg, moved.cause) == (Decimal(350), "yield")
    with pytest.raises(RefusedError, match="decided already"):
        runs.publish(run=run, entry=market.entry(farm.SPRING), membership=operator, at=farm.NOW)


def test_a_run_that_something_overtook_is_not_published(
    farmer: Membership, stranger: Membership, processor: Membership, operator: Membership, product: Product
) -> None:
    offer, channel = market.make_offer(processor, product), market.make_channel(processor)
    plan = market.make_plan(farmer, product)
    market.place(channel, offer, "400", by=processor)
    market.match(product, by=operator)
    plans.end_plan(plan=plan, reason="failed", entry=market.entry(farm.SPRING), membership=farmer, at=farm.NOW)
    run = market.match(product, by=operator)
    assert run.state == RunState.PROPOSED
    market.make_plan(stranger, product)

    with pytest.raises(RefusedError, match="match again"):
        runs.publish(run=run, entry=market.entry(farm.SPRING), membership=operator, at=farm.NOW)
    rejected = runs.reject(run=run, entry=market.entry(farm.SPRING), membership=operator, at=farm.NOW)
    assert (rejected.state, reserved()) == (RunState.REJECTED, [("王家", 400)])


def test_only_the_operator_matches(farmer: Membership, product: Product) -> None:
    with pytest.raises(RefusedError, match="only the operator"):
        market.match(product, by=farmer)


def test_nothing_goes_over_a_road_that_is_closed(
    farmer: Membership, processor: Membership, operator: Membership, product: Product, offer: PresaleOffer
) -> None:
    market.make_plan(farmer, product)
    line = market.line_of(
        market.place(market.make_channel(processor), offer, "10", by=processor, node=market.node("沈阳"))
    )
    Lane.objects.exclude(origin__name="沈阳").update(closed=True)

    run = market.match(product, by=operator)

    line.refresh_from_db()
    assert (run.matched_kg, line.state) == (Decimal(0), LineState.WAITLISTED)


def test_a_harvest_that_is_held_stops_its_plan(
    farmer: Membership, processor: Membership, operator: Membership, product: Product, offer: PresaleOffer
) -> None:
    plan = market.make_plan(farmer, product)
    season = farm.make_season(farmer, plan.plot)
    plans.grow(plan=plan, season=season, entry=market.entry(farm.AUTUMN), membership=farmer, at=farm.NOW)
    market.place(market.make_channel(processor), offer, "10", by=processor)
    farm.hold(farm.make_lot(farmer, season), by=farmer)

    assert market.match(product, by=operator).supply_kg == 0


def test_equal_inputs_give_equal_outcomes(
    farmer: Membership, stranger: Membership, processor: Membership, product: Product, offer: PresaleOffer
) -> None:
    channel = market.make_channel(processor)
    for member in (farmer, stranger):
        market.make_plan(member, product)
    for kg in ("300", "500", "40.5"):
        market.place(channel, offer, kg, by=processor)
    inputs = ground_of(product).inputs

    assert len({again.outcome(inputs) for _ in range(100)}) == 1


def test_moves_pair_what_is_lost_with_what_is_gained() -> None:
    line, a, b, c = (market.entry().id for _ in range(4))
    a, b, c = sorted((a, b, c))

    found = moves({(line, a): Decimal(5), (line, b): Decimal(2)}, {(line, b): Decimal(3), (line, c): Decimal(3)})

    assert found == [
        Moved(line=line, before=a, after=b, kg=Decimal(1)),
        Moved(line=line, before=a, after=c, kg=Decimal(3)),
        Moved(line=line, before=a, after=None, kg=Decimal(1)),
    ]
