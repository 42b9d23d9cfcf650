import numpy as np
import pytest

from finance.fitting import drift, population, scorecard
from finance.fitting.drift import Month


def test_psi_of_the_same_shares_is_nothing() -> None:
    found = drift.shift_of(np.array([100, 200, 100]), np.array([50, 100, 50]))

    assert found.psi == pytest.approx(0, abs=1e-4)
    assert found.limit == pytest.approx(5.991464547107979 * (1 / 400 + 1 / 200))
    assert not found.is_alarm


def test_psi_of_a_small_sample_is_not_called_a_move() -> None:
    # .1 and more by the usual rule, and still no more than chance at this size.
    found = drift.shift_of(np.full(10, 100), np.array([4, 6, 5, 3, 7, 5, 4, 6, 2, 8]))

    assert found.psi > 0.1
    assert not found.is_alarm


def test_psi_finds_a_moved_population() -> None:
    assert drift.shift_of(np.full(10, 1000), np.array([10, 20, 30, 40, 50, 60, 70, 80, 90, 150])).is_alarm


def test_cusum_adds_up_what_exceeds_the_slack() -> None:
    months = [Month("a", 100, 20, 16, 25), Month("b", 100, 20, 16, 30), Month("c", 100, 20, 16, 10)]

    found = drift.cusum(months)

    assert found == [(0.5, 0), (2.0, 0), (0, 1.5)]
    assert drift.first_alarm(months) is None


def test_bands_hold_about_as_many_each() -> None:
    values = np.arange(1000.0)

    assert drift.counts_in(drift.bands_of(values), values).tolist() == [100] * 10


def test_a_shock_raises_the_alarm_within_a_quarter_and_eight_quiet_quarters_raise_none() -> None:
    """The same with many portfolios: benchmarks/scorecards_watched.py."""
    learnt = population.made(6000, seed=2)
    card = scorecard.fit(learnt.table.columns, learnt.table.bad, directions=population.DIRECTIONS)
    quiet = [_month(card, place, shock=0) for place in range(24)]
    shocked = [_month(card, 24 + place, shock=1.2) for place in range(3)]

    assert drift.first_alarm(quiet) is None
    assert drift.first_alarm(quiet + shocked) in {24, 25, 26}


def _month(card: scorecard.Fitted, place: int, *, shock: float) -> Month:
    farmers = population.made(300, seed=700 + place, shock=shock)
    return drift.month_of(f"m{place}", card.risk(farmers.table.columns), int(farmers.table.bad.sum()))
