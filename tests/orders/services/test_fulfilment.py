from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.models import Membership
from orders.enums import AllocationState, LineState, StatementState
from orders.models import Allocation, PayoutInstruction, Product, Statement
from orders.services import disputes, fulfilment, plans, settlement
from orders.services.payments import BankReceipt, late_interest, take_receipt
from tests.factories import farm, market
from traceability.errors import NotYoursError, RefusedError
from traceability.models import Lot
from traceability.queries import history
from traceability.services.entries import Entry

pytestmark = pytest.mark.django_db


def entry(days: int = 0) -> Entry:
    return market.entry(farm.AUTUMN + timedelta(days=days))


@pytest.fixture
def product(db: None) -> Product:
    return market.make_product()


@pytest.fixture
def allocation(farmer: Membership, processor: Membership, operator: Membership, product: Product) -> Allocation:
    plan = market.make_plan(farmer, product)
    season = farm.make_season(farmer, plan.plot)
    plans.grow(plan=plan, season=season, entry=entry(), membership=farmer, at=farm.NOW)
    offer = market.make_offer(processor, product)
    market.place(market.make_channel(processor), offer, "500", by=processor)
    market.match(product, by=operator)
    (made,) = market.promise(product, by=operator)
    return made


@pytest.fixture
def lot(allocation: Allocation, farmer: Membership) -> Lot:
    season = allocation.supply.plan.season
    assert season
    return farm.make_lot(farmer, season)


def delivered(allocation: Allocation, lot: Lot, *, farmer: Membership, seller: Membership) -> Allocation:
    kg = Decimal(500)
    fulfilment.pick(allocation=allocation, lot=lot, kg=kg, entry=entry(1), membership=farmer, at=farm.NOW)
    fulfilment.ship(allocation=allocation, kg=kg, entry=entry(2), membership=farmer, at=farm.NOW)
    return fulfilment.deliver(allocation=allocation, kg=kg, entry=entry(3), membership=seller, at=farm.NOW)


def accepted(allocation: Allocation, lot: Lot, *, farmer: Membership, seller: Membership) -> Allocation:
    arrived = delivered(allocation, lot, farmer=farmer, seller=seller)
    return fulfilment.accept(allocation=arrived, entry=entry(4), membership=seller, at=farm.NOW)


def statements(seller: Membership, day: date) -> list[Statement]:
    return settlement.issue_statements(entry=entry(10), membership=seller, today=day, at=farm.NOW)


def test_a_promise_ends_as_money_and_each_step_is_on_the_chain(
    allocation: Allocation, lot: Lot, farmer: Membership, processor: Membership
) -> None:
    good = accepted(allocation, lot, farmer=farmer, seller=processor)
    assert good.accepted_on == farm.AUTUMN.date() + timedelta(days=4)

    assert statements(processor, good.accepted_on + timedelta(days=2)) == []
    (statement,) = statements(processor, good.accepted_on + timedelta(days=3))

    assert (statement.net_fen, statement.due_on) == (500 * 420, farm.AUTUMN.date() + timedelta(days=3 + 15))
    payout = settlement.instruct(statement=statement, entry=entry(10), membership=processor, at=farm.NOW)
    again = settlement.instruct(statement=statement, entry=entry(11), membership=processor, at=farm.NOW)
    assert again == payout
    paid_on = good.accepted_on + timedelta(days=5)
    receipt = BankReceipt(number="B-1", fen=210_000, paid_on=paid_on)
    for _ in range(2):
        take_receipt(payout=payout, receipt=receipt, entry=entry(12), membership=processor, at=farm.NOW)
    statement.refresh_from_db()
    allocation.refresh_from_db()
    assert (statement.state, statement.paid_on, statement.interest_fen) == (StatementState.PAID, paid_on, 0)
    assert allocation.state == AllocationState.SETTLED
    assert [one.leaf.type for one in history.of(allocation.entity)] == [
        "allocation.firmed",
        "allocation.picked",
        "allocation.shipped",
        "allocation.delivered",
        "allocation.accepted",
    ]
    assert [one.leaf.type for one in history.of(statement.entity)] == [
        "statement.issued",
        "statement.instructed",
        "statement.paid",
    ]
    assert PayoutInstruction.objects.count() == 1


