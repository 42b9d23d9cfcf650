"""Steps of an order sent again: the same is answered alike, something else under a known id is a conflict."""

from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Membership
from orders.enums import AllocationState, DepositKind, LineState, Withdrawal
from orders.errors import OrderConflictError
from orders.models import Allocation, OrderLine, Product
from orders.services import disputes, fulfilment, lines, substitutes
from tests.factories import farm, market
from traceability.services.entries import Entry

pytestmark = pytest.mark.django_db

FOREIGN = [("/id", "id_of_something_else")]


@pytest.fixture
def product(db: None) -> Product:
    return market.make_product()


@pytest.fixture
def line(product: Product, processor: Membership) -> OrderLine:
    offer = market.make_offer(processor, product, deposit_kind=DepositKind.PREPAYMENT, deposit_bp=1000)
    return market.line_of(market.place(market.make_channel(processor), offer, "100", by=processor))


@pytest.fixture
def season(farmer: Membership, processor: Membership, operator: Membership) -> market.Season:
    return market.furnish(farmer, processor, operator)


def faults(caught: pytest.ExceptionInfo[OrderConflictError]) -> list[tuple[str, str]]:
    return [(one.pointer, one.rule) for one in (caught.value, *caught.value.others)]


def test_an_id_that_stands_for_another_step_is_no_deposit(line: OrderLine, processor: Membership) -> None:
    entry = market.entry()
    lines.change(line=line, kg=Decimal(90), entry=entry, membership=processor, at=market.AT)

    with pytest.raises(OrderConflictError) as caught:
        lines.pay_deposit(line=line, fen=3780, entry=entry, membership=processor, at=market.AT)

    assert faults(caught) == FOREIGN
    line.refresh_from_db()
    assert (line.state, line.deposit_fen) == (LineState.DEPOSIT_PENDING, 0)


def test_another_quantity_under_the_same_id_is_named(line: OrderLine, processor: Membership) -> None:
    entry = market.entry()
    for _ in range(2):
        lines.change(line=line, kg=Decimal("90.50"), entry=entry, membership=processor, at=market.AT)

    with pytest.raises(OrderConflictError) as caught:
        lines.change(line=line, kg=Decimal(80), entry=entry, membership=processor, at=market.AT)

    assert faults(caught) == [("/id", "id_used"), ("/kg", "differs_from_first")]


def test_a_line_is_not_cancelled_by_the_id_of_another(line: OrderLine, processor: Membership) -> None:
    entry, at = market.entry(), market.AT
    assert line.offer
    other = market.line_of(market.place(line.order.channel, line.offer, "50", by=processor))
    lines.cancel(line=line, reason=Withdrawal.BUYER, entry=entry, membership=processor, at=at)
    lines.cancel(line=line, reason=Withdrawal.BUYER, entry=entry, membership=processor, at=at)

    with pytest.raises(OrderConflictError) as caught:
        lines.cancel(line=other, reason=Withdrawal.BUYER, entry=entry, membership=processor, at=at)

    assert faults(caught) == FOREIGN


def test_a_strangers_promise_is_not_told_by_its_id(
    season: market.Season, stranger: Membership, farmer: Membership
) -> None:
    """Ids of promises stand in the public log; what was promised at which price does not."""
    offer = market.make_offer(stranger, season.product)
    own = market.line_of(market.place(market.make_channel(stranger, "rival"), offer, "10", by=stranger))
    supply = market.make_plan(farmer, season.product).supplies.get()
    entry = Entry(id=season.firm.pk, time=market.AT)

    with pytest.raises(OrderConflictError) as caught:
        substitutes.propose(line=own, supply=supply, kg=Decimal(1), entry=entry, membership=stranger, at=market.AT)

    assert faults(caught) == FOREIGN


def test_a_proposal_sent_again_is_the_one_that_there_is(season: market.Season, processor: Membership) -> None:
    asked = season.asked
    entry = Entry(id=asked.pk, time=farm.NOW)

    again = substitutes.propose(
        line=asked.line, supply=asked.supply, kg=asked.kg, entry=entry, membership=processor, at=farm.NOW
    )

    assert again == asked


def test_each_step_of_a_delivery_is_answered_alike_and_only_once(season: market.Season, farmer: Membership) -> None:
    firm, entry = season.firm, market.later(1)
    crop = firm.supply.plan.season
    assert crop
    lot = farm.make_lot(farmer, crop)
    facts: dict[str, Any] = {"allocation": firm, "lot": lot, "membership": farmer, "at": farm.NOW}
    for _ in range(2):
        fulfilment.pick(**facts, kg=Decimal(100), entry=entry)

    with pytest.raises(OrderConflictError) as caught:
        fulfilment.pick(**facts, kg=Decimal(50), entry=entry)
    assert faults(caught) == [("/id", "id_used"), ("/kg", "differs_from_first")]
    with pytest.raises(OrderConflictError) as caught:
        fulfilment.ship(allocation=firm, kg=Decimal(100), entry=entry, membership=farmer, at=farm.NOW)
    assert faults(caught) == FOREIGN
    firm.refresh_from_db()
    assert (firm.state, firm.picked_kg) == (AllocationState.PICKED, Decimal(100))


def test_an_ended_dispute_is_told_again_and_another_outcome_is_not(
    season: market.Season, processor: Membership
) -> None:
    entry = market.later(12)
    ended: dict[str, Any] = {"allocation": season.disputed, "membership": processor, "at": farm.NOW, "entry": entry}
    for _ in range(2):
        found = disputes.end_dispute(**ended, outcome="for_grower")

    assert (found.disputed_fen, found.forgone_fen) == (0, 0)
    with pytest.raises(OrderConflictError) as caught:
        disputes.end_dispute(**ended, outcome="for_buyer")
    assert faults(caught) == [("/id", "id_used"), ("/outcome", "differs_from_first")]
    assert Allocation.objects.get(pk=season.disputed.pk).forgone_fen == 0
