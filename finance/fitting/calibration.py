"""Probabilities made true: by isotonic regression where there is much to learn from, by a shift where there is not."""

from dataclasses import dataclass

import numpy as np

from finance.fitting.woe import Flags, Floats

ISOTONIC_AT = 1000


@dataclass(frozen=True, slots=True)
class Calibration:
    """A way from risk to calibrated risk: steps (isotonic), or a shift of the log odds of bad."""

    shift: float = 0.0
    steps: tuple[Floats, Floats] | None = None

    @property
    def method(self) -> str:
        """Name of the way."""
        return "shift" if self.steps is None else "isotonic"

    def apply(self, risk: Floats) -> Floats:
        """Give calibrated risks."""
        if self.steps is None:
            return _shifted(risk, self.shift)
        return np.asarray(np.interp(risk, *self.steps), dtype=np.float64)


def calibrated(risk: Floats, bad: Flags) -> Calibration:
    """Learn from outcomes: isotonic from 1,000 on, else the shift by which the mean risk is the portfolio's rate."""
    from scipy.optimize import brentq  # noqa: PLC0415 - seconds that most programs need not wait
    from sklearn.isotonic import IsotonicRegression  # noqa: PLC0415 - seconds that most programs need not wait

    if len(bad) >= ISOTONIC_AT:
        fitted = IsotonicRegression(out_of_bounds="clip", y_min=0, y_max=1).fit(risk, bad)
        return Calibration(steps=(np.asarray(fitted.X_thresholds_), np.asarray(fitted.y_thresholds_)))
    # Half a loan each way: no shift leads to a rate of none or of all.
    rate = (bad.sum() + 0.5) / (len(bad) + 1)
    return Calibration(shift=float(brentq(lambda shift: _shifted(risk, shift).mean() - rate, -20, 20)))


def _shifted(risk: Floats, shift: float) -> Floats:
    held = np.clip(risk, 1e-9, 1 - 1e-9)
    return np.asarray(1 / (1 + np.exp(-(np.log(held / (1 - held)) + shift))), dtype=np.float64)
