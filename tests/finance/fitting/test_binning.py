import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finance.fitting.binning import Direction, bins_of
from finance.fitting.table import Column
from finance.fitting.woe import Flags


def grown(seed: int, count: int, slope: float) -> tuple[Column, Flags]:
    generator = np.random.default_rng(seed)
    numbers = generator.normal(size=count).round(3)
    bad = generator.random(count) < 1 / (1 + np.exp(1 - slope * numbers))
    return Column("x", numbers=numbers), bad


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(60, 800), st.sampled_from([-2.0, -0.3, 0.0, 0.5, 3.0]))
def test_bins_follow_the_direction_and_are_large_enough(seed: int, count: int, slope: float) -> None:
    column, bad = grown(seed, count, slope)

    for direction in (Direction.UP, Direction.DOWN):
        bins = bins_of(column, bad, direction=direction)

        rates = (bins.bad / (bins.good + bins.bad))[: bins.cut.bins]
        steps = np.diff(rates)
        assert bins.cut.bins <= 6
        assert (steps > 0).all() if direction is Direction.UP else (steps < 0).all()
        if bins.cut.bins > 1:
            assert (bins.good + bins.bad).min() >= 0.05 * count
            assert bins.bad.min() >= 10


def test_either_takes_the_direction_that_says_more() -> None:
    column, bad = grown(1, 600, -1.5)

    assert bins_of(column, bad).iv == bins_of(column, bad, direction=Direction.DOWN).iv
    assert bins_of(column, bad, direction=Direction.UP).iv == pytest.approx(0, abs=0.01)


def test_missing_numbers_have_a_bin_of_their_own_where_they_are_many() -> None:
    column, bad = grown(2, 600, 1.0)
    assert column.numbers is not None
    column.numbers[:120] = np.nan
    bad[:60], bad[60:120] = True, False

    bins = bins_of(column, bad)

    assert len(bins.good) == bins.cut.bins + 1
    assert (bins.good[-1], bins.bad[-1]) == (60, 60)
    assert (bins.places(column)[:120] == bins.cut.bins).all()


def test_few_missing_and_unseen_categories_weigh_nothing() -> None:
    bad = np.arange(400) % 4 == 0
    texts = ["a" if place % 8 == 0 else "b" for place in range(399)] + [""]

    bins = bins_of(Column("x", texts=texts), bad)

    assert bins.coded(Column("x", texts=["", "never seen"])).tolist() == [0.0, 0.0]
    assert bins.coded(Column("x", texts=["a", "b"]))[0] < 0 < bins.coded(Column("x", texts=["a", "b"]))[1]


def test_categories_that_are_alike_share_a_bin() -> None:
    generator = np.random.default_rng(3)
    texts = [f"c{place % 12}" for place in range(2400)]
    bad = generator.random(2400) < [0.1 + 0.04 * (place % 12) for place in range(2400)]

    bins = bins_of(Column("x", texts=texts), bad)

    assert bins.cut.bins == 6
    assert bins.cut.groups is not None
    assert sorted(bins.cut.groups) == sorted({f"c{place}" for place in range(12)})
    assert bins.cut.groups["c0"] == 0
    assert bins.cut.groups["c11"] == 5
