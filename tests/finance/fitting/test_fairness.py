import numpy as np
import pytest

from finance.fitting.fairness import ratios


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


def test_where_nobody_passes_all_are_alike() -> None:
    found = ratios(np.full(400, 500), {"women": np.arange(400) < 200}, cuts=(600,))

    assert found[0].ratio == 1


def test_true_positive_rate_counts_the_good_alone() -> None:
    group, bad = np.arange(400) < 200, np.arange(400) % 2 == 0
    scores = np.where(bad & group, 500, 700)

    found = {one.measure: one.ratio for one in ratios(scores, {"women": group}, bad=bad, cuts=(600,))}

    assert found == {"approval": pytest.approx(0.5), "tpr": 1}
