from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.models import Membership
from orders.enums import DepositKind, LineState
from orders.errors import OrderConflictError
from orders.models import Channel, OrderLine, PresaleOffer, PresaleOrder, Product
from orders.services import lines, offers, placing, taking
from orders.services.taking import left_of
from tests.factories import market
from traceability.errors import NotYoursError, RefusedError
from traceability.queries import history

pytestmark = pytest.mark.django_db


@pytest.fixture
def product(db: None) -> Product:
    return market.make_product()


@pytest.fixture
def channel(processor: Membership) -> Channel:
    return market.make_channel(processor)


@pytest.fixture
def offer(processor: Membership, product: Product) -> PresaleOffer:
    return market.make_offer(processor, product, cap_kg=Decimal(250))


def refused(**said: object) -> tuple[str, str]:
    with pytest.raises(RefusedError) as caught:
        market.place(**said)  # type: ignore[arg-type]
    return caught.value.pointer, caught.value.rule


def test_an_order_is_on_the_chain_without_its_secrets(
    processor: Membership, channel: Channel, offer: PresaleOffer
) -> None:
    order = market.place(channel, offer, "100", by=processor, number="T-1")

    (event,) = history.of(order.entity)
    assert event.leaf.body == {"channel": "shop", "lines": 1}
    assert event.private["number"] == "T-1"
    assert sorted(event.leaf.commit) == ["buyer", "content", "number"]
    line = market.line_of(order)
    assert (line.kg, line.price_fen_per_kg, line.state) == (Decimal(100), 420, LineState.PLACED)


def test_the_same_number_is_one_order_and_another_content_a_conflict(
    processor: Membership, channel: Channel, offer: PresaleOffer
) -> None:
    first = market.place(channel, offer, "100", by=processor, number="T-1")

    again = market.place(channel, offer, "100", by=processor, number="T-1")

    assert again == first
    with pytest.raises(OrderConflictError):
        market.place(channel, offer, "101", by=processor, number="T-1")
    assert (PresaleOrder.objects.count(), OrderLine.objects.count()) == (1, 1)


def test_no_more_is_ordered_than_is_offered(processor: Membership, channel: Channel, offer: PresaleOffer) -> None:
    market.place(channel, offer, "200", by=processor)

    assert refused(channel=channel, offer=offer, kg="51", by=processor) == ("/lines/0/kg", "offer_sold_out")
    market.place(channel, offer, "50", by=processor)
    assert left_of(offer) == 0


def test_what_was_cancelled_may_be_ordered_by_somebody_else(
    processor: Membership, channel: Channel, offer: PresaleOffer
) -> None:
    line = market.line_of(market.place(channel, offer, "250", by=processor))

    lines.cancel(line=line, reason="not_wanted", entry=market.entry(), membership=processor, at=market.AT)

    assert left_of(offer) == 250


def test_what_nobody_means_is_refused(processor: Membership, channel: Channel, offer: PresaleOffer) -> None:
    said = {"channel": channel, "offer": offer, "by": processor}

    assert refused(**said, kg="0") == ("/lines/0/kg", "not_positive")
    assert refused(**said, price_fen_per_kg=2001) == ("/lines/0/price_fen_per_kg", "price_out_of_range")
    assert refused(**said, price_fen_per_kg=0) == ("/lines/0/price_fen_per_kg", "price_out_of_range")
    assert PresaleOrder.objects.count() == 0


def test_ten_times_what_is_usual_is_a_slip(processor: Membership, channel: Channel, product: Product) -> None:
    offer = market.make_offer(processor, product)
    for _ in range(20):
        market.place(channel, offer, "5", by=processor)

    assert refused(channel=channel, offer=offer, kg="50.001", by=processor) == (
        "/lines/0/kg",
        "quantity_out_of_range",
    )
    market.place(channel, offer, "50", by=processor)


