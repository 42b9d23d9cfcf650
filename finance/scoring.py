"""Many scores at once, from bins that were worked out before: what a re-scoring of all farms does."""

import numpy as np
from numpy.typing import NDArray

from traceability.ledger.scores import Card, NumberVariable
from traceability.ledger.scores.variables import Variable


def score_coded(card: Card, codes: NDArray[np.integer]) -> NDArray[np.int32]:
    """Score applicants by the numbers of their bins, a row for each variable of the card; -1 is missing, -2 unknown.

    Gives what `Card.score` gives. Raises IndexError where a variable has no such bin.
    """
    total = np.full(codes.shape[1], card.start, dtype=np.int32)
    for row, table in zip(codes, _tables(card), strict=True):
        total += table[row]
    return np.clip(total, card.scale.least, card.scale.most)


def _tables(card: Card) -> list[NDArray[np.int32]]:
    # Read from the end, as numpy does with -1 and -2.
    return [
        np.array([*points, unknown, missing], dtype=np.int32)
        for points, unknown, missing in map(_points, card.variables)
    ]


def _points(variable: Variable) -> tuple[list[int], int, int]:
    if isinstance(variable, NumberVariable):
        return [one.points for one in variable.bins], variable.absent.points, variable.absent.points
    bins = sorted(variable.bins.items())
    return [one.points for _, one in bins], variable.unknown.points, variable.absent.points
