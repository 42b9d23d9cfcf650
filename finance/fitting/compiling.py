"""A fitted card as whole points, and as the file that anybody can score with."""

import math
from collections.abc import Sequence

import numpy as np

from finance.fitting.scorecard import Fitted
from finance.fitting.table import Column
from finance.fitting.woe import Ints

# 600 points at 20 good to one bad, and 40 points to double the odds.
BASE_SCORE, BASE_ODDS, PDO = 600, 20, 40
FACTOR = PDO / math.log(2)
OFFSET = BASE_SCORE - FACTOR * math.log(BASE_ODDS)


def score_of(log_odds: float) -> float:
    """Give the score of ln(good:bad)."""
    return OFFSET + FACTOR * log_odds


def points_of(fitted: Fitted) -> tuple[int, list[list[int]]]:
    """Give the base, and the whole points of each bin of each variable, that of missing last."""
    base = round(score_of(fitted.intercept))
    points = [
        np.rint(FACTOR * coefficient * bins.weights).astype(int).tolist()
        for bins, coefficient in zip(fitted.bins, fitted.coefficients, strict=True)
    ]
    return base, points


def integer_points(fitted: Fitted, columns: Sequence[Column]) -> Ints:
    """Give each row's score in whole points, unclipped."""
    named = {column.name: column for column in columns}
    base, points = points_of(fitted)
    total = np.full(len(columns[0]), base, dtype=np.int64)
    for bins, given in zip(fitted.bins, points, strict=True):
        total += np.array(given, dtype=np.int64)[bins.places(named[bins.name])]
    return total
