"""Who gains and who loses by a run, and why."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
import time_machine

from accounts.models import Membership
from orders.models import OrderLine, YieldRevision
from orders.queries.growers import effect_of
from tests.factories import farm, market

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn")]


@pytest.fixture
def autumn() -> Iterator[None]:
    with time_machine.travel(farm.NOW, tick=False):
        yield


@pytest.fixture
def neighbour(stranger: Membership) -> Membership:
    return stranger


def test_a_grower_after_hail_loses_orders_to_a_neighbour(
    farmer: Membership, neighbour: Membership, processor: Membership, operator: Membership
) -> None:
    product = market.make_product()
    hailed = market.make_plan(farmer, product, ask=200)
    market.make_plan(neighbour, product, ask=300, kg=(80, 100, 120))
    offer = market.make_offer(processor, product)
    line = market.line_of(market.place(market.make_channel(processor), offer, "150", by=processor))
    market.match(product, by=operator)
    market.revise(hailed, farmer, p50=10)

    run = market.match(product, by=operator, kind="replanning", cause="yield")
    effect = effect_of(run, YieldRevision.objects.all())

    loser, winner = effect.changes
    assert (loser.farmer, loser.before, loser.after) == (farmer.organisation, Decimal(150), Decimal(10))
    assert [one.reason for one in loser.revised] == ["weather"]
    assert loser.others == [neighbour.organisation, None]
    assert (winner.farmer, winner.difference, winner.revised) == (neighbour.organisation, Decimal(100), [])
    assert winner.others == [farmer.organisation]
    (served,) = effect.served
    assert (served.line, served.difference) == (OrderLine.objects.get(pk=line.pk), Decimal(-40))
    assert (effect.more, effect.less, effect.moved, effect.lines) == (Decimal(0), Decimal(40), Decimal(140), 1)
