"""Signs that a card's farms are others than those that it was made for: PSI, with the limit that chance sets."""

from dataclasses import dataclass

import numpy as np

from finance.fitting.woe import Floats, Ints

BANDS = 10
_POPULATION_LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Shift:
    """How far a population is from the reference, and how far chance alone would take it."""

    psi: float
    limit: float

    @property
    def is_alarm(self) -> bool:
        """Whether it is further than chance."""
        return self.psi > self.limit


def shift_of(reference: Ints, now: Ints) -> Shift:
    """Compare counts by band: PSI against chi2_{B-1}(.95) * (1/n + 1/m), which holds at any size of sample."""
    from scipy.stats import chi2  # noqa: PLC0415 - seconds that most programs need not wait

    before, after = int(reference.sum()), int(now.sum())
    expected = (reference + 0.5) / (before + 0.5 * len(reference))
    found = (now + 0.5) / (after + 0.5 * len(now))
    psi = float(np.sum((found - expected) * np.log(found / expected)))
    limit = float(chi2.ppf(_POPULATION_LEVEL, len(reference) - 1)) * (1 / before + 1 / after)
    return Shift(psi, limit)


def bands_of(reference: Floats, *, bands: int = BANDS) -> Floats:
    """Give the edges of bands that hold about as many of the reference each."""
    return np.unique(np.quantile(reference, np.linspace(0, 1, bands + 1)[1:-1]))


def counts_in(edges: Floats, values: Floats) -> Ints:
    """Count values by band."""
    return np.bincount(np.searchsorted(edges, values, side="right"), minlength=len(edges) + 1).astype(np.int64)
