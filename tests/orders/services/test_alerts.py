from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from accounts.models import Membership
from orders.enums import RiskAction
from orders.models import DeliveryWindow, OrderLine, PlantingPlan, PresaleOrder, Product, RiskAlert
from orders.queries import spot
from orders.risk import SCENARIOS, Scenarios
from orders.services import alerts
from orders.services.comparing import check_rows
from tests.factories import farm, market
from traceability.errors import NotYoursError, RefusedError
from traceability.queries import history

pytestmark = pytest.mark.django_db

TWO_WEEKS_BEFORE = datetime(2026, 9, 17, 2, 0, tzinfo=UTC)


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


def test_goods_without_a_buyer_raise_an_alert_once(plan: PlantingPlan, operator: Membership) -> None:
    (alert,) = alerts.raise_alerts(membership=operator, at=TWO_WEEKS_BEFORE)

    # Of 800/1000/1200 kg nothing is sold; that over 100 kg stay is certain.
    assert (alert.supply.plan, alert.chance_bp) == (plan, 10_000)
    assert alert.expected_kg == Decimal("999.692")
    assert alerts.raise_alerts(membership=operator, at=TWO_WEEKS_BEFORE) == []


@pytest.mark.parametrize("days", [13, 29])
def test_neither_too_late_nor_too_early(plan: PlantingPlan, operator: Membership, days: int) -> None:
    at = TWO_WEEKS_BEFORE + timedelta(days=14 - days)

    assert alerts.raise_alerts(membership=operator, at=at) == []


def test_what_is_sold_raises_no_alert(
    plan: PlantingPlan, product: Product, processor: Membership, operator: Membership
) -> None:
    market.place(market.make_channel(processor), market.make_offer(processor, product), "990", by=processor)
    market.match(product, by=operator)

    assert alerts.raise_alerts(membership=operator, at=TWO_WEEKS_BEFORE) == []


def test_late_orders_of_a_year_ago_are_counted_on(
    plan: PlantingPlan, product: Product, processor: Membership, operator: Membership
) -> None:
    offer = market.make_offer(processor, product)
    line = market.line_of(market.place(market.make_channel(processor), offer, "1000", by=processor))
    old = DeliveryWindow.objects.create(product=product, starts_on=date(2025, 10, 3), ends_on=date(2025, 10, 12))
    OrderLine.objects.filter(pk=line.pk).update(window=old, state="settled")

    # Of a year ago they came early: nothing is expected. Most of what came late is, more or less.
    assert unsold(product, "2025-09-18") is None
    scenarios = unsold(product, "2025-09-19")
    assert scenarios == unsold(product, "2025-09-19")
    assert scenarios
    ((supply, stays),) = scenarios.items()
    assert (supply, len(stays), max(stays) > 100, min(stays)) == (plan.supplies.get().pk, SCENARIOS, True, Decimal(0))
    (alert,) = alerts.raise_alerts(membership=operator, at=TWO_WEEKS_BEFORE)
    seen = Scenarios(Decimal(1000), stays)
    assert (alert.chance_bp, alert.expected_kg) == (round(10_000 * seen.chance), seen.expected)


def unsold(product: Product, placed_on: str) -> Mapping[UUID, Sequence[Decimal]] | None:
    placed_at = datetime.fromisoformat(f"{placed_on}T04:00:00+00:00")
    PresaleOrder.objects.update(placed_at=placed_at)
    return spot.unsold_with_late(product, [product.windows.get(starts_on=market.EARLY)], today=TWO_WEEKS_BEFORE.date())


def test_what_is_done_stands_on_the_plans_chain_and_how_it_ended_beside_it(
    plan: PlantingPlan, farmer: Membership, product: Product, processor: Membership, operator: Membership
) -> None:
    (alert,) = alerts.raise_alerts(membership=operator, at=TWO_WEEKS_BEFORE)

    acted = act(alert, farmer)

    assert (acted.action, acted.note, acted.acted_on) == (RiskAction.PROCESSING, "问了米厂", farm.AUTUMN.date())
    assert history.of(plan.entity)[-1].leaf.body == {"action": "processing"}
    alerted = history.of(plan.entity)[-2]
    assert (alerted.leaf.type, alerted.leaf.body) == ("plan.risk_raised", {})
    supply = str(plan.supplies.get().pk)
    expected = str(alert.expected_kg)
    assert alerted.private == {"supply": supply, "chance_bp": 10_000, "expected_kg": expected}
    market.place(market.make_channel(processor), market.make_offer(processor, product), "700", by=processor)
    market.match(product, by=operator)
    assert alerts.end_alerts(membership=operator, at=datetime(2026, 10, 10, 2, 0, tzinfo=UTC)) == []
    (ended,) = alerts.end_alerts(membership=operator, at=datetime(2026, 10, 11, 2, 0, tzinfo=UTC))
    assert (ended.unsold_kg, ended.ended_on) == (Decimal(300), date(2026, 10, 11))
    over = history.of(plan.entity)[-1]
    assert (over.leaf.type, over.private) == ("plan.risk_ended", {"supply": supply, "unsold_kg": "300.000"})
    assert alerts.end_alerts(membership=operator, at=datetime(2026, 10, 11, 3, 0, tzinfo=UTC)) == []
    assert list(check_rows()) == []
    with pytest.raises(RefusedError) as caught:
        act(alert, farmer)
    assert caught.value.rule == "alert_over"


def test_nobody_acts_on_anothers_alert(plan: PlantingPlan, operator: Membership, stranger: Membership) -> None:
    (alert,) = alerts.raise_alerts(membership=operator, at=TWO_WEEKS_BEFORE)

    with pytest.raises(NotYoursError):
        act(alert, stranger)
