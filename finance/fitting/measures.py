"""How well a ranking separates, and how true a probability is."""

from dataclasses import dataclass

import numpy as np

from finance.fitting.woe import Flags, Floats


def auc(bad: Flags, risk: Floats) -> float:
    """Give the chance that a bad loan has the higher risk than a good one; ties count half."""
    from sklearn.metrics import roc_auc_score  # noqa: PLC0415 - seconds that most programs need not wait

    return float(roc_auc_score(bad, risk))


def ks(bad: Flags, risk: Floats) -> float:
    """Give the widest gap between the risks of good and of bad (two-sample Kolmogorov-Smirnov)."""
    cuts = np.unique(risk)
    bad_below = np.searchsorted(np.sort(risk[bad]), cuts, side="right") / bad.sum()
    good_below = np.searchsorted(np.sort(risk[~bad]), cuts, side="right") / (~bad).sum()
    return float(np.max(np.abs(good_below - bad_below)))


def brier(bad: Flags, probability: Floats) -> float:
    """Give the mean squared distance of probability and outcome."""
    return float(np.mean((probability - bad) ** 2))


def log_loss(bad: Flags, probability: Floats) -> float:
    """Give the mean surprise at the outcomes, in nats."""
    said = np.clip(np.where(bad, probability, 1 - probability), 1e-12, 1)
    return float(-np.log(said).mean())


@dataclass(frozen=True, slots=True)
class Band:
    """Loans of about the same probability: how many, what was expected of them and what came."""

    count: int
    expected: float
    observed: float


def reliability(bad: Flags, probability: Floats, *, bands: int = 10) -> list[Band]:
    """Give bands of equal numbers of loans, from the safest on."""
    order = np.argsort(probability, kind="stable")
    return [
        Band(len(part), float(probability[part].mean()), float(bad[part].mean()))
        for part in np.array_split(order, bands)
        if len(part)
    ]


def expected_calibration_error(bad: Flags, probability: Floats, *, bands: int = 10) -> float:
    """Give the mean distance of expected and observed by deciles."""
    found = reliability(bad, probability, bands=bands)
    return sum(band.count * abs(band.expected - band.observed) for band in found) / len(bad)
