"""Many scores at once, from bins that were worked out before: what a re-scoring of all farms does."""

from collections.abc import Mapping, Sequence

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


def codes_of(card: Card, rows: Sequence[Mapping[str, int | None]]) -> NDArray[np.int16]:
    """Give the number of each applicant's bin, a row for each variable, from whole figures as a score holds them.

    Raises KeyError where the card has a category: figures are numbers.
    """
    codes = np.empty((len(card.variables), len(rows)), dtype=np.int16)
    for place, one in enumerate(card.variables):
        if not isinstance(one, NumberVariable):
            raise KeyError(one.name)
        found = [row.get(one.name) for row in rows]
        numbers = np.array([0 if number is None else number for number in found], dtype=np.int64)
        absent = np.array([number is None for number in found], dtype=np.bool_)
        codes[place] = np.where(absent, -1, np.searchsorted(np.array(one.breaks), numbers, side="right"))
    return codes


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
