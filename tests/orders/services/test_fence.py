"""Whatever comes in its last days before a delivery: what is firm stays where it is."""

import random
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import F

from accounts.models import Membership
from orders.enums import RunState
from orders.models import Allocation, Lane, OrderLine, PlanSupply, PlantingPlan, Product, Reservation
from orders.services import lines, plans, runs
from orders.services.replanning import promise_due, replan
from tests.factories import farm, market
from traceability.errors import RefusedError

pytestmark = pytest.mark.django_db
STEPS = 7


class Market:
    """A market with three growers, to which things happen by chance."""

    def __init__(self, product: Product, grower: Membership, seller: Membership, chance: random.Random) -> None:
        self.grower, self.seller, self.chance, self.day = grower, seller, chance, 0
        self.plans = [market.make_plan(grower, product, ask=300 + ask) for ask in range(3)]
        self.channel, self.offer = market.make_channel(seller), market.make_offer(seller, product)
        for _ in range(3):
            self.order()

    def happen(self) -> None:
        self.day += 1
        self.chance.choice([self.order, self.order, self.hail, self.cancel, self.close_road])()

    def order(self) -> None:
        kg = str(self.chance.randrange(50, 900))
        market.place(self.channel, self.offer, kg, by=self.seller, contract=self.chance.random() < 0.5)

    def hail(self) -> None:
        plan: PlantingPlan = self.chance.choice(self.plans)
        low = Decimal(self.chance.randrange(50, 900))
        revised = [plans.Revised(supply=plan.supplies.get(), p10_kg=low, p50_kg=low + 50, p90_kg=low + 100)]
        said: dict[str, Any] = {"entry": market.later(self.day), "membership": self.grower, "at": farm.NOW}
        plans.revise(plan=plan, revised=revised, reason="weather", **said)

    def cancel(self) -> None:
        line = self.chance.choice(list(OrderLine.objects.order_by("pk")))
        try:
            lines.cancel(line=line, reason="not_wanted", entry=market.entry(), membership=self.seller, at=market.AT)
        except RefusedError as error:
            if error.rule not in {"line_is_firm", "line_over"}:
                raise

    def close_road(self) -> None:
        Lane.objects.filter(origin__name="盘锦").update(closed=~F("closed"))


def firm() -> list[tuple[object, ...]]:
    return list(Allocation.objects.order_by("pk").values_list("pk", "line", "supply", "firm_kg", "state"))


def check_sums() -> None:
    """Check that nobody is promised more than was ordered, and nothing reserved beyond what is there."""
    for line in OrderLine.objects.all():
        firm_kg = sum(one.firm_kg for one in Allocation.objects.filter(line=line))
        assert firm_kg + sum(one.kg for one in Reservation.objects.filter(line=line)) <= line.kg
    for supply in PlanSupply.objects.all():
        left = supply.p50_kg - sum(one.firm_kg for one in Allocation.objects.filter(supply=supply))
        assert sum(one.kg for one in Reservation.objects.filter(supply=supply)) <= max(left, Decimal(0))


def rematched(operator: Membership, minutes: int) -> int:
    """Match anew what changed, and let the operator sign off what moves much; give how many runs that took."""
    made = replan(at=farm.NOW + timedelta(minutes=minutes), urgent_only=False)
    for run in made:
        if run.state == RunState.PROPOSED:
            runs.publish(run=run, entry=market.entry(farm.SPRING), membership=operator, at=farm.NOW)
    return len(made)


@pytest.mark.parametrize(("freeze_days", "seed"), [(3, 1), (3, 2), (7, 3), (7, 4)])
def test_no_firm_kilogram_moves_inside_the_fence(
    freeze_days: int, seed: int, farmer: Membership, processor: Membership, operator: Membership
) -> None:
    product = market.make_product()
    Product.objects.update(freeze_days=freeze_days)
    trade = Market(product, farmer, processor, random.Random(seed))  # noqa: S311 - nothing secret
    replan(at=farm.NOW, urgent_only=False)
    fence = farm.NOW.replace(year=2026, month=10, day=1) - timedelta(days=freeze_days)
    assert promise_due(at=fence - timedelta(days=1)) == []
    assert len(promise_due(at=fence)) > 0
    before, moved = firm(), 0

    for _ in range(STEPS):
        trade.happen()
        moved += rematched(operator, trade.day)
        check_sums()
        assert firm() == before

    assert moved > 0
