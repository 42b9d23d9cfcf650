"""What is recommended to plant, and why."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.models import Membership
from orders.models import MatchRun, Product, Recommendation
from orders.services.planning import plan, plan_all
from tests.factories import farm, market
from traceability.errors import RefusedError
from traceability.queries import history

pytestmark = pytest.mark.django_db
MAY = date(2026, 5, 1)


@pytest.fixture
def product(db: None) -> Product:
    return market.make_product()


def run_of(product: Product, by: Membership, today: date = MAY) -> MatchRun | None:
    return plan(product=product, today=today, entry=market.entry(farm.SPRING), membership=by, at=farm.NOW)


def advised() -> list[tuple[str, str, Decimal]]:
    found = Recommendation.objects.select_related("plot__holder", "window").order_by("plot__holder__name", "window")
    return [(one.plot.holder.name, f"{one.window.starts_on:%m-%d}", one.area_mu) for one in found]


def test_land_is_recommended_for_what_is_presold_and_nobody_plans(
    farmer: Membership, processor: Membership, operator: Membership, product: Product
) -> None:
    market.make_plan(farmer, product, kg=(800, 1000, 1200))
    offer = market.make_offer(processor, product)
    market.place(market.make_channel(processor), offer, "1500", by=processor)

    run = run_of(product, operator)

    # 1,500 kg are ordered, 1,000 kg are planned, and ten mu gave 1,000 kg.
    assert run is not None
    assert (run.kind, run.demand_kg, run.matched_kg) == ("planning", Decimal(500), Decimal(500))
    assert advised() == [("王家", "10-01", Decimal("5.00"))]
    made = Recommendation.objects.get()
    assert (made.presold_bp, made.forecast_bp, made.price_fen_per_kg) == (10_000, 0, 420)
    assert [one.leaf.type for one in history.of(run.entity)] == ["matchrun.computed", "matchrun.published"]


def test_of_last_years_orders_a_share_is_expected_again(
    farmer: Membership, processor: Membership, operator: Membership, product: Product
) -> None:
    market.make_plan(farmer, product)
    line = market.line_of(
        market.place(market.make_channel(processor), market.make_offer(processor, product), "300", by=processor)
    )
    next_year = product.windows.create(starts_on=date(2027, 10, 2), ends_on=date(2027, 10, 9))

    run_of(product, operator, today=date(2027, 5, 1))

    (made,) = Recommendation.objects.all()
    assert (made.window, made.forecast_bp, made.presold_bp) == (next_year, 10_000, 0)
    assert made.area_mu == Decimal("2.40")
    assert line.kg == 300


def test_nothing_is_recommended_where_all_is_planned_or_it_is_too_late(
    farmer: Membership, processor: Membership, operator: Membership, product: Product
) -> None:
    market.make_plan(farmer, product)
    market.place(market.make_channel(processor), market.make_offer(processor, product), "1000", by=processor)
    assert run_of(product, operator) is None

    market.place(market.make_channel(processor, "other"), market.make_offer(processor, product), "1000", by=processor)
    assert run_of(product, operator, today=date(2026, 9, 1)) is None
    assert not Recommendation.objects.exists()


def test_new_run_takes_the_place_of_what_nobody_answered(
    farmer: Membership, processor: Membership, operator: Membership, product: Product
) -> None:
    market.make_plan(farmer, product)
    market.place(market.make_channel(processor), market.make_offer(processor, product), "1500", by=processor)
    run_of(product, operator)
    Recommendation.objects.update(answer="declined")
    run_of(product, operator)

    run_of(product, operator)

    assert sorted(Recommendation.objects.values_list("answer", flat=True)) == ["", "declined"]


def test_calendar_plans_every_product_once_a_day(
    farmer: Membership, processor: Membership, operator: Membership, product: Product
) -> None:
    market.make_plan(farmer, product)
    market.place(market.make_channel(processor), market.make_offer(processor, product), "1500", by=processor)

    first, second = plan_all(at=farm.SPRING), plan_all(at=farm.SPRING)

    assert [one.pk for one in first] == [one.pk for one in second]
    assert Recommendation.objects.count() == 1


def test_only_the_operator_plans(farmer: Membership, product: Product) -> None:
    with pytest.raises(RefusedError, match="only the operator"):
        run_of(product, farmer)