def test_an_offer_ends_with_its_cutoff_or_when_it_is_closed(
    processor: Membership, channel: Channel, offer: PresaleOffer
) -> None:
    facts = placing.OrderFacts(
        channel=channel, number="1", lines=[placing.Wanted(offer=offer, kg=Decimal(1), node=market.node())]
    )
    late = offer.cutoff_at + timedelta(seconds=1)
    with pytest.raises(RefusedError, match="orders were taken until"):
        placing.place(facts=facts, entry=market.entry(), membership=processor, at=late)

    offers.close_offer(offer=offer, entry=market.entry(), membership=processor, at=market.AT)

    assert refused(channel=channel, offer=offer, by=processor) == ("/lines/0/offer", "offer_closed")


def test_a_stranger_orders_through_nobody_elses_channel(
    stranger: Membership, channel: Channel, offer: PresaleOffer
) -> None:
    with pytest.raises(NotYoursError):
        market.place(channel, offer, by=stranger)
    assert refused(channel=market.make_channel(stranger, "other"), offer=offer, by=stranger) == (
        "/lines/0/offer",
        "unknown_offer",
    )


def test_earnest_money_is_at_most_a_fifth(processor: Membership, product: Product) -> None:
    with pytest.raises(RefusedError) as caught:
        market.make_offer(processor, product, deposit_kind=DepositKind.EARNEST, deposit_bp=2001)

    assert (caught.value.pointer, caught.value.rule) == ("/deposit_bp", "earnest_above_limit")


@pytest.mark.parametrize(
    "case",
    [
        (DepositKind.EARNEST, "not_wanted", 8400),
        (DepositKind.EARNEST, "not_delivered", 16800),
        (DepositKind.PREPAYMENT, "not_delivered", 8400),
    ],
)
def test_a_deposit_comes_back_by_its_kind(
    processor: Membership, product: Product, channel: Channel, case: tuple[str, str, int]
) -> None:
    kind, reason, back = case
    offer = market.make_offer(processor, product, deposit_kind=kind, deposit_bp=2000)
    line = market.line_of(market.place(channel, offer, "100", by=processor))
    assert (line.state, line.deposit_due_fen) == (LineState.DEPOSIT_PENDING, 8400)
    paid = lines.pay_deposit(line=line, fen=8400, entry=market.entry(), membership=processor, at=market.AT)
    assert (paid.state, paid.weight) == (LineState.PLACED, 2)

    ended = lines.cancel(line=line, reason=reason, entry=market.entry(), membership=processor, at=market.AT)

    assert (ended.state, ended.refunded_fen) == (LineState.REFUNDED, back)
    assert [one.leaf.type for one in history.of(line.order.entity)] == [
        "order.placed",
        "order.deposit_paid",
        "order.cancelled",
        "order.refunded",
    ]


@pytest.mark.parametrize("weights", [(1, 10, 100), (100, 10, 1)])
def test_what_is_usual_is_what_was_ordered_last(
    market_of_today: tuple[Membership, PresaleOffer, Channel], weights: tuple[int, int, int]
) -> None:
    seller, offer, channel = market_of_today
    most = 10 * weights[-1]
    for minutes, kg in enumerate(one for one in weights for _ in range(10)):
        wanted = placing.Wanted(offer=offer, kg=Decimal(kg), node=market.node())
        facts = placing.OrderFacts(channel=channel, number=str(minutes), lines=[wanted])
        entry = market.entry(market.AT - timedelta(hours=1) + timedelta(minutes=minutes))
        placing.place(facts=facts, entry=entry, membership=seller, at=market.AT)

    assert refused(channel=channel, offer=offer, kg=f"{most}.001", by=seller) == (
        "/lines/0/kg",
        "quantity_out_of_range",
    )
    market.place(channel, offer, str(most), by=seller)


@pytest.fixture
def market_of_today(
    processor: Membership, channel: Channel, product: Product, monkeypatch: pytest.MonkeyPatch
) -> tuple[Membership, PresaleOffer, Channel]:
    """A market in which the ten newest lines say what is usual."""
    monkeypatch.setattr(taking, "_ENOUGH_LINES", 2)
    return processor, market.make_offer(processor, product), channel
