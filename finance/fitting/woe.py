"""Weight of evidence and information value: what a bin says about good and bad."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
# Half a loan in each cell: a bin without a bad one would weigh infinitely much.
SMOOTHING = 0.5
# Naeem Siddiqi, Credit Risk Scorecards: below, a variable says nothing; above, it may know the outcome already.
LEAST_IV, SUSPECT_IV = 0.02, 0.5


def weights(good: Ints, bad: Ints, *, smoothing: float = SMOOTHING) -> Floats:
    """Give ln(%good / %bad) of each bin, after the smoothing was added to each count."""
    shares_good, shares_bad = _shares(good, smoothing), _shares(bad, smoothing)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(shares_good) - np.log(shares_bad), dtype=np.float64)


def information_value(good: Ints, bad: Ints, *, smoothing: float = SMOOTHING) -> float:
    """Give the sum of (%good - %bad) * WOE."""
    gap = _shares(good, smoothing) - _shares(bad, smoothing)
    return float(np.sum(gap * weights(good, bad, smoothing=smoothing)))


def _shares(counts: Ints, smoothing: float) -> Floats:
    total = counts.sum() + smoothing * len(counts)
    return np.asarray((counts + smoothing) / total, dtype=np.float64)
