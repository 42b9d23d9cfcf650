"""Changes and ends of an order's line, by the buyer or the seller."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from accounts.models import Membership
from orders.enums import AllocationEnd, DepositKind, LineState, Withdrawal
from orders.models import OrderLine, PresaleOffer, Reservation
from orders.services import fulfilment, lines
from tests.factories import farm, market
from traceability.errors import NotYoursError, RefusedError
from traceability.queries import history

pytestmark = pytest.mark.django_db


@pytest.fixture
def offer(processor: Membership) -> PresaleOffer:
    return market.make_offer(processor, market.make_product(), cap_kg=Decimal(300))


@pytest.fixture
def line(processor: Membership, offer: PresaleOffer) -> OrderLine:
    return market.line_of(market.place(market.make_channel(processor), offer, "100", by=processor))


def change(line: OrderLine, kg: str, by: Membership, at: datetime = market.AT) -> OrderLine:
    return lines.change(line=line, kg=Decimal(kg), entry=market.entry(at), membership=by, at=at, by="buyer")


def refused(line: OrderLine, kg: str, by: Membership, at: datetime = market.AT) -> tuple[str, str]:
    with pytest.raises(RefusedError) as caught:
        change(line, kg, by, at)
    return caught.value.pointer, caught.value.rule


def test_a_buyer_orders_more_or_less_until_the_cut_off(line: OrderLine, processor: Membership) -> None:
    assert change(line, "300", processor).kg == 300
    assert change(line, "40.5", processor).kg == Decimal("40.5")

    assert refused(line, "301", processor) == ("/kg", "offer_sold_out")
    assert refused(line, "0", processor) == ("/kg", "not_positive")
    assert refused(line, "50", processor, datetime(2026, 9, 2, tzinfo=UTC)) == ("", "offer_over")
    said = [one.leaf for one in history.of(line.order.entity)]
    assert [one.type for one in said] == ["order.placed", "order.changed", "order.changed"]
    assert said[1].body == {"line": str(line.pk), "by": "buyer"}


def test_what_was_reserved_for_a_changed_line_is_matched_anew(
    line: OrderLine, farmer: Membership, processor: Membership, operator: Membership
) -> None:
    market.make_plan(farmer, line.product)
    market.match(line.product, by=operator)
    assert Reservation.objects.get().kg == 100

    changed = change(line, "120", processor)

    assert (changed.state, Reservation.objects.count()) == (LineState.PLACED, 0)
    market.match(line.product, by=operator)
    assert Reservation.objects.get().kg == 120


def test_a_deposit_follows_the_quantity_and_once_paid_it_holds(
    processor: Membership, line: OrderLine, offer: PresaleOffer
) -> None:
    terms = market.make_offer(processor, line.product, deposit_kind=DepositKind.PREPAYMENT, deposit_bp=1000)
    other = market.line_of(market.place(line.order.channel, terms, "100", by=processor))
    assert other.deposit_due_fen == 4200

    changed = change(other, "50", processor)

    assert (changed.deposit_due_fen, changed.state) == (2100, LineState.DEPOSIT_PENDING)
    lines.pay_deposit(line=other, fen=2100, entry=market.entry(), membership=processor, at=market.AT)
    assert refused(other, "60", processor) == ("/kg", "paid_ahead_already")


def test_a_promised_line_is_not_changed(
    line: OrderLine, farmer: Membership, processor: Membership, operator: Membership
) -> None:
    market.make_plan(farmer, line.product)
    market.match(line.product, by=operator)
    market.promise(line.product, by=operator)

    assert refused(line, "50", processor) == ("", "line_is_firm")


def test_nobody_changes_the_orders_of_others(line: OrderLine, farmer: Membership) -> None:
    with pytest.raises(NotYoursError):
        change(line, "50", farmer)


def test_the_rest_of_a_line_is_given_up_and_its_share_comes_back(
    line: OrderLine, farmer: Membership, processor: Membership, operator: Membership
) -> None:
    terms = market.make_offer(processor, line.product, deposit_kind=DepositKind.PREPAYMENT, deposit_bp=5000)
    other = market.line_of(market.place(line.order.channel, terms, "100", by=processor))
    lines.pay_deposit(line=other, fen=21_000, entry=market.entry(), membership=processor, at=market.AT)
    lines.cancel(line=line, reason=Withdrawal.BUYER, entry=market.entry(), membership=processor, at=market.AT)
    market.make_plan(farmer, line.product, kg=(60, 60, 60))
    market.match(line.product, by=operator)
    (made,) = market.promise(line.product, by=operator)

    left = lines.give_up_rest(line=other, entry=market.entry(farm.AUTUMN), membership=processor, at=farm.NOW)

    assert (made.firm_kg, left.kg, left.refunded_fen, left.state) == (Decimal(60), Decimal(60), 8400, LineState.FIRM)
    assert [one.leaf.type for one in history.of(other.order.entity)][-2:] == ["order.changed", "order.refunded"]


def test_a_line_of_which_nothing_is_promised_is_given_up_as_a_whole(line: OrderLine, processor: Membership) -> None:
    left = lines.give_up_rest(line=line, entry=market.entry(), membership=processor, at=market.AT)

    assert left.state == LineState.CANCELLED


def test_never_more_comes_back_than_was_paid(
    line: OrderLine, farmer: Membership, processor: Membership, operator: Membership
) -> None:
    """Of 100 kg, 60 were promised and 40 % paid back; then the grower cannot bring those either."""
    terms = market.make_offer(processor, line.product, deposit_kind=DepositKind.PREPAYMENT, deposit_bp=5000)
    other = market.line_of(market.place(line.order.channel, terms, "100", by=processor))
    lines.pay_deposit(line=other, fen=21_000, entry=market.entry(), membership=processor, at=market.AT)
    lines.cancel(line=line, reason=Withdrawal.BUYER, entry=market.entry(), membership=processor, at=market.AT)
    market.make_plan(farmer, line.product, kg=(60, 60, 60))
    market.match(line.product, by=operator)
    (made,) = market.promise(line.product, by=operator)
    lines.give_up_rest(line=other, entry=market.entry(farm.AUTUMN), membership=processor, at=farm.NOW)

    fulfilment.release(
        allocation=made, reason=AllocationEnd.SHORTAGE, entry=market.later(1), membership=farmer, at=farm.NOW
    )
    left = lines.give_up_rest(line=other, entry=market.later(2), membership=processor, at=farm.NOW)

    assert (left.state, left.deposit_fen, left.refunded_fen) == (LineState.REFUNDED, 21_000, 21_000)
