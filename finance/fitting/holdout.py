"""What a card gives on loans that it never saw: everything, binning too, is done again inside each fold."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from finance.fitting.binning import Direction
from finance.fitting.measures import log_loss
from finance.fitting.merging import Limits
from finance.fitting.scorecard import PLAIN_C, Fitted, constant, fit
from finance.fitting.table import Table
from finance.fitting.woe import Flags, Floats, Ints

FOLDS = 5


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a card is fitted."""

    directions: Mapping[str, Direction] = field(default_factory=dict)
    c: float = PLAIN_C
    limits: Limits = field(default_factory=Limits)

    def fit(self, table: Table) -> Fitted:
        """Fit on these rows."""
        return fit(table.columns, table.bad, directions=self.directions, c=self.c, limits=self.limits)

    def fit_if_it_holds(self, table: Table) -> Fitted:
        """Fit on these rows; where folds of them show that it predicts no better than the bare rate, say nothing.

        The card then says the same of everybody, and nobody should use it.
        """
        risk = risks(self, table, folds=folds_of(table.bad, seed=0))
        rate = np.full(len(table.bad), table.bad.mean())
        return self.fit(table) if log_loss(table.bad, risk) < log_loss(table.bad, rate) else constant()


def folds_of(bad: Flags, *, seed: int, folds: int = FOLDS) -> Ints:
    """Give the test fold of each row, each with the same share of bad ones."""
    from sklearn.model_selection import StratifiedKFold  # noqa: PLC0415 - seconds that most programs need not wait

    placed = np.empty(len(bad), dtype=np.int64)
    divided = StratifiedKFold(folds, shuffle=True, random_state=seed).split(bad, bad)
    for number, (_, test) in enumerate(divided):
        placed[test] = number
    return placed


def parts(folds: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Give the rows to fit on and the rows to try, fold by fold."""
    for fold in np.unique(folds):
        yield np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)


def risks(recipe: Recipe, table: Table, *, folds: Ints, careful: bool = False) -> Floats:
    """Give each row's risk by the card of the folds that it is not in."""
    found = np.empty(len(table.bad))
    for train, test in parts(folds):
        seen = table.take(train)
        fitted = recipe.fit_if_it_holds(seen) if careful else recipe.fit(seen)
        found[test] = fitted.risk(table.take(test).columns)
    return found


def mean_of(figures: Iterable[float]) -> float:
    """Give their mean, to four places."""
    return round(float(np.mean(list(figures))), 4)
