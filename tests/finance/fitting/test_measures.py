import numpy as np
import pytest

from finance.fitting import measures

BAD = np.array([True, False, True, False])


def test_auc_counts_pairs_and_halves_ties() -> None:
    assert measures.auc(BAD, np.array([0.9, 0.1, 0.5, 0.5])) == 0.875


def test_ks_is_the_widest_gap() -> None:
    assert measures.ks(BAD, np.array([0.9, 0.1, 0.5, 0.5])) == 0.5
    assert measures.ks(BAD, np.array([0.9, 0.1, 0.8, 0.2])) == 1


def test_ks_of_the_same_risk_for_all_is_nothing() -> None:
    assert measures.ks(BAD, np.full(4, 0.3)) == 0


def test_brier_and_log_loss_of_even_odds() -> None:
    even = np.full(4, 0.5)

    assert measures.brier(BAD, even) == 0.25
    assert measures.log_loss(BAD, even) == pytest.approx(np.log(2))


def test_calibration_error_is_none_where_expected_came() -> None:
    bad = np.arange(1000) % 10 == 0

    assert measures.expected_calibration_error(bad, np.full(1000, 0.1)) == pytest.approx(0, abs=1e-12)
    assert measures.expected_calibration_error(bad, np.full(1000, 0.3)) == pytest.approx(0.2)


def test_reliability_goes_from_the_safest_on() -> None:
    found = measures.reliability(BAD, np.array([0.9, 0.1, 0.8, 0.2]), bands=2)

    assert [(band.count, band.observed) for band in found] == [(2, 0.0), (2, 1.0)]
    assert [band.expected for band in found] == pytest.approx([0.15, 0.85])
