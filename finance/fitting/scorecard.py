"""A logistic regression on weights of evidence, whose every sign is as the trade expects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from finance.fitting.binning import Bins, Direction, bins_of
from finance.fitting.merging import Limits
from finance.fitting.table import Column
from finance.fitting.woe import LEAST_IV, SUSPECT_IV, Flags, Floats

# Inverse of the L2 penalty.
PLAIN_C = 0.5


@dataclass(frozen=True, slots=True)
class Fitted:
    """Bins with their coefficients: log odds of good = intercept + sum of coefficient * weight."""

    bins: tuple[Bins, ...]
    coefficients: Floats
    intercept: float
    suspects: tuple[str, ...] = ()
    """Variables whose information value is above the usual: looked at for leakage by a person."""

    def log_odds(self, columns: Sequence[Column]) -> Floats:
        """Give ln(good:bad) of each row."""
        named = {column.name: column for column in columns}
        count = len(columns[0])
        total = np.full(count, self.intercept)
        for one, coefficient in zip(self.bins, self.coefficients, strict=True):
            total += coefficient * one.coded(named[one.name])
        return total

    def risk(self, columns: Sequence[Column]) -> Floats:
        """Give the probability of bad of each row."""
        return np.asarray(1 / (1 + np.exp(self.log_odds(columns))), dtype=np.float64)


def fit(
    columns: Sequence[Column],
    bad: Flags,
    *,
    directions: Mapping[str, Direction] | None = None,
    c: float = PLAIN_C,
    limits: Limits | None = None,
) -> Fitted:
    """Bin, keep what says something, and fit; a variable whose sign comes out wrong goes, the worst first."""
    directions = directions or {}
    found = [
        bins_of(column, bad, direction=directions.get(column.name, Direction.EITHER), limits=limits)
        for column in columns
    ]
    named = {column.name: column for column in columns}
    kept = [bins for bins in found if bins.iv >= LEAST_IV and bins.cut.bins >= 2]
    coefficients, intercept = _logit(kept, named, bad, c)
    while kept and coefficients.min() <= 0:
        del kept[int(coefficients.argmin())]
        coefficients, intercept = _logit(kept, named, bad, c)
    suspects = tuple(bins.name for bins in kept if bins.iv > SUSPECT_IV)
    return Fitted(tuple(kept), coefficients, intercept, suspects)


def constant() -> Fitted:
    """Give the card that says the same of everybody."""
    return Fitted((), np.empty(0), 0.0)


def _logit(kept: Sequence[Bins], named: Mapping[str, Column], bad: Flags, c: float) -> tuple[Floats, float]:
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - seconds that most programs need not wait

    if not kept:
        return np.empty(0), float(np.log((~bad).sum() / bad.sum()))
    coded = np.column_stack([bins.coded(named[bins.name]) for bins in kept])
    model = LogisticRegression(C=c, max_iter=1000, tol=1e-8).fit(coded, ~bad)
    return np.asarray(model.coef_[0], dtype=np.float64), float(model.intercept_[0])
