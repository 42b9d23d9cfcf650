import numpy as np
import pytest

from finance.fitting.calibration import calibrated
from finance.fitting.measures import expected_calibration_error
from finance.fitting.woe import Flags, Floats


def loans(count: int) -> tuple[Floats, Flags]:
    generator = np.random.default_rng(1)
    risk = generator.uniform(0.02, 0.4, count)
    # Twice the odds that the card expects.
    odds = 2 * risk / (1 - risk)
    return risk, generator.random(count) < odds / (1 + odds)


def test_few_outcomes_shift_the_log_odds_to_the_portfolio() -> None:
    risk, bad = loans(999)

    way = calibrated(risk, bad)

    assert way.method == "shift"
    assert way.apply(risk).mean() == pytest.approx((bad.sum() + 0.5) / 1000, abs=1e-9)
    assert way.shift == pytest.approx(np.log(2), abs=0.2)


def test_from_1000_outcomes_on_it_is_isotonic() -> None:
    risk, bad = loans(1000)

    way = calibrated(risk, bad)

    assert way.method == "isotonic"
    assert expected_calibration_error(bad, way.apply(risk)) < 0.02 < expected_calibration_error(bad, risk)
    assert (np.diff(way.apply(np.sort(risk))) >= 0).all()


def test_no_bad_loan_shifts_by_something_finite() -> None:
    risk = np.full(50, 0.1)

    way = calibrated(risk, np.zeros(50, dtype=bool))

    assert way.apply(risk).mean() == pytest.approx(0.5 / 51, abs=1e-9)
