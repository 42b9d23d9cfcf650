"""How far a score could lie from itself: drawn again and again from the farm's own observations.

The draws are fixed by the evidence, so that everybody gets the same range.
"""

import sys
from array import array
from collections.abc import Iterator, Mapping, Sequence
from hashlib import shake_256

from traceability.ledger.scores.card import Card
from traceability.ledger.scores.figures import Figure, ratio, variation
from traceability.ledger.scores.variables import NumberVariable, Variable

DRAWS = 200
# The 10th lowest and the 10th highest of 200: nine in ten draws lie between.
_LOW, _HIGH = 9, 190
_DOMAIN = b"suyuan/range/v1\x00"
_COUNTED = ("yield_cv",)


def spread(card: Card, figures: Mapping[str, Figure], *, score: int, seed: bytes) -> tuple[int, int]:
    """Give the range of a score, at most one `pdo` wide on either side. `seed` is the root of the evidence."""
    drawn = {one.name: one for one in card.variables if len(_seen(figures, one)) > 1}
    fixed = card.start + sum(
        one.bin_of(figures[one.name].number if one.name in figures else None).points
        for one in card.variables
        if one.name not in drawn
    )
    totals = [fixed] * DRAWS
    for name, variable in drawn.items():
        for draw, points in enumerate(_points(variable, figures[name].seen, seed)):
            totals[draw] += points
    ordered = sorted(card.bounded(total) for total in totals)
    pdo = card.scale.pdo
    low, high = max(ordered[_LOW], score - pdo), min(ordered[_HIGH], score + pdo)
    return min(low, score), max(high, score)


def _seen(figures: Mapping[str, Figure], variable: Variable) -> tuple[int, ...]:
    found = figures.get(variable.name)
    return found.seen if found and isinstance(variable, NumberVariable) else ()


def _points(variable: Variable, seen: Sequence[int], seed: bytes) -> Iterator[int]:
    measure = variation if variable.name in _COUNTED else ratio
    if seen[0] == seen[-1]:
        # Sorted, so all are alike, and so is whatever is drawn of them.
        yield from [variable.bin_of(measure(seen)).points] * DRAWS
        return
    count = len(seen)
    numbers = _numbers(seed + _DOMAIN + variable.name.encode(), DRAWS * count)
    picked = [seen[number % count] for number in numbers]
    known: dict[int, int] = {}
    for draw in range(DRAWS):
        value = measure(picked[draw * count : (draw + 1) * count])
        if value is not None and value not in known:
            known[value] = variable.bin_of(value).points
        yield variable.bin_of(None).points if value is None else known[value]


def _numbers(seed: bytes, count: int) -> "array[int]":
    # Big-endian in the format; a machine of the other kind turns them round.
    numbers = array("I", shake_256(seed).digest(4 * count))
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers
