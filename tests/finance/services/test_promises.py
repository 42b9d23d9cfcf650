"""Figures of promises from what a real market leaves in the log: offers, orders, a run, deliveries."""

from datetime import timedelta
from uuid import uuid4

import pytest

from accounts.models import Membership
from finance.models import Score
from finance.queries import scores as queries
from finance.services import scores
from orders.models import Allocation
from orders.services import plans
from tests.factories import credit, farm, market, scored
from tests.factories.log import publish
from traceability import log_key
from traceability.ledger.scores import verify_score
from traceability.queries import history
from traceability.services.entries import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_keys")]
LATER = credit.NOW + timedelta(hours=1)


@pytest.fixture
def promised(farmer: Membership, processor: Membership, operator: Membership) -> Allocation:
    product = market.make_product()
    plan = market.make_plan(farmer, product)
    season = farm.make_season(farmer, plan.plot)
    plans.grow(plan=plan, season=season, entry=market.entry(farm.AUTUMN), membership=farmer, at=farm.NOW)
    market.place(market.make_channel(processor), market.make_offer(processor, product), "300", by=processor)
    market.match(product, by=operator)
    (made,) = market.promise(product, by=operator)
    return made


def score_of(farmer: Membership, operator: Membership, bank: Membership) -> Score:
    scored.make_card(operator)
    consent = credit.make_consent(farmer, bank)
    publish()
    entry = Entry(id=uuid4(), time=LATER)
    made = scores.compute(
        subject=farmer.organisation, as_of=LATER, consent=consent, membership=bank, entry=entry, at=LATER
    )
    verify_score(queries.evidence_bytes(made), vkeys=[log_key.vkey()])
    return made


def test_a_promise_that_arrived_in_its_window_is_kept(
    promised: Allocation, farmer: Membership, processor: Membership, operator: Membership, bank: Membership
) -> None:
    season = promised.supply.plan.season
    assert season
    market.bring(promised, farm.make_lot(farmer, season), by=farmer, to=processor)

    made = score_of(farmer, operator, bank)

    assert (made.features["on_time_rate"], made.features["open_breaches_24m"]) == (10_000, 0)
    told = {event.leaf.id for event in history.of(promised.entity) if event.leaf.type == "allocation.delivered"}
    assert told <= set(made.behind["on_time_rate"]["events"])
    assert made.behind["on_time_rate"]["against"] == []


def test_a_promise_of_which_nothing_arrived_is_broken(
    promised: Allocation, farmer: Membership, operator: Membership, bank: Membership
) -> None:
    made = score_of(farmer, operator, bank)

    assert (made.features["on_time_rate"], made.features["open_breaches_24m"]) == (0, 1)
    firmed = {event.leaf.id for event in history.of(promised.entity) if event.leaf.type == "allocation.firmed"}
    assert firmed == set(made.behind["on_time_rate"]["against"])
