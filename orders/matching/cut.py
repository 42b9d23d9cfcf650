"""What a class was given, cut back to its orders: by rule alone, so that equal inputs give equal allocations."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from orders.matching.classes import Classes, grouped
from orders.matching.market import Ints, Kept, Lines

_ROUNDS = 3


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
    line, supply, piece, had = _had(classes, pieces, kept)
    by_line, by_piece = _Places.of(line), _Places.of(piece)
    staying = np.zeros(len(line), np.int64)
    for _ in range(_ROUNDS):
        # First what each line can take, then what each piece can give; what one round leaves over the next one takes.
        taken = by_line.first_ones(had - staying, open_)
        given = by_piece.first_ones(taken, left)
        given = np.where(whole[line] & (given != wanted[line]), 0, given)
        np.subtract.at(open_, line, given)
        np.subtract.at(left, piece, given)
        staying += given
    some = staying > 0
    rest = Pieces(of_class=pieces.of_class, supply=pieces.supply, quantity=left)
    return Allocations(line=line[some], supply=supply[some], quantity=staying[some]), open_, rest


def _had(classes: Classes, pieces: Pieces, kept: Kept) -> tuple[Ints, Ints, Ints, Ints]:
    """Give line, supply, piece and quantity of what was given before, where the class has a piece of that supply."""
    width = 1 + max([-1, *(int(column.max()) for column in (pieces.supply, kept.supply) if len(column))])
    known, named = pieces.of_class * width + pieces.supply, classes.of_line[kept.line] * width + kept.supply
    piece = np.searchsorted(known, named)
    found = np.zeros(len(named), np.bool_)
    inside = piece < len(known)
    found[inside] = known[piece[inside]] == named[inside]
    order = np.nonzero(found)[0]
    # Stable: what was written in this order already, as a run writes it, takes no sorting.
    order = order[np.argsort(kept.line[order] * width + kept.supply[order], kind="stable")]
    return kept.line[order], kept.supply[order], piece[order], kept.quantity[order]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Places:
    """Where amounts belong to, sorted so that those of one place stand together; `begin` is where each place starts."""

    place: Ints
    order: Ints
    begin: Ints

    @classmethod
    def of(cls, place: Ints) -> Self:
        order = np.argsort(place, kind="stable")
        sorted_ = place[order]
        is_first = np.diff(sorted_, prepend=-1) > 0
        begin = np.maximum.accumulate(np.where(is_first, np.arange(len(order)), 0))
        return cls(place=sorted_, order=order, begin=begin)

    def first_ones(self, amount: Ints, most: Ints) -> Ints:
        """Cut amounts so that those of one place sum to no more than it has: the first get all, until it is empty."""
        sorted_ = amount[self.order]
        start = np.cumsum(sorted_) - sorted_
        cut = np.zeros(len(amount), np.int64)
        cut[self.order] = np.clip(most[self.place] - (start - start[self.begin]), 0, sorted_)
        return cut


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
    line, supply, quantity = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("line", "supply", "quantity")
    )
    first, group = grouped([line, supply])
    total = np.zeros(len(first), np.int64)
    np.add.at(total, group, quantity)
    return Allocations(line=line[first], supply=supply[first], quantity=total)
