"""What a class was given, cut back to its orders: by rule alone, so that equal inputs give equal allocations."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from orders.matching.classes import Classes
from orders.matching.market import Ints, Kept, Lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """So much of a supply for a class, in the order of class and supply."""

    of_class: Ints
    supply: Ints
    quantity: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocations:
    """So much of a supply for a line, in the order of line and supply, each pair once."""

    line: Ints
    supply: Ints
    quantity: Ints


def cut_back(lines: Lines, classes: Classes, pieces: Pieces, kept: Kept) -> Allocations:
    """Serve the lines of each class: weight first, then price, then rank.

    What a line had before it keeps, as far as its class was given it again; all else is laid end to end, so that in a
    class no more orders are split than it has pieces. Lines that may not be split take the first piece that holds them.
    """
    whole = lines.split_ok == 0
    order = np.lexsort((lines.rank, -lines.price, classes.of_line))
    wanted = np.where(whole, lines.quantity, _served(lines, classes, pieces, order))
    stays, wanted, pieces = _stay(classes, pieces, kept, wanted, whole)
    laid = _lay(pieces, wanted, order[~whole[order]], may_split=lines.split_ok[classes.first] == 1)
    fitted = _fit(classes, pieces, wanted, order[whole[order]])
    return _summed([stays, laid, fitted])


def _served(lines: Lines, classes: Classes, pieces: Pieces, order: Ints) -> Ints:
    """Give what each line gets of all that its class was given: the first in the order all, until nothing is left."""
    given = np.zeros(len(classes), np.int64)
    np.add.at(given, pieces.of_class, pieces.quantity)
    of_class, quantity = classes.of_line[order], lines.quantity[order]
    before = np.cumsum(quantity) - quantity
    first = np.searchsorted(of_class, of_class)
    within = before - before[first] if len(order) else before
    served = np.zeros(len(lines), np.int64)
    served[order] = np.clip(given[of_class] - within, 0, quantity)
    return served


def _stay(
    classes: Classes, pieces: Pieces, kept: Kept, wanted: Ints, whole: NDArray[np.bool_]
) -> tuple[Allocations, Ints, Pieces]:
    """Leave with each line what it had of a supply; give what is still wanted, and what is left of the pieces."""
    left, open_ = pieces.quantity.copy(), wanted.copy()
    place = {(c, s): i for i, (c, s) in enumerate(zip(pieces.of_class.tolist(), pieces.supply.tolist(), strict=True))}
    staying: list[tuple[int, int, int]] = []
    for line, supply, quantity in zip(kept.line.tolist(), kept.supply.tolist(), kept.quantity.tolist(), strict=True):
        piece = place.get((int(classes.of_line[line]), supply))
        amount = 0 if piece is None else min(quantity, int(left[piece]), int(open_[line]))
        if amount and (not whole[line] or amount == wanted[line]):
            left[piece] -= amount
            open_[line] -= amount
            staying.append((line, supply, amount))
    rest = Pieces(of_class=pieces.of_class, supply=pieces.supply, quantity=left)
    return _allocations(staying), open_, rest


def _lay(pieces: Pieces, served: Ints, order: Ints, *, may_split: NDArray[np.bool_]) -> Allocations:
    """Lay lines and pieces of the classes end to end: both cover the same length, and cut each other."""
    of_piece = np.nonzero(may_split[pieces.of_class] & (pieces.quantity > 0))[0]
    line = order[served[order] > 0]
    line_ends, piece_ends = np.cumsum(served[line]), np.cumsum(pieces.quantity[of_piece])
    ends = np.union1d(line_ends, piece_ends)
    return Allocations(
        line=line[np.searchsorted(line_ends, ends)],
        supply=pieces.supply[of_piece[np.searchsorted(piece_ends, ends)]],
        quantity=np.diff(ends, prepend=0),
    )


def _fit(classes: Classes, pieces: Pieces, quantity: Ints, order: Ints) -> Allocations:
    """Give lines that stay whole the first piece of their class that holds them; the others go without."""
    left = pieces.quantity.copy()
    bounds = np.searchsorted(pieces.of_class, np.arange(len(classes) + 1))
    fitted: list[tuple[int, int, int]] = []
    for line in order[quantity[order] > 0].tolist():
        first, last = bounds[classes.of_line[line]], bounds[classes.of_line[line] + 1]
        holds = np.nonzero(left[first:last] >= quantity[line])[0]
        if len(holds):
            left[first + holds[0]] -= quantity[line]
            fitted.append((line, int(pieces.supply[first + holds[0]]), int(quantity[line])))
    return _allocations(fitted)


def _allocations(found: list[tuple[int, int, int]]) -> Allocations:
    columns = np.array(found, np.int64).reshape(-1, 3)
    return Allocations(line=columns[:, 0], supply=columns[:, 1], quantity=columns[:, 2])


def _summed(parts: list[Allocations]) -> Allocations:
    pairs = np.stack([np.concatenate([getattr(part, name) for part in parts]) for name in ("line", "supply")], axis=1)
    quantity = np.concatenate([part.quantity for part in parts])
    found, place = np.unique(pairs, axis=0, return_inverse=True)
    total = np.zeros(len(found), np.int64)
    np.add.at(total, place.reshape(-1), quantity)
    return Allocations(line=found[:, 0], supply=found[:, 1], quantity=total)
