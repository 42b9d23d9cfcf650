import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.fitting import excess, population, scorecard
from finance.fitting.excess import Month, month_of, quarters_of, running


def months(risk: float, counts: list[int], *, loans: int = 100) -> list[Month]:
    return [
        month_of(f"{2024 + place // 12}-{place % 12 + 1:02}", np.full(loans, risk), bads)
        for place, bads in enumerate(counts)
    ]


def tail(count: int, risk: float, least: int) -> float:
    """Give the exact chance of at least so many bad ones."""
    return sum(math.comb(count, bads) * risk**bads * (1 - risk) ** (count - bads) for bads in range(least, count + 1))


def test_months_are_added_up_by_calendar_quarter() -> None:
    found = quarters_of(months(0.1, [9, 10, 11, 12])[1:])

    assert [(one.name, one.loans, one.bads, round(one.expected, 6)) for one in found] == [
        ("2024Q1", 200, 21, 20),
        ("2024Q2", 100, 12, 10),
    ]


@pytest.mark.parametrize("risk", [0.05, 0.1, 0.2])
def test_a_quarter_is_outside_as_seldom_as_its_level_says(risk: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excess, "TOLERANCE", 0.0)
    (quarter,) = quarters_of(months(risk, [10] * 3))

    above = tail(300, risk, math.floor(quarter.most) + 1)
    below = 1 - tail(300, risk, math.ceil(quarter.least))

    assert 1 - (1 - above) ** 8 < 0.0105
    assert 1 - (1 - below) ** 8 < 0.0025
    # Nor far more seldom: the limits are no wider than they must be.
    assert tail(300, risk, math.floor(quarter.most)) > 0.001


def test_twice_the_expected_bad_loans_are_outside_and_chance_is_not() -> None:
    outside = [quarters_of(months(0.11, [count] * 3))[0].is_outside for count in (4, 5, 11, 15, 22)]

    assert outside == [True, False, False, False, True]


def test_a_quarter_in_which_hardly_a_bad_loan_is_expected_says_nothing() -> None:
    (quarter,) = quarters_of(months(0.02, [20], loans=200))

    assert quarter.expected == pytest.approx(4)
    assert not quarter.is_outside


def test_running_sums_rise_with_a_slow_drift_and_stay_at_nothing_without() -> None:
    quiet, worse = running(months(0.1, [10] * 24)), running(months(0.1, [15] * 24))

    assert max(above for above, _ in quiet) == 0
    assert next(place for place, (above, _) in enumerate(worse) if above > excess.LIMIT) == 10


@given(
    risk=st.floats(0.001, 0.6),
    loans=st.integers(1, 60),
    off=st.floats(-math.log1p(excess.TOLERANCE), math.log1p(excess.TOLERANCE)),
)
def test_no_card_within_the_tolerance_expects_the_running_sums_to_rise(risk: float, loans: int, off: float) -> None:
    """The mean likelihood ratio is at most 1: what Ville's inequality needs."""
    month = month_of("2024-01", np.full(loans, risk), 0)
    odds = risk / (1 - risk) * math.exp(off)
    true = odds / (1 + odds)
    gain = 0.5 - math.log1p(excess.TOLERANCE)
    for sign, cost in ((1, month.above), (-1, month.below)):
        mean = (1 - true + true * math.exp(sign * gain)) ** loans * math.exp(-cost)
        assert mean <= 1 + 1e-9


def test_a_shock_is_outside_by_the_end_of_its_quarter_and_eight_quiet_quarters_are_not() -> None:
    """The same with many portfolios: benchmarks/scorecards_watched.py."""
    learnt = population.made(6000, seed=2).table
    card = scorecard.fit(learnt.columns, learnt.bad, directions=population.DIRECTIONS)
    drawn = [_month(card, place, shock=1.0 if place >= 24 else 0.0) for place in range(27)]

    assert [one.name for one in quarters_of(drawn) if one.is_outside] == ["2026Q1"]
    assert max(map(max, running(drawn[:24]))) < excess.LIMIT


def _month(card: scorecard.Fitted, place: int, *, shock: float) -> Month:
    farmers = population.made(150, seed=700 + place, shock=shock).table
    name = f"{2024 + place // 12}-{place % 12 + 1:02}"
    return month_of(name, card.risk(farmers.columns), int(farmers.bad.sum()))
