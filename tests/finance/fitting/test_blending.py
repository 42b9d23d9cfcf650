import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from finance.fitting import measures, population
from finance.fitting.blending import ExpertVariable, blend_members, expert_sum, fit_blend
from finance.fitting.compiling import Heading, card_members, integer_points, score_of
from finance.fitting.scorecard import fit
from traceability.ledger.scores import NumberVariable, build_card

HEADING = Heading(name="tried", kind="blend", owner="credit desk", expires=date(2027, 12, 31), note="synthetic")
EXPERT = Path(__file__).parents[3] / "finance/data/expert-v1.json"


@pytest.fixture(scope="module")
def variables() -> list[ExpertVariable]:
    card = build_card(json.loads(EXPERT.read_text(encoding="utf-8")))
    return [
        ExpertVariable(one.name, one.places, one.breaks, tuple(bin_.points for bin_ in one.bins), one.absent.points)
        for one in card.variables
        if isinstance(one, NumberVariable)
    ]


def test_a_blend_of_few_outcomes_ranks_no_worse_than_the_expert(variables: list[ExpertVariable]) -> None:
    learnt, tried = population.made(500, seed=3).table, population.made(20_000, seed=4).table

    blend = fit_blend(learnt.columns, learnt.bad, variables=variables, directions=population.DIRECTIONS)

    expert = measures.auc(tried.bad, -expert_sum(variables, tried.columns).astype(float))
    assert measures.auc(tried.bad, blend.risk(tried.columns)) >= expert - 0.005


def test_the_card_file_scores_as_the_blend_does(variables: list[ExpertVariable]) -> None:
    farmers = population.made(600, seed=3).table
    blend = fit_blend(farmers.columns, farmers.bad, variables=variables, directions=population.DIRECTIONS)

    card = build_card(blend_members(blend, HEADING))

    exact = [score_of(one) for one in blend.log_odds(farmers.columns).tolist()]
    for row in range(100):
        given = {column.name: _value(column.numbers[row]) for column in farmers.columns if column.numbers is not None}
        found = card.score(card.coded(given)).score
        assert abs(found - np.clip(exact[row], 300, 850)) <= (len(card.variables) + 1) / 2


def test_the_file_of_a_fitted_card_scores_as_its_points_do() -> None:
    farmers = population.made(3000, seed=6).table
    fitted = fit(farmers.columns, farmers.bad, directions=population.DIRECTIONS)

    card = build_card(card_members(fitted, HEADING))

    points = np.clip(integer_points(fitted, farmers.columns), 300, 850)
    for row in range(200):
        given = {column.name: _value(column.numbers[row]) for column in farmers.columns if column.numbers is not None}
        assert card.score(card.coded(given)).score == points[row]
    assert {one.name for one in card.variables} == {bins.name for bins in fitted.bins}


def _value(number: float) -> str | None:
    return None if np.isnan(number) else f"{number:.4f}"
