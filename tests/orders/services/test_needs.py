from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Membership
from orders.enums import ChannelKind, LineState, Withdrawal
from orders.errors import OrderConflictError
from orders.models import OrderLine, Product
from orders.services import lines, placing
from orders.services.needs import Need, release_need
from tests.factories import farm, market
from traceability.errors import NotYoursError, RefusedError
from traceability.queries import history
from traceability.services.entries import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def product(db: None) -> Product:
    return market.make_product()


def release(product: Product, by: Membership, **said: object) -> OrderLine:
    facts: dict[str, Any] = {
        "product": product,
        "min_grade": market.grade(product, 1),
        "window": market.window(product),
        "node": market.node(),
        "kg": Decimal(400),
        "price_fen_per_kg": 350,
        **said,
    }
    entry = facts.pop("entry", None) or market.entry()
    return release_need(need=Need(**facts), entry=entry, membership=by, at=market.AT)


def refused(product: Product, by: Membership, **said: object) -> tuple[str, str]:
    with pytest.raises(RefusedError) as caught:
        release(product, by, **said)
    return caught.value.pointer, caught.value.rule


def test_a_need_is_matched_with_plans_like_any_order(
    product: Product, processor: Membership, farmer: Membership, operator: Membership
) -> None:
    line = release(product, processor)
    market.make_plan(farmer, product)

    market.match(product, by=operator)
    (made,) = market.promise(product, by=operator)

    line.refresh_from_db()
    assert (line.state, line.order.channel.kind) == (LineState.FIRM, ChannelKind.NEED)
    assert (made.line, made.farmer, made.firm_kg) == (line, farmer.organisation, Decimal(400))
    (event,) = history.of(line.order.entity)
    assert (event.leaf.type, sorted(event.leaf.commit)) == ("order.placed", ["content", "number"])


def test_the_same_need_comes_once(product: Product, processor: Membership) -> None:
    entry = market.entry()
    need = Need(
        product=product,
        min_grade=market.grade(product),
        window=market.window(product),
        node=market.node(),
        kg=Decimal(5),
        price_fen_per_kg=300,
    )

    first, again = (release_need(need=need, entry=entry, membership=processor, at=market.AT) for _ in range(2))

    assert first == again
    assert OrderLine.objects.count() == 1


def test_a_need_is_taken_back_before_anything_is_promised(product: Product, processor: Membership) -> None:
    line = release(product, processor)

    ended = lines.cancel(line=line, reason=Withdrawal.BUYER, entry=market.entry(), membership=processor, at=market.AT)

    assert ended.state == LineState.CANCELLED


def test_what_nobody_can_mean_is_refused(product: Product, processor: Membership) -> None:
    assert refused(product, processor, kg=Decimal(0)) == ("/kg", "not_positive")
    assert refused(product, processor, price_fen_per_kg=2001) == ("/price_fen_per_kg", "price_out_of_range")
    other = market.make_product("peanut", crop="peanut")
    assert refused(product, processor, min_grade=market.grade(other)) == ("/min_grade", "grade_of_another_product")
    assert refused(product, processor, window=market.window(other)) == ("/window", "window_of_another_product")


def test_a_window_that_is_over_is_refused(product: Product, processor: Membership) -> None:
    need = Need(
        product=product,
        min_grade=market.grade(product),
        window=market.window(product),
        node=market.node(),
        kg=Decimal(5),
        price_fen_per_kg=300,
    )

    with pytest.raises(RefusedError) as caught:
        release_need(need=need, entry=market.entry(farm.NOW), membership=processor, at=farm.NOW)

    assert (caught.value.pointer, caught.value.rule) == ("/window", "window_in_the_past")


def test_a_laboratory_needs_nothing(product: Product, laboratory: Membership) -> None:
    with pytest.raises(NotYoursError):
        release(product, laboratory)


def test_another_need_under_the_same_id_is_a_conflict_that_names_what_differs(
    product: Product, processor: Membership, stranger: Membership
) -> None:
    entry = market.entry()
    made = release(product, processor, entry=entry)
    lines.change(line=made, kg=Decimal(300), entry=market.entry(), membership=processor, at=market.AT)
    assert release(product, processor, entry=entry) == made

    with pytest.raises(OrderConflictError) as caught:
        release(product, processor, entry=entry, min_grade=market.grade(product), kg=Decimal(401))
    with pytest.raises(OrderConflictError) as strange:
        release(product, stranger, entry=entry)

    assert [one.pointer for one in caught.value.others] == ["/kg", "/min_grade"]
    assert (strange.value.rule, list(strange.value.others)) == ("id_of_something_else", [])


def test_the_id_of_an_order_with_several_lines_stands_for_no_need(product: Product, processor: Membership) -> None:
    offer = market.make_offer(processor, product)
    wanted = [placing.Wanted(offer=offer, kg=Decimal(kg), node=market.node()) for kg in (10, 20)]
    facts = placing.OrderFacts(channel=market.make_channel(processor), number="T-2", lines=wanted)
    order = placing.place(facts=facts, entry=market.entry(), membership=processor, at=market.AT)

    with pytest.raises(OrderConflictError) as caught:
        release(product, processor, entry=Entry(id=order.pk, time=market.AT))

    assert ("/kg", "differs_from_first") in [(one.pointer, one.rule) for one in caught.value.others]


def test_what_nobody_could_mean_stops_nobodys_matching(
    product: Product, processor: Membership, farmer: Membership, operator: Membership
) -> None:
    assert refused(product, processor, kg=Decimal("10000000.001")) == ("/kg", "above_maximum")
    with pytest.raises(RefusedError) as caught:
        market.make_plan(farmer, product, kg=(1, 2, 99_999_999_999))
    assert (caught.value.pointer, caught.value.rule) == ("/supplies/0/p90_kg", "above_maximum")

    release(product, processor, kg=Decimal(10_000_000))
    market.make_plan(farmer, product, kg=(10_000_000, 10_000_000, 10_000_000))

    assert market.match(product, by=operator).matched_kg == 10_000_000
