import numpy as np
import pytest

from finance.fitting import drift


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


def test_bands_hold_about_as_many_each() -> None:
    values = np.arange(1000.0)

    assert drift.counts_in(drift.bands_of(values), values).tolist() == [100] * 10