def test_another_receipt_or_amount_is_refused(
    allocation: Allocation, lot: Lot, farmer: Membership, processor: Membership
) -> None:
    good = accepted(allocation, lot, farmer=farmer, seller=processor)
    assert good.accepted_on
    (statement,) = statements(processor, good.accepted_on + timedelta(days=3))
    payout = settlement.instruct(statement=statement, entry=entry(10), membership=processor, at=farm.NOW)

    def take(number: str, fen: int) -> str:
        receipt = BankReceipt(number=number, fen=fen, paid_on=statement.issued_on)
        with pytest.raises(RefusedError) as caught:
            take_receipt(payout=payout, receipt=receipt, entry=entry(12), membership=processor, at=farm.NOW)
        return caught.value.rule

    assert take("B-1", 1) == "amount_differs"
    good_receipt = BankReceipt(number="B-1", fen=210_000, paid_on=statement.issued_on)
    take_receipt(payout=payout, receipt=good_receipt, entry=entry(12), membership=processor, at=farm.NOW)
    assert take("B-2", 210_000) == "receipt_differs"


def test_only_a_harvest_of_the_plans_own_season_is_picked(allocation: Allocation, lot: Lot, farmer: Membership) -> None:
    other = farm.make_lot(farmer)

    def refused(which: Lot, kg: str) -> tuple[str, str]:
        with pytest.raises(RefusedError) as caught:
            fulfilment.pick(
                allocation=allocation, lot=which, kg=Decimal(kg), entry=entry(1), membership=farmer, at=farm.NOW
            )
        return caught.value.pointer, caught.value.rule

    assert refused(other, "500") == ("/lot", "lot_of_another_plan")
    assert refused(lot, "500.001") == ("/kg", "more_than_before")
    farm.hold(lot, by=farmer)
    assert refused(lot, "500") == ("/lot", "lot_held")


def test_nothing_is_accepted_before_it_is_delivered(allocation: Allocation, processor: Membership) -> None:
    with pytest.raises(RefusedError, match="cannot be done"):
        fulfilment.accept(allocation=allocation, entry=entry(4), membership=processor, at=farm.NOW)


def test_a_dispute_freezes_its_own_amount_and_no_more(
    allocation: Allocation, lot: Lot, farmer: Membership, processor: Membership
) -> None:
    good = accepted(allocation, lot, farmer=farmer, seller=processor)
    assert good.accepted_on
    disputes.dispute(allocation=good, fen=10_000, note="压坏了", entry=entry(5), membership=processor, at=farm.NOW)

    (first,) = statements(processor, good.accepted_on + timedelta(days=3))
    disputes.end_dispute(allocation=good, outcome="for_grower", entry=entry(15), membership=processor, at=farm.NOW)
    second = settlement.issue_statements(
        entry=entry(20), membership=processor, today=good.accepted_on + timedelta(days=8), at=farm.NOW
    )

    assert (first.net_fen, [one.net_fen for one in second]) == (200_000, [10_000])


def test_what_was_rejected_is_not_owed(
    allocation: Allocation, lot: Lot, farmer: Membership, processor: Membership
) -> None:
    arrived = delivered(allocation, lot, farmer=farmer, seller=processor)
    fulfilment.accept(
        allocation=arrived, rejected_kg=Decimal("100.5"), entry=entry(4), membership=processor, at=farm.NOW
    )

    (statement,) = statements(processor, farm.AUTUMN.date() + timedelta(days=7))

    assert statement.net_fen == 167_790


def test_strangers_do_nothing_with_a_promise(
    allocation: Allocation, lot: Lot, stranger: Membership, farmer: Membership, processor: Membership
) -> None:
    with pytest.raises(NotYoursError):
        fulfilment.pick(allocation=allocation, lot=lot, kg=Decimal(1), entry=entry(1), membership=stranger, at=farm.NOW)
    arrived = delivered(allocation, lot, farmer=farmer, seller=processor)
    with pytest.raises(NotYoursError):
        fulfilment.accept(allocation=arrived, entry=entry(4), membership=farmer, at=farm.NOW)


def test_no_more_is_promised_than_comes_in_four_years_of_five(
    farmer: Membership, processor: Membership, operator: Membership, product: Product
) -> None:
    market.make_plan(farmer, product, kg=(700, 1000, 1400))
    offer = market.make_offer(processor, product)
    line = market.line_of(market.place(market.make_channel(processor), offer, "1000", by=processor))
    market.match(product, by=operator)

    (made,) = market.promise(product, by=operator)

    assert made.firm_kg == Decimal("791.175")
    line.refresh_from_db()
    assert line.state == LineState.FIRM
    assert market.promise(product, by=operator) == []


def test_nothing_is_promised_before_its_fixed_days(
    farmer: Membership, processor: Membership, operator: Membership, product: Product
) -> None:
    market.make_plan(farmer, product)
    market.place(market.make_channel(processor), market.make_offer(processor, product), "10", by=processor)
    market.match(product, by=operator)

    assert market.promise(product, by=operator, today=market.EARLY - timedelta(days=8)) == []
    assert len(market.promise(product, by=operator, today=market.EARLY - timedelta(days=7))) == 1


