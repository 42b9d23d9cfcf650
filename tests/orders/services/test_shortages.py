"""The six ways out of a shortage, each taken only where those before it do not help."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum

from accounts.models import Membership
from orders.enums import Substitution
from orders.models import Allocation, OrderLine, PresaleOrder, Product, SubstitutionProposal
from orders.services import deadlines, fulfilment
from orders.services.shortages import Covered, cover
from tests.factories import farm, market
from traceability.errors import NotYoursError

pytestmark = pytest.mark.django_db
LITTLE = (100, 100, 100)


@pytest.fixture
def product(db: None) -> Product:
    return market.make_product()


@pytest.fixture
def short(farmer: Membership, processor: Membership, operator: Membership, product: Product) -> Any:
    """Give a maker of a line of 100 kg whose grower's promise was released."""

    def make(**said: Any) -> OrderLine:
        plan = market.make_plan(farmer, product, kg=LITTLE)
        offer = market.make_offer(processor, product, **said)
        line = market.line_of(market.place(market.make_channel(processor), offer, "100", by=processor))
        market.match(product, by=operator)
        (made,) = market.promise(product, by=operator)
        end: dict[str, Any] = {"entry": market.later(1), "at": farm.NOW}
        fulfilment.release(allocation=made, reason="shortage", membership=farmer, **end)
        plan.supplies.update(p10_kg=0, p50_kg=0, p90_kg=0)
        line.refresh_from_db()
        return line

    return make


def covered(line: OrderLine, by: Membership) -> list[Covered]:
    found = cover(line=line, entry=market.later(2), membership=by, at=farm.NOW)
    line.refresh_from_db()
    return found


def test_same_grower_is_asked_first(
    short: Any, farmer: Membership, stranger: Membership, processor: Membership, product: Product
) -> None:
    line = short()
    market.make_plan(stranger, product, kg=LITTLE, ask=1)
    market.make_plan(farmer, product, kg=LITTLE, ask=399)

    assert covered(line, processor) == [Covered(1, Decimal(100))]
    assert Allocation.objects.get(state="firm").farmer == farmer.organisation


def test_then_another_grower_then_a_better_grade(
    short: Any, stranger: Membership, processor: Membership, product: Product
) -> None:
    line = short()
    market.make_plan(stranger, product, kg=(60, 60, 60))
    market.make_plan(stranger, product, kg=LITTLE, grade=market.grade(product, 0))

    assert covered(line, processor) == [Covered(2, Decimal(60)), Covered(3, Decimal(40))]
    assert line.state == "firm"


def test_later_window_is_proposed_to_a_buyer_who_wants_to_be_asked(
    short: Any, stranger: Membership, processor: Membership, product: Product
) -> None:
    line = short(substitution=Substitution.ASK)
    market.make_plan(stranger, product, kg=LITTLE, window=market.window(product, 1))

    assert covered(line, processor) == [Covered(5, Decimal(100))]
    assert SubstitutionProposal.objects.get(line=line).kg == 100
    assert covered(line, processor) == []


def test_part_that_reaches_what_the_buyer_takes_is_brought_and_the_rest_given_up(
    short: Any, stranger: Membership, processor: Membership, product: Product
) -> None:
    line = short()
    market.make_plan(stranger, product, kg=(80, 80, 80))

    assert covered(line, processor) == [Covered(2, Decimal(80)), Covered(6, Decimal(20))]
    assert (line.kg, line.state) == (80, "firm")


def test_part_that_is_too_small_is_not_brought_at_all(
    short: Any, stranger: Membership, processor: Membership, product: Product
) -> None:
    line = short()
    market.make_plan(stranger, product, kg=(79, 79, 79))

    assert covered(line, processor) == [Covered(2, Decimal(79)), Covered(6, Decimal(100))]
    assert line.state == "cancelled"
    assert not Allocation.objects.filter(state="firm").exists()


def test_strangers_line_is_nobodys_business(short: Any, stranger: Membership) -> None:
    line = short()

    with pytest.raises(NotYoursError):
        covered(line, stranger)


def test_each_morning_lines_that_lost_a_promise_are_covered_once(
    short: Any, stranger: Membership, product: Product
) -> None:
    line = short()
    market.make_plan(stranger, product, kg=LITTLE)
    early = farm.NOW.replace(month=9, day=20)

    assert [deadlines.cover_shortages(at=early), deadlines.cover_shortages(at=farm.AUTUMN)] == [0, 1]
    assert deadlines.cover_shortages(at=farm.AUTUMN) == 0
    assert Allocation.objects.get(state="firm").line == line


@pytest.fixture
def lacking(farmer: Membership, processor: Membership, operator: Membership, product: Product) -> list[OrderLine]:
    """Give three lines of 100, 50 and 50 kg of one class whose grower's promises were released."""
    plan, channel = market.make_plan(farmer, product, kg=(200, 200, 200)), market.make_channel(processor)
    offer = market.make_offer(processor, product, min_accept_bp=5000)
    placed = [market.place(channel, offer, kg, by=processor) for kg in ("100", "50", "50")]
    market.match(product, by=operator)
    for one in market.promise(product, by=operator):
        end: dict[str, Any] = {"entry": market.later(1), "at": farm.NOW}
        fulfilment.release(allocation=one, reason="shortage", membership=farmer, **end)
    plan.supplies.update(p10_kg=0, p50_kg=0, p90_kg=0)
    for minutes, order in enumerate(placed):
        PresaleOrder.objects.filter(pk=order.pk).update(placed_at=market.AT + timedelta(minutes=minutes))
    return [market.line_of(one) for one in placed]


@pytest.mark.parametrize(
    ("there", "pack_grams", "expected"),
    [
        (130, 1, [65, Decimal("32.5"), Decimal("32.5")]),
        (130, 10_000, [70, 30, 30]),
        (200, 15_000, [100, 50, 50]),
        (90, 1, [60, 30, 0]),
    ],
)
def test_what_is_short_is_shared_by_what_each_lacks_in_whole_packs(  # noqa: PLR0917 - fixtures and a case
    lacking: list[OrderLine],
    stranger: Membership,
    product: Product,
    there: int,
    pack_grams: int,
    expected: list[Decimal],
) -> None:
    Product.objects.update(pack_grams=pack_grams)
    market.make_plan(stranger, product, kg=(there, there, there))

    assert deadlines.cover_shortages(at=farm.AUTUMN) == 3

    firm = Allocation.objects.filter(state="firm")
    found = [firm.filter(line=one).aggregate(kg=Sum("firm_kg"))["kg"] or 0 for one in lacking]
    assert found == expected
