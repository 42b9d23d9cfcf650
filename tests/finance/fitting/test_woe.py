import numpy as np
import pytest

from finance.fitting.woe import information_value, weights

GOOD, BAD = np.array([90, 60, 50]), np.array([10, 20, 20])


def test_weights_are_the_log_of_the_shares() -> None:
    found = weights(GOOD, BAD, smoothing=0)

    # By hand: shares of good .45 .30 .25, of bad .2 .4 .4.
    assert found == pytest.approx([0.8109302162163288, -0.2876820724517809, -0.4700036292457356], abs=1e-12)


def test_information_value_sums_the_gaps() -> None:
    assert information_value(GOOD, BAD, smoothing=0) == pytest.approx(0.3020013056861206, abs=1e-12)


def test_half_a_loan_keeps_a_bin_without_bad_ones_finite() -> None:
    found = weights(np.array([50, 50]), np.array([0, 20]))

    assert found == pytest.approx([np.log((50.5 / 101) / (0.5 / 21)), np.log((50.5 / 101) / (20.5 / 21))], abs=1e-12)