def test_who_pays_late_owes_five_in_ten_thousand_a_day() -> None:
    assert late_interest(210_000, due_on=date(2026, 10, 16), on=date(2026, 10, 16)) == 0
    assert late_interest(210_000, due_on=date(2026, 10, 16), on=date(2026, 10, 26)) == 1050


def test_no_more_is_picked_of_a_harvest_than_there_was(
    allocation: Allocation, farmer: Membership, processor: Membership, operator: Membership, product: Product
) -> None:
    """Also once the first part has left the farm without a shipment in the log."""
    season = allocation.supply.plan.season
    assert season
    small = farm.make_lot(farmer, season, kg="600")
    kg = Decimal(500)
    offer = market.make_offer(processor, product)
    market.place(market.make_channel(processor, "second"), offer, "200", by=processor)
    market.match(product, by=operator)
    (second,) = market.promise(product, by=operator)

    def refused() -> tuple[str, str, str]:
        with pytest.raises(RefusedError) as caught:
            fulfilment.pick(
                allocation=second, lot=small, kg=Decimal(101), entry=entry(1), membership=farmer, at=farm.NOW
            )
        return caught.value.pointer, caught.value.rule, str(caught.value.params["kg"])

    fulfilment.pick(allocation=allocation, lot=small, kg=kg, entry=entry(1), membership=farmer, at=farm.NOW)
    assert refused() == ("/kg", "lot_too_small", "100")
    fulfilment.ship(allocation=allocation, kg=kg, entry=entry(2), membership=farmer, at=farm.NOW)
    assert refused() == ("/kg", "lot_too_small", "100")


def paid(statement: Statement, seller: Membership) -> None:
    payout = settlement.instruct(statement=statement, entry=entry(21), membership=seller, at=farm.NOW)
    receipt = BankReceipt(number=f"B-{statement.number}", fen=payout.fen, paid_on=statement.issued_on)
    take_receipt(payout=payout, receipt=receipt, entry=entry(22), membership=seller, at=farm.NOW)


def test_a_delivery_is_settled_once_all_its_statements_are_paid(
    allocation: Allocation, lot: Lot, farmer: Membership, processor: Membership
) -> None:
    good = accepted(allocation, lot, farmer=farmer, seller=processor)
    assert good.accepted_on
    disputes.dispute(allocation=good, fen=10_000, note="压坏了", entry=entry(5), membership=processor, at=farm.NOW)
    (first,) = statements(processor, good.accepted_on + timedelta(days=3))
    disputes.end_dispute(allocation=good, outcome="for_grower", entry=entry(15), membership=processor, at=farm.NOW)
    (second,) = settlement.issue_statements(
        entry=entry(20), membership=processor, today=good.accepted_on + timedelta(days=8), at=farm.NOW
    )

    states = []
    for statement in (second, first):
        paid(statement, processor)
        allocation.refresh_from_db()
        states.append(allocation.state)

    assert states == [AllocationState.ACCEPTED, AllocationState.SETTLED]


def test_a_delivery_whose_rest_is_not_owed_is_settled_when_that_is_known(
    allocation: Allocation, lot: Lot, farmer: Membership, processor: Membership
) -> None:
    good = accepted(allocation, lot, farmer=farmer, seller=processor)
    assert good.accepted_on
    disputes.dispute(allocation=good, fen=10_000, note="压坏了", entry=entry(5), membership=processor, at=farm.NOW)
    (first,) = statements(processor, good.accepted_on + timedelta(days=3))
    paid(first, processor)
    allocation.refresh_from_db()
    assert allocation.state == AllocationState.ACCEPTED

    disputes.end_dispute(allocation=good, outcome="for_buyer", entry=entry(23), membership=processor, at=farm.NOW)

    allocation.refresh_from_db()
    allocation.line.refresh_from_db()
    assert (allocation.state, allocation.line.state) == (AllocationState.SETTLED, LineState.SETTLED)


def test_a_delivery_that_is_not_owed_at_all_waits_for_no_payment(
    allocation: Allocation, lot: Lot, farmer: Membership, processor: Membership
) -> None:
    arrived = delivered(allocation, lot, farmer=farmer, seller=processor)
    disputes.dispute(allocation=arrived, fen=210_000, note="全坏", entry=entry(4), membership=processor, at=farm.NOW)
    disputes.end_dispute(allocation=arrived, outcome="for_buyer", entry=entry(5), membership=processor, at=farm.NOW)

    good = fulfilment.accept(allocation=arrived, entry=entry(6), membership=processor, at=farm.NOW)

    assert (good.state, statements(processor, farm.AUTUMN.date() + timedelta(days=12))) == (AllocationState.SETTLED, [])
