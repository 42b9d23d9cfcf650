"""What a grower is told of money: what is still to come, what comes next, and what came."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
import time_machine

from accounts.models import Membership
from orders.models import Allocation
from orders.queries.earnings import Earnings, Money, earnings_of, money_of
from orders.queries.parties import sold_by
from orders.services.payments import BankReceipt, take_receipt
from tests.factories import farm, market

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn")]
TODAY = date(2026, 11, 22)
DUE = date(2026, 10, 16)


@pytest.fixture
def autumn() -> Iterator[None]:
    with time_machine.travel(farm.NOW, tick=False):
        yield


@pytest.fixture
def season(farmer: Membership, processor: Membership, operator: Membership) -> market.Season:
    return market.furnish(farmer, processor, operator)


def moneys(grower: Membership) -> dict[UUID, Money]:
    return {one.pk: money_of(one) for one in sold_by(grower)}


def test_a_grower_is_told_what_is_to_come_and_which_sum_comes_next(farmer: Membership, season: market.Season) -> None:
    # 300 kg were accepted and 200 kg are promised at 4.20 yuan; all but the 20 yuan in dispute is stated.
    assert earnings_of(farmer, today=TODAY) == Earnings(210_000, 0, 124_000, DUE, "盘锦米业")
    assert moneys(farmer) == {
        season.firm.pk: Money(Decimal(200), 84_000),
        season.disputed.pk: Money(Decimal(300), 126_000, None, DUE),
    }


def test_what_was_paid_counts_for_its_year_and_is_not_to_come(
    farmer: Membership, processor: Membership, season: market.Season
) -> None:
    receipt = BankReceipt(number="B-7", fen=season.payout.fen, paid_on=date(2026, 10, 12))
    take_receipt(payout=season.payout, receipt=receipt, entry=market.later(20), membership=processor, at=farm.NOW)

    assert earnings_of(farmer, today=TODAY) == Earnings(86_000, 124_000)
    assert earnings_of(farmer, today=date(2027, 1, 2)) == Earnings(86_000, 0)
    assert moneys(farmer)[season.disputed.pk] == Money(Decimal(300), 126_000, date(2026, 10, 12), DUE)


def test_what_arrived_and_is_not_stated_comes_fifteen_days_after(
    farmer: Membership, processor: Membership, season: market.Season
) -> None:
    harvest = farm.make_lot(farmer, season.firm.supply.plan.season)
    market.bring(season.firm, harvest, by=farmer, to=processor)
    arrived = Allocation.objects.get(pk=season.firm.pk)
    assert arrived.delivered_on

    season.payout.delete()
    season.statement.lines.all().delete()
    season.statement.delete()

    assert [one.due_on for one in moneys(farmer).values()] == [DUE, DUE]
    assert earnings_of(farmer, today=TODAY).next_on == DUE


def test_others_are_told_nothing(stranger: Membership, season: market.Season) -> None:
    assert earnings_of(stranger, today=TODAY) == Earnings(0, 0)
    assert list(sold_by(stranger)) == []
