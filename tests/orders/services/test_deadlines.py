from datetime import timedelta
from decimal import Decimal
from unittest import mock

import pytest
import time_machine

from accounts.models import Membership
from orders import tasks
from orders.enums import AllocationState, Answer, StatementState
from orders.models import Allocation, RiskAlert, Statement, SubstitutionProposal
from orders.services import deadlines, plans, substitutes
from tests.factories import farm, market
from traceability.errors import NotYoursError

pytestmark = pytest.mark.django_db


@pytest.fixture
def delivered(farmer: Membership, processor: Membership, operator: Membership) -> Allocation:
    product = market.make_product()
    plan = market.make_plan(farmer, product)
    season = farm.make_season(farmer, plan.plot)
    plans.grow(plan=plan, season=season, entry=market.later(0), membership=farmer, at=farm.NOW)
    market.place(market.make_channel(processor), market.make_offer(processor, product), "300", by=processor)
    market.match(product, by=operator)
    (made,) = market.promise(product, by=operator)
    return market.bring(made, farm.make_lot(farmer, season), by=farmer, to=processor)


def test_silence_is_acceptance_after_two_days_and_a_statement_after_three_more(delivered: Allocation) -> None:
    arrived = farm.AUTUMN + timedelta(days=3)
    assert deadlines.accept_silently(at=arrived + timedelta(days=1)) == 0

    assert deadlines.accept_silently(at=arrived + timedelta(days=2)) == 1
    assert deadlines.accept_silently(at=arrived + timedelta(days=2)) == 0

    delivered.refresh_from_db()
    assert (delivered.state, delivered.accepted_kg) == (AllocationState.ACCEPTED, Decimal(300))
    assert deadlines.state_what_is_due(at=arrived + timedelta(days=4)) == 0
    assert deadlines.state_what_is_due(at=arrived + timedelta(days=5)) == 1
    assert deadlines.state_what_is_due(at=arrived + timedelta(days=5)) == 0
    statement = Statement.objects.get()
    assert (statement.state, statement.net_fen) == (StatementState.ISSUED, 300 * 420)


def test_a_proposal_that_nobody_answers_expires(farmer: Membership, processor: Membership) -> None:
    product = market.make_product()
    order = market.place(market.make_channel(processor), market.make_offer(processor, product), "50", by=processor)
    supply = market.make_plan(farmer, product, window=market.window(product, 1)).supplies.get()
    line = market.line_of(order)
    substitutes.propose(line=line, supply=supply, kg=line.kg, entry=market.entry(), membership=processor, at=market.AT)
    assert deadlines.expire_proposals(at=market.AT + timedelta(hours=24)) == 0

    assert deadlines.expire_proposals(at=market.AT + timedelta(hours=25)) == 1

    assert SubstitutionProposal.objects.get().answer == Answer.EXPIRED


def test_the_clock_settles_what_is_overdue_however_often_it_strikes(delivered: Allocation) -> None:
    with time_machine.travel(farm.NOW, tick=False):
        for _ in range(2):
            tasks.settle()
            tasks.expire_proposals()
            tasks.watch_risks()

    delivered.refresh_from_db()
    assert (delivered.state, Statement.objects.count()) == (AllocationState.ACCEPTED, 0)
    assert RiskAlert.objects.count() == 0


def test_what_nobody_answers_for_is_left_and_told_of(delivered: Allocation, caplog: pytest.LogCaptureFixture) -> None:
    at = farm.AUTUMN + timedelta(days=5)
    with mock.patch.object(deadlines, "answering_for", side_effect=NotYoursError("nobody answers for it")):
        assert (deadlines.accept_silently(at=at), "one is left as it is" in caplog.text) == (0, True)

    assert deadlines.accept_silently(at=at) == 1
