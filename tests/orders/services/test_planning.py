"""What is recommended to plant, and why."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.models import Membership
from orders.enums import DepositKind
from orders.matching import again
from orders.models import MatchRun, Product, Recommendation
from orders.presell import Stakes, presell_of
from orders.queries.planting import land_of
from orders.services.planning import plan, plan_all
from orders.yields import Yield
from tests.factories import farm, market
from traceability.errors import RefusedError
from traceability.queries import history
from traceability.services.attachments import load

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
    # At 4.20 a kilogram left over loses 1.04: 4.20 less 40 % of the usual 4.00, where 40 % find no buyer. One missing
    # costs 30 % of 4.00.
    assert (made.unsold_fen_per_kg, made.missing_fen_per_kg, made.ahead_bp) == (104, 120, 4642)
    assert (made.expected_kg, made.ahead_kg) == (
        Decimal(500),
        Yield(Decimal(400), Decimal(500), Decimal(600)).quantile(0.4642),
    )
    assert [one.leaf.type for one in history.of(run.entity)] == ["matchrun.computed", "matchrun.published"]


def test_what_to_sell_ahead_follows_from_the_runs_two_files(
    farmer: Membership, processor: Membership, operator: Membership, product: Product
) -> None:
    market.make_plan(farmer, product)
    earnest = {"deposit_kind": DepositKind.EARNEST, "deposit_bp": 2000, "price_fen_per_kg": 500}
    offer = market.make_offer(processor, product, **earnest)
    market.place(market.make_channel(processor), offer, "1500", by=processor)

    run = run_of(product, operator)

    assert run is not None
    (told,) = presell_of(load(run.inputs_sha256), load(run.outcome_sha256))
    made = Recommendation.objects.get()
    assert (made.expected_kg, made.ahead_kg) == (told.expected_kg, told.ahead_kg)
    assert Stakes(unsold_fen=made.unsold_fen_per_kg, missing_fen=made.missing_fen_per_kg) == told.stakes
    # A fifth of 5.00 is owed once more where goods are missing.
    assert (told.stakes, made.ahead_bp) == (Stakes(unsold_fen=136, missing_fen=220), 3820)
    assert again.outcome(load(run.inputs_sha256)) == load(run.outcome_sha256)


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


def test_land_on_which_only_other_crops_were_grown_is_left_alone(
    farmer: Membership, processor: Membership, operator: Membership, product: Product
) -> None:
    market.make_plan(farmer, product)
    empty, paddy, greenhouse, both = (farm.make_plot(farmer) for _ in range(4))
    farm.make_season(farmer, paddy)
    farm.make_season(farmer, greenhouse, crop="strawberry", variety="红颜")
    farm.make_season(farmer, both, crop="strawberry", variety="红颜")
    farm.make_season(farmer, both)
    market.place(market.make_channel(processor), market.make_offer(processor, product), "10000", by=processor)

    run_of(product, operator)

    # More is wanted than all four fields give: the greenhouse alone is not asked for rice.
    assert {one.plot for one in Recommendation.objects.select_related("plot")} >= {empty, paddy, both}
    assert not Recommendation.objects.filter(plot=greenhouse).exists()
    assert greenhouse not in {one.plot for one in land_of(product)}


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
