import json
import os
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.traceability.ledger.scores.grounds import expert
from traceability.ledger.scores import CardError, InputError, NumberVariable, build_card, parse_card

# All 10,000 with PAIRS=10000.
PAIRS = int(os.environ.get("PAIRS", "100"))
VARIABLES = {one.name: one for one in expert().variables}
VALUES = st.fixed_dictionaries({name: st.one_of(st.none(), st.integers(0, 400_000)) for name in VARIABLES})


def members(**said: Any) -> dict[str, Any]:
    found = json.loads(expert().data)
    del found["format"]
    return {**found, **said}


def variable(**said: Any) -> dict[str, Any]:
    return {**members()["variables"][1], **said}


def test_scale_has_the_points_of_the_plan() -> None:
    scale = expert().scale

    assert (round(scale.factor, 4), round(scale.offset, 4)) == (57.7078, 427.1229)
    chances = (0.5, 0.2, 0.1, 0.05, 0.03, 0.01, 0.005)
    assert [round(scale.points_at(chance)) for chance in chances] == [427, 507, 554, 597, 628, 692, 733]


def test_a_card_is_refused_under_an_id_that_is_not_its_hash() -> None:
    with pytest.raises(CardError, match="its bytes hash to"):
        parse_card(expert().data, card_id="0" * 64)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"variables": [variable(breaks=["10", "3"])]}, "breakpoints overlap or are not sorted"),
        ({"variables": [variable(breaks=["3", "3"])]}, "breakpoints overlap or are not sorted"),
        ({"variables": [variable(breaks=["3"])]}, "3 points for 1 breakpoints"),
        ({"variables": [variable(breaks=["3", "NaN"])]}, "'NaN' is not a decimal"),
        ({"variables": [variable(breaks=["3", "1e9"])]}, "'1e9' is not a decimal"),
        ({"variables": [variable(points=[6, 0, -6])]}, "more is better"),
        ({"variables": [variable(points=[-6, 0.5, 6])]}, "not canonicalisable|float|number"),
        ({"variables": [variable(), variable()]}, "two variables have the same name"),
        ({"start": 900}, "leave 300 to 850"),
        ({"start": 310}, "leave 300 to 850"),
        ({"grades": [["A", 600], ["B", 620]]}, "grades do not fall"),
        ({"more": 1}, "unknown member 'more'"),
    ],
)
def test_a_malformed_card_is_refused(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(CardError, match=reason):
        build_card(members(**changes))


def test_a_category_that_the_card_does_not_know_has_a_bin_of_its_own_and_says_so() -> None:
    crop = {"name": "crop", "categories": [["peanut", -5], ["rice", 5]], "missing": 0, "unknown": 0}
    card = build_card(members(variables=[crop]))

    scored = card.score({"crop": "saffron"})

    assert scored.score == 600
    assert [(one.code, one.loss) for one in scored.reasons] == [("crop.unknown", 5)]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "12 kg"])
def test_a_value_that_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(InputError, match="is no number"):
        expert().coded({"plot_area_mu": value})


@settings(max_examples=PAIRS)
@given(values=VALUES, name=st.sampled_from(sorted(VARIABLES)), more=st.integers(0, 400_000))
def test_a_better_value_never_lowers_the_score(values: dict[str, int | None], name: str, more: int) -> None:
    one = VARIABLES[name]
    assert isinstance(one, NumberVariable)
    before = values[name] or 0
    better = before + more if one.better == "more" else max(before - more, 0)

    scores = [expert().score({**values, name: value}).score for value in (before, better)]

    assert scores[1] >= scores[0]


@given(values=VALUES)
def test_losses_are_what_the_best_bins_would_add(values: dict[str, int | None]) -> None:
    scored = expert().score(values)
    best = sum(one.most for one in expert().variables) + expert().start

    assert best - scored.score == sum(one.loss for one in scored.bins)
    losses = [one.loss for one in scored.reasons]
    assert losses == sorted(losses, reverse=True)
    assert len(losses) <= 4
    assert len(scored.strengths) <= 2


def test_no_variable_is_of_what_the_law_bars() -> None:
    barred = {"sex", "age", "village", "county", "religion", "ethnicity", "family"}

    assert not barred & {word for name in VARIABLES for word in name.split("_")}
