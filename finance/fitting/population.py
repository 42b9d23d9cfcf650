"""A generated population of farmers and their loans: all that is made of it says so.

Nothing in it is measured on real farms. Its shape follows what the expert card takes to be true, with noise.
"""

from dataclasses import dataclass

import numpy as np

from finance.fitting.binning import Direction
from finance.fitting.table import Column, Table
from finance.fitting.woe import Flags, Floats

NOTICE = "synthetic population, generated; no real farm is in it"
DIRECTIONS = {
    "tenure_months": Direction.DOWN,
    "plot_area_mu": Direction.DOWN,
    "yield_cv": Direction.UP,
    "inspection_pass_rate": Direction.DOWN,
    "on_time_rate": Direction.DOWN,
    "order_backlog": Direction.DOWN,
    "logging_regularity": Direction.DOWN,
    "data_integrity": Direction.DOWN,
    "open_breaches_24m": Direction.UP,
}
# How strongly each standardized feature moves the log odds of bad, in the order above.
_EFFECTS = (-0.45, -0.05, 0.55, -0.5, -0.6, -0.3, -0.3, -0.25, 0.35)
_INTERCEPT = -2.9


@dataclass(frozen=True, slots=True)
class Population:
    """Farmers with their features, what became of their loans, and traits that only the tests of fairness read."""

    table: Table
    risk: Floats
    groups: dict[str, Flags]


def made(count: int, *, seed: int, shock: float = 0.0) -> Population:
    """Make so many farmers. `shock` is added to the log odds of bad of all of them: weather that no feature shows."""
    generator = np.random.default_rng(seed)
    quality = generator.normal(size=count)
    values = _features(generator, quality)
    odds = (
        _INTERCEPT
        + shock
        + sum(effect * _standard(name, value) for effect, (name, value) in zip(_EFFECTS, values.items(), strict=True))
    )
    risk = 1 / (1 + np.exp(-odds))
    bad = generator.random(count) < risk
    columns = tuple(Column(name, numbers=_with_gaps(generator, name, value)) for name, value in values.items())
    return Population(Table(columns, bad, np.arange(count)), np.asarray(risk), _groups(generator, values))


def _features(generator: np.random.Generator, quality: Floats) -> dict[str, Floats]:
    count = len(quality)

    def noisy(weight: float) -> Floats:
        return np.asarray(weight * quality + np.sqrt(1 - weight**2) * generator.normal(size=count))

    def share(weight: float, middle: float, spread: float) -> Floats:
        return np.asarray(np.clip(middle + spread * noisy(weight), 0, 1).round(4))

    return {
        "tenure_months": np.clip(30 + 16 * noisy(0.2), 6, 120).round(),
        "plot_area_mu": np.clip(np.exp(2.2 + 0.8 * noisy(0.0)), 0.5, 400).round(2),
        "yield_cv": np.clip(0.24 - 0.09 * noisy(0.4), 0.02, 1.5).round(3),
        "inspection_pass_rate": share(0.4, 0.95, 0.05),
        "on_time_rate": share(0.5, 0.88, 0.09),
        "order_backlog": np.clip(500 + 500 * noisy(0.3), 0, 5000).round(),
        "logging_regularity": share(0.4, 0.72, 0.16),
        "data_integrity": np.clip(0.965 + 0.03 * noisy(0.3), 0.85, 1).round(4),
        "open_breaches_24m": generator.poisson(np.exp(-1.8 - 0.5 * quality)).astype(np.float64),
    }


_USUAL = {
    "tenure_months": (30, 16),
    "plot_area_mu": (12.5, 12),
    "yield_cv": (0.24, 0.09),
    "inspection_pass_rate": (0.95, 0.045),
    "on_time_rate": (0.88, 0.085),
    "order_backlog": (560, 430),
    "logging_regularity": (0.72, 0.155),
    "data_integrity": (0.964, 0.027),
    "open_breaches_24m": (0.19, 0.45),
}


def _standard(name: str, value: Floats) -> Floats:
    middle, spread = _USUAL[name]
    return np.clip((value - middle) / spread, -4, 4)


def _with_gaps(generator: np.random.Generator, name: str, value: Floats) -> Floats:
    share = {"yield_cv": 0.15, "inspection_pass_rate": 0.1, "on_time_rate": 0.1}.get(name, 0.0)
    return np.asarray(np.where(generator.random(len(value)) < share, np.nan, value))


def _groups(generator: np.random.Generator, values: dict[str, Floats]) -> dict[str, Flags]:
    count = len(values["plot_area_mu"])
    return {
        "women": generator.random(count) < 0.42,
        "60 and older": generator.random(count) < 0.235,
        "minority county": generator.random(count) < 0.2,
        "under 10 mu": np.asarray(values["plot_area_mu"] < 10),
    }
