from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.models import Membership
from orders.enums import RiskAction
from orders.models import PlantingPlan, Product, RiskAlert
from orders.services import alerts
from tests.factories import farm, market
from traceability.errors import NotYoursError, RefusedError
from traceability.queries import history

pytestmark = pytest.mark.django_db

TWO_WEEKS_BEFORE = market.EARLY - timedelta(days=14)


@pytest.fixture
def product(db: None) -> Product:
    return market.make_product()


@pytest.fixture
def plan(product: Product, farmer: Membership) -> PlantingPlan:
    return market.make_plan(farmer, product)


def act(alert: RiskAlert, by: Membership) -> RiskAlert:
    return alerts.act(
        alert=alert,
        action=RiskAction.PROCESSING,
        note="问了米厂",
        entry=market.entry(farm.AUTUMN),
        membership=by,
        at=farm.NOW,
    )


def test_goods_without_a_buyer_raise_an_alert_once(plan: PlantingPlan) -> None:
    (alert,) = alerts.raise_alerts(today=TWO_WEEKS_BEFORE)

    # Of 800/1000/1200 kg nothing is sold; that over 100 kg stay is certain.
    assert (alert.supply.plan, alert.chance_bp) == (plan, 10_000)
    assert 1000 < alert.expected_kg < 1030
    assert alerts.raise_alerts(today=TWO_WEEKS_BEFORE) == []


@pytest.mark.parametrize("days", [13, 29])
def test_neither_too_late_nor_too_early(plan: PlantingPlan, days: int) -> None:
    assert alerts.raise_alerts(today=market.EARLY - timedelta(days=days)) == []


def test_what_is_sold_raises_no_alert(
    plan: PlantingPlan, product: Product, processor: Membership, operator: Membership
) -> None:
    market.place(market.make_channel(processor), market.make_offer(processor, product), "990", by=processor)
    market.match(product, by=operator)

    assert alerts.raise_alerts(today=TWO_WEEKS_BEFORE) == []


def test_what_is_done_stands_on_the_plans_chain_and_how_it_ended_beside_it(
    plan: PlantingPlan, farmer: Membership, product: Product, processor: Membership, operator: Membership
) -> None:
    (alert,) = alerts.raise_alerts(today=TWO_WEEKS_BEFORE)

    acted = act(alert, farmer)

    assert (acted.action, acted.note, acted.acted_on) == (RiskAction.PROCESSING, "问了米厂", farm.AUTUMN.date())
    assert history.of(plan.entity)[-1].leaf.body == {"action": "processing"}
    market.place(market.make_channel(processor), market.make_offer(processor, product), "700", by=processor)
    market.match(product, by=operator)
    assert alerts.end_alerts(today=date(2026, 10, 10)) == []
    (ended,) = alerts.end_alerts(today=date(2026, 10, 11))
    assert (ended.unsold_kg, ended.ended_on) == (Decimal(300), date(2026, 10, 11))
    with pytest.raises(RefusedError) as caught:
        act(alert, farmer)
    assert caught.value.rule == "alert_over"


def test_nobody_acts_on_anothers_alert(plan: PlantingPlan, stranger: Membership) -> None:
    (alert,) = alerts.raise_alerts(today=TWO_WEEKS_BEFORE)

    with pytest.raises(NotYoursError):
        act(alert, stranger)
