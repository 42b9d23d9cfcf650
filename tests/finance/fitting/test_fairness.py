import numpy as np
import pytest

from finance.fitting import population
from finance.fitting.fairness import FEWEST, Group, ratios
from finance.services.cards import expert_card
from finance.services.rescoring import scores_of
from tests.factories.lending import figures_of


def test_a_group_that_passes_half_as_often_raises_the_alarm() -> None:
    group = np.arange(2000) < 1000
    scores = np.where(group & (np.arange(2000) % 2 == 0), 500, 700)

    found = ratios(scores, {"women": group}, cuts=(600,))

    assert [(one.group, one.measure, one.cut, one.count, one.ratio) for one in found] == [
        ("women", "approval", 600, 1000, 0.5)
    ]
    assert found[0].is_alarm
    assert 0.45 < found[0].low < 0.5 < found[0].high < 0.55


def test_a_small_group_raises_none() -> None:
    group = np.arange(1000) < 99

    found = ratios(np.where(group, 500, 700), {"women": group}, cuts=(600,))

    assert found[0].ratio == 0
    assert not found[0].is_alarm


def test_chance_at_a_cut_that_few_pass_raises_none() -> None:
    # 18 of 500 against 70 of 1,500: .77, as groups that fare alike often are.
    group = np.arange(2000) < 500
    passes = (np.arange(2000) < 18) | (np.arange(2000) >= 1930)

    found = ratios(np.where(passes, 700, 500), {"county": group}, cuts=(660,))[0]

    assert found.ratio == pytest.approx(0.7714, abs=1e-4)
    assert found.is_outside
    assert found.chance == pytest.approx(0.3781, abs=1e-4)
    assert not found.is_alarm


def test_the_more_is_compared_the_more_it_takes() -> None:
    group = np.arange(2000) < 500
    passes = (np.arange(2000) < 40) | (np.arange(2000) >= 1810)
    scores = np.where(passes, 700, 500)

    one = ratios(scores, {"county": group}, cuts=(660,))[0]
    many = ratios(scores, {f"county {number}": group for number in range(12)}, cuts=(660,))[0]

    assert one.is_alarm
    assert not many.is_alarm
    assert many.chance == pytest.approx(12 * one.chance)


def test_of_whom_nothing_is_known_nobody_is_compared() -> None:
    # Half of the women and of the men pass; of the others, of whom nothing is known, nobody does.
    places = np.arange(900)
    women = Group(inside=places < 300, among=places < 600)

    found = ratios(np.where((places % 2 == 0) & (places < 600), 700, 500), {"women": women}, cuts=(600,))[0]

    assert (found.count, found.ratio) == (300, 1.0)


@pytest.mark.parametrize(("size", "shown"), [(FEWEST - 1, 0), (FEWEST, 1)])
def test_fewer_than_eleven_are_not_shown(size: int, shown: int) -> None:
    group = np.arange(100) < size

    assert len(ratios(np.full(100, 600), {"women": group}, cuts=(600,))) == shown
    assert len(ratios(np.full(100, 600), {"men": ~group}, cuts=(600,))) == shown


def test_where_nobody_passes_all_are_alike() -> None:
    found = ratios(np.full(400, 500), {"women": np.arange(400) < 200}, cuts=(600,))

    assert found[0].ratio == 1


def test_true_positive_rate_counts_the_good_alone() -> None:
    group, bad = np.arange(400) < 200, np.arange(400) % 2 == 0
    scores = np.where(bad & group, 500, 700)

    found = {one.measure: one.ratio for one in ratios(scores, {"women": group}, bad=bad, cuts=(600,))}

    assert found == {"approval": pytest.approx(0.5), "tpr": 1}


def test_the_expert_card_lets_no_group_pass_far_less_often() -> None:
    drawn = population.made(50_000, seed=3)
    card = expert_card()
    scores = scores_of(card, figures_of(card, drawn))

    found = ratios(scores, drawn.groups, cuts=tuple(range(540, 661, 10)))

    assert [one for one in found if one.is_alarm] == []
    worst = min(found, key=lambda one: one.ratio)
    assert (worst.group, worst.cut) == ("under 10 mu", 660)
    assert 0.8 < worst.low < worst.ratio < 0.85
