"""A year of deliveries by a clock of its own, through the real services: all are paid in time, and once.

SUYUAN_YEAR_DELIVERIES=348 has one every day.
"""

import os
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from statistics import median
from uuid import UUID, uuid5

import pytest

from accounts.models import Membership
from orders.models import Allocation, PayoutInstruction, Statement, StatementLine
from orders.services import deadlines, fulfilment, payments, plans, settlement
from tests.factories import farm, market
from traceability.models import Lot, Season
from traceability.services.entries import Entry

pytestmark = pytest.mark.django_db
FIRST = date(2027, 1, 1)
DELIVERIES = int(os.environ.get("SUYUAN_YEAR_DELIVERIES", "12"))
DAYS, KG = 348, 100
EVERY = DAYS // DELIVERIES
# The bank answers a day after it was told; a weekend makes it three.
BANK_DAYS, BANK_DAYS_OF_A_WEEKEND = 1, 3
FRIDAY = 4


def noon(day: date) -> datetime:
    return datetime.combine(day, time(4), UTC)


def entry_of(about: UUID, what: str, day: date) -> Entry:
    return Entry(id=uuid5(about, what), time=noon(day))


@pytest.fixture
def promised(farmer: Membership, processor: Membership, operator: Membership) -> tuple[list[Allocation], Season]:
    """A grower's promises to as many orders as there are deliveries in the year."""
    product, channel = market.make_product(), market.make_channel(processor)
    offer = market.make_offer(processor, product, cap_kg=Decimal(DELIVERIES * KG))
    plan = market.make_plan(farmer, product, kg=(DELIVERIES * KG,) * 3)
    season = farm.make_season(farmer, plan.plot)
    plans.grow(plan=plan, season=season, entry=market.entry(farm.AUTUMN), membership=farmer, at=farm.NOW)
    for _ in range(DELIVERIES):
        market.place(channel, offer, str(KG), by=processor)
    market.match(product, by=operator)
    return market.promise(product, by=operator), season


def deliver(one: Allocation, lot: Lot, day: date, *, grower: Membership, seller: Membership) -> None:
    for step, by in ((fulfilment.pick, grower), (fulfilment.ship, grower), (fulfilment.deliver, seller)):
        more = {"lot": lot} if step is fulfilment.pick else {}
        step(
            allocation=one,
            kg=Decimal(KG),
            entry=entry_of(one.pk, step.__name__, day),
            membership=by,
            at=noon(day),
            **more,
        )


def pay(day: date, *, by: Membership, times: int) -> None:
    """Instruct and answer whatever is due, each thing as often as an impatient machine sends it."""
    for statement in Statement.objects.filter(state="issued").order_by("pk"):
        for _ in range(times):
            settlement.instruct(
                statement=statement, entry=entry_of(statement.pk, "told", day), membership=by, at=noon(day)
            )
    for payout in PayoutInstruction.objects.filter(receipt="").order_by("pk"):
        told = payout.instructed_at.date()
        if day >= told + timedelta(days=BANK_DAYS_OF_A_WEEKEND if told.weekday() >= FRIDAY else BANK_DAYS):
            receipt = payments.BankReceipt(number=f"R-{payout.pk}", fen=payout.fen, paid_on=day)
            for _ in range(times):
                payments.take_receipt(
                    payout=payout,
                    receipt=receipt,
                    entry=entry_of(payout.pk, "paid", day),
                    membership=by,
                    at=noon(day),
                )


def test_farmers_are_paid_within_a_week_and_nobody_twice(
    promised: tuple[list[Allocation], Season], farmer: Membership, processor: Membership
) -> None:
    allocations, season = promised
    lot = farm.make_lot(farmer, season, kg=str(DELIVERIES * KG))
    due = {FIRST + timedelta(days=EVERY * number): one for number, one in enumerate(allocations)}

    for number in range(EVERY * DELIVERIES + 20):
        day = FIRST + timedelta(days=number)
        if day in due:
            deliver(due[day], lot, day, grower=farmer, seller=processor)
        for _ in range(2):
            deadlines.accept_silently(at=noon(day))
            deadlines.state_what_is_due(at=noon(day))
        pay(day, by=processor, times=3)

    days = sorted(
        (line.statement.paid_on - line.allocation.delivered_on).days  # type: ignore[operator]
        for line in StatementLine.objects.select_related("statement", "allocation")
    )
    # Six days, and eight where the bank is told, on the fifth, before or on a weekend.
    told = [day + timedelta(days=5) for day in due]
    assert days == sorted(8 if day.weekday() >= FRIDAY else 6 for day in told)
    assert (median(days) <= 7, days[-1] <= 15) == (True, True)
    assert {one.state for one in Allocation.objects.all()} == {"settled"}
    assert sum(PayoutInstruction.objects.values_list("fen", flat=True)) == DELIVERIES * KG * 420
    assert PayoutInstruction.objects.count() == Statement.objects.filter(interest_fen=0).count() == DELIVERIES
