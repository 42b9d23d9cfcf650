"""One product's lines, supplies and lanes, as arrays of whole numbers."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
# More than this times the weight of a unit sold would not fit into the solver's numbers.
_MOST = 2**44


class MarketError(ValueError):
    """The arrays of a market contradict each other, or hold what no order or plan can say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Order lines, one place in each array for each line.

    `min_grade` counts from 0, the best. `weight` is 4 for a contract with deposit, 2 for a deposit paid, 1 otherwise.
    `rank` is the line's place in the order of service among equals: by time and then by id, each rank once. A line
    that is not `split_ok` is served by one supply or not at all.
    """

    min_grade: Ints
    window: Ints
    region: Ints
    quantity: Ints
    price: Ints
    weight: Ints
    rank: Ints
    split_ok: Ints

    def __len__(self) -> int:
        return len(self.quantity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplies:
    """What plans or lots offer, one place in each array for each: grade, windows from and to, quantity, ask price."""

    farmer: Ints
    grade: Ints
    region: Ints
    window_from: Ints
    window_to: Ints
    quantity: Ints
    ask: Ints

    def __len__(self) -> int:
        return len(self.quantity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lanes:
    """Roads by [region of the line, region of the supply]: whether the goods arrive in time, and the freight in fen."""

    reach: NDArray[np.bool_]
    freight: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What an earlier run gave: so much of this supply to this line. Empty for a first run."""

    line: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    supply: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    quantity: Ints = field(default_factory=lambda: np.empty(0, np.int64))


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """All that one product's matching knows."""

    lines: Lines
    supplies: Supplies
    lanes: Lanes
    kept: Kept = field(default_factory=Kept)

    def check(self) -> None:
        """Check that arrays agree in length and hold possible numbers. Raises MarketError, which names the array."""
        for name in Lines.__slots__:
            _check_column(f"lines.{name}", getattr(self.lines, name), len(self.lines))
        for name in Supplies.__slots__:
            _check_column(f"supplies.{name}", getattr(self.supplies, name), len(self.supplies))
        for name in Kept.__slots__:
            _check_column(f"kept.{name}", getattr(self.kept, name), len(self.kept.line))
        _check_places("kept.line", self.kept.line, len(self.lines))
        _check_places("kept.supply", self.kept.supply, len(self.supplies))
        for side, regions in zip(("lines", "supplies"), self.lanes.reach.shape, strict=True):
            _check_places(f"{side}.region", getattr(self, side).region, regions)
        if self.lanes.freight.shape != self.lanes.reach.shape:
            raise MarketError("lanes.freight: has another shape than lanes.reach")
        if len(np.unique(self.lines.rank)) != len(self.lines):
            raise MarketError("lines.rank: two lines have the same rank, so that equal inputs could end differently")


def _check_column(name: str, column: Ints, length: int) -> None:
    if column.shape != (length,) or column.dtype != np.int64:
        raise MarketError(f"{name}: is not an array of {length} whole numbers")
    if length and (column.min() < 0 or column.max() > _MOST):
        raise MarketError(f"{name}: holds a number below 0 or above {_MOST}")


def _check_places(name: str, column: Ints, length: int) -> None:
    if len(column) and column.max() >= length:
        raise MarketError(f"{name}: names a place above {length - 1}")
