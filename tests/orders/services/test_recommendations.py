"""What a grower answers to a recommendation, and what a no is worth to anybody: nothing."""

from decimal import Decimal

import pytest

from accounts.models import Membership
from orders.enums import Answer
from orders.models import PlantingPlan, Recommendation
from orders.services import plans, recommendations
from orders.services.comparing import check_rows
from tests.factories import farm, market
from traceability.errors import NotYoursError, RefusedError
from traceability.queries import history
from traceability.services.entries import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def season(farmer: Membership, processor: Membership, operator: Membership) -> market.Season:
    return market.furnish(farmer, processor, operator)


def facts(advice: Recommendation, **said: object) -> plans.PlanFacts:
    expected = plans.Expected(
        grade=market.grade(advice.product),
        window=advice.window,
        p10_kg=Decimal(800),
        p50_kg=Decimal(1000),
        p90_kg=Decimal(1200),
        ask_fen_per_kg=advice.price_fen_per_kg,
    )
    own = {"area_mu": advice.area_mu, "variety": "盐丰47", "node": market.node(), **said}
    return plans.PlanFacts(plot=advice.plot, product=advice.product, supplies=[expected], **own)  # type: ignore[arg-type]


def accept(advice: Recommendation, by: Membership, entry: Entry | None = None, **said: object) -> PlantingPlan:
    return recommendations.accept(
        recommendation=advice,
        facts=facts(advice, **said),
        entry=entry or market.entry(farm.NOW),
        membership=by,
        at=farm.NOW,
    )


def decline(advice: Recommendation, by: Membership, entry: Entry | None = None) -> Recommendation:
    said = entry or market.entry(farm.NOW)
    return recommendations.decline(recommendation=advice, entry=said, membership=by, at=farm.NOW)


def test_a_yes_is_a_plan_as_recommended_or_otherwise_and_is_said_once(
    farmer: Membership, season: market.Season
) -> None:
    advice, entry = season.recommendation, market.entry(farm.NOW)

    plan = accept(advice, farmer, entry, area_mu=Decimal(7))

    advice.refresh_from_db()
    assert (advice.answer, advice.plan, plan.area_mu) == (Answer.ACCEPTED, plan, Decimal(7))
    assert accept(advice, farmer, entry, area_mu=Decimal(7)) == plan
    assert len(history.of(plan.entity)) == 1
    for again in (accept, decline):
        with pytest.raises(RefusedError) as caught:
            again(advice, farmer)
        assert caught.value.rule == "recommendation_answered"


def test_a_no_is_said_once_and_whose_it_is_stays_sealed(farmer: Membership, season: market.Season) -> None:
    advice, entry = season.recommendation, market.entry(farm.NOW)
    before = len(history.of(advice.run.entity))

    assert decline(advice, farmer, entry).answer == Answer.DECLINED
    decline(advice, farmer, entry)

    (said,) = history.of(advice.run.entity)[before:]
    assert (said.leaf.type, said.leaf.body) == ("matchrun.advice_declined", {})
    assert said.private == {"plot": advice.plot.entity, "from": "2027-01-10", "to": "2027-01-19"}
    # The run is what it was: a grower's answer decides nothing about it.
    assert list(check_rows()) == []


@pytest.mark.parametrize("answer", [accept, decline])
def test_nobody_answers_for_anothers_plot(stranger: Membership, season: market.Season, answer: object) -> None:
    with pytest.raises(NotYoursError):
        answer(season.recommendation, stranger)  # type: ignore[operator]

    assert Recommendation.objects.get().answer == ""
