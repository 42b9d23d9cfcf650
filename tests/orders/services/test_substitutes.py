from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership
from orders.enums import AllocationState, Answer, LineState, Substitution
from orders.models import Allocation, OrderLine, PlanSupply, Product, SubstitutionProposal
from orders.queries.substitutes import substitutes_for
from orders.services import substitutes
from orders.services.channels import own_channel
from tests.factories import market
from traceability.errors import NotYoursError, RefusedError
from traceability.queries import history

pytestmark = pytest.mark.django_db


@pytest.fixture
def product(db: None) -> Product:
    return market.make_product()


@pytest.fixture
def better(farmer: Membership, product: Product) -> PlanSupply:
    """The best grade, in the same window."""
    return market.make_plan(farmer, product, grade=market.grade(product), kg=(80, 80, 80)).supplies.get()


@pytest.fixture
def later(farmer: Membership, product: Product) -> PlanSupply:
    """What was ordered, but two weeks later."""
    return market.make_plan(farmer, product, window=market.window(product, 1), kg=(200, 200, 200)).supplies.get()


def ordered(product: Product, by: Membership, policy: str) -> OrderLine:
    offer = market.make_offer(by, product, substitution=policy)
    return market.line_of(market.place(own_channel(by), offer, "100", by=by))


def propose(line: OrderLine, supply: PlanSupply, by: Membership, kg: str = "80") -> Allocation | SubstitutionProposal:
    return substitutes.propose(
        line=line, supply=supply, kg=Decimal(kg), entry=market.entry(), membership=by, at=market.AT
    )


def answer(one: SubstitutionProposal, said: str, by: Membership, hours: int = 1) -> SubstitutionProposal:
    at = market.AT + timedelta(hours=hours)
    return substitutes.answer(proposal=one, said=said, entry=market.entry(at), membership=by, at=at, by="buyer")


def refused(line: OrderLine, supply: PlanSupply, by: Membership, kg: str = "80") -> tuple[str, str]:
    with pytest.raises(RefusedError) as caught:
        propose(line, supply, by, kg)
    return caught.value.pointer, caught.value.rule


def test_what_the_buyer_allowed_is_promised_at_once(
    product: Product, processor: Membership, better: PlanSupply
) -> None:
    line = ordered(product, processor, Substitution.BETTER)

    made = propose(line, better, processor)

    assert isinstance(made, Allocation)
    line.refresh_from_db()
    assert (made.firm_kg, made.state, line.state) == (Decimal(80), AllocationState.FIRM, LineState.FIRM)
    assert [one.leaf.type for one in history.of(made.entity)] == ["allocation.firmed"]


def test_a_buyer_who_is_asked_says_yes_and_gets_it(product: Product, processor: Membership, later: PlanSupply) -> None:
    line = ordered(product, processor, Substitution.ASK)
    proposal = propose(line, later, processor)
    assert isinstance(proposal, SubstitutionProposal)
    assert proposal.expires_at - proposal.proposed_at == timedelta(hours=24)

    answered = answer(proposal, Answer.ACCEPTED, processor)

    assert answered.answer == Answer.ACCEPTED
    assert Allocation.objects.get().firm_kg == 80
    said = [one.leaf for one in history.of(line.order.entity)]
    assert [one.type for one in said][1:] == ["order.substitute_proposed", "order.substitute_answered"]
    assert said[2].body["by"] == "buyer"


def test_a_no_ends_the_line_with_the_money_back(product: Product, processor: Membership, later: PlanSupply) -> None:
    line = ordered(product, processor, Substitution.ASK)
    proposal = propose(line, later, processor)
    assert isinstance(proposal, SubstitutionProposal)

    answer(proposal, Answer.DECLINED, processor)

    line.refresh_from_db()
    assert (line.state, Allocation.objects.count()) == (LineState.CANCELLED, 0)


def test_an_answer_after_24_hours_counts_as_none(product: Product, processor: Membership, later: PlanSupply) -> None:
    line = ordered(product, processor, Substitution.ASK)
    proposal = propose(line, later, processor)
    assert isinstance(proposal, SubstitutionProposal)
    assert substitutes.overdue(market.AT + timedelta(hours=24)) == []
    assert substitutes.overdue(market.AT + timedelta(hours=25)) == [proposal]

    answered = answer(proposal, Answer.ACCEPTED, processor, hours=25)

    line.refresh_from_db()
    assert (answered.answer, line.state) == (Answer.EXPIRED, LineState.CANCELLED)
    assert "by" not in history.of(line.order.entity)[2].leaf.body


def test_one_proposal_waits_at_a_time_and_is_answered_once(
    product: Product, processor: Membership, later: PlanSupply, better: PlanSupply
) -> None:
    line = ordered(product, processor, Substitution.ASK)
    proposal = propose(line, later, processor)
    assert isinstance(proposal, SubstitutionProposal)
    assert refused(line, better, processor) == ("", "proposal_waits")

    answer(proposal, Answer.ACCEPTED, processor)

    with pytest.raises(RefusedError) as caught:
        answer(proposal, Answer.DECLINED, processor)
    assert caught.value.rule == "proposal_answered"


def test_what_the_buyer_did_not_allow_is_refused(
    product: Product, processor: Membership, better: PlanSupply, later: PlanSupply
) -> None:
    assert refused(ordered(product, processor, Substitution.NEVER), better, processor) == ("", "no_substitutes")
    line = ordered(product, processor, Substitution.VARIETY)
    assert refused(line, later, processor) == ("/supply", "substitute_not_allowed")
    assert refused(line, better, processor, "101") == ("/kg", "more_than_before")
    assert refused(line, better, processor, "81") == ("/kg", "supply_exhausted")


def test_goods_of_another_product_are_no_substitute(
    product: Product, processor: Membership, farmer: Membership
) -> None:
    other = market.make_product("peanut", crop="peanut")
    supply = market.make_plan(farmer, other).supplies.get()

    assert refused(ordered(product, processor, Substitution.ASK), supply, processor) == ("/supply", "unknown_supply")


def test_nobody_proposes_or_answers_for_another(
    product: Product, processor: Membership, stranger: Membership, later: PlanSupply
) -> None:
    line = ordered(product, processor, Substitution.ASK)
    with pytest.raises(NotYoursError):
        propose(line, later, stranger)
    proposal = propose(line, later, processor)
    assert isinstance(proposal, SubstitutionProposal)

    with pytest.raises(NotYoursError):
        answer(proposal, Answer.ACCEPTED, stranger)


def test_choices_take_the_same_few_statements_however_many_there_are(
    product: Product, processor: Membership, farmer: Membership
) -> None:
    line = OrderLine.objects.select_related("window").get(pk=ordered(product, processor, Substitution.ASK).pk)
    counts = []
    for grown in (1, 2):
        for _ in range(grown):
            market.make_plan(farmer, product, window=market.window(product, 1), kg=(200, 200, 200))
        with CaptureQueriesContext(connection) as statements:
            choices = substitutes_for(line, today=market.AT.date())
        counts.append((len(choices), len(statements)))

    assert counts == [(1, 3), (3, 3)]
    assert {one.left_kg for one in choices} == {Decimal(200)}
