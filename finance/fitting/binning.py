"""Bins of a feature: few, large enough, and in the order that the trade expects."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

import numpy as np

from finance.fitting.merging import Limits, merged
from finance.fitting.table import Column
from finance.fitting.woe import Flags, Floats, Ints, information_value, weights

# Cuts tried before merging: finer ones follow the noise of one sample.
_FIRST_CUTS = 20


class Direction(Enum):
    """How the risk of a bad loan moves as the feature grows."""

    DOWN = "down"
    UP = "up"
    EITHER = "either"
    """Not known beforehand: the one that says more."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a feature is cut. Numbers: bin i holds edges[i-1] <= x < edges[i]. Texts: the bin of each category."""

    edges: Floats = field(default_factory=lambda: np.empty(0))
    groups: Mapping[str, int] | None = None

    @property
    def bins(self) -> int:
        """Bins apart from that of missing values."""
        return len(self.edges) + 1 if self.groups is None else max(self.groups.values(), default=0) + 1

    def places(self, column: Column) -> Ints:
        """Give the bin of each row; what is missing, or was never seen, comes last."""
        if self.groups is not None:
            return np.array([self.groups.get(text, self.bins) for text in column.texts], dtype=np.int64)
        numbers = _numbers(column)
        places = np.searchsorted(self.edges, numbers, side="right")
        return np.asarray(np.where(np.isnan(numbers), self.bins, places), dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Bins:
    """What each bin of a feature weighs; the last weight is that of missing and of never seen values."""

    name: str
    cut: Cut
    good: Ints
    bad: Ints
    weights: Floats
    iv: float

    def places(self, column: Column) -> Ints:
        """Give the bin of each row."""
        return self.cut.places(column)

    def coded(self, column: Column) -> Floats:
        """Give the weight of each row."""
        return np.asarray(self.weights[self.places(column)], dtype=np.float64)


def bins_of(
    column: Column, bad: Flags, *, direction: Direction = Direction.EITHER, limits: Limits | None = None
) -> Bins:
    """Cut one feature by the outcomes of these rows alone."""
    limits = limits or Limits()
    if column.numbers is None:
        return _category_bins(column, bad, limits)
    tried = [Direction.UP, Direction.DOWN] if direction is Direction.EITHER else [direction]
    found = [_number_bins(column, bad, one, limits) for one in tried]
    return max(found, key=lambda bins: bins.iv)


def _number_bins(column: Column, bad: Flags, direction: Direction, limits: Limits) -> Bins:
    numbers = _numbers(column)
    there = ~np.isnan(numbers)
    edges = _first_edges(numbers[there])
    counts = _counts(np.searchsorted(edges, numbers[there], side="right"), bad[there], len(edges) + 1)
    starts = merged(*counts, rising=direction is Direction.UP, limits=limits.of(len(bad)))
    cut = Cut(edges[np.array(starts[1:], dtype=np.int64) - 1])
    return _weighed(column.name, cut.places(column), bad, cut, limits)


def _first_edges(numbers: Floats) -> Floats:
    distinct = np.unique(numbers)
    if len(distinct) <= _FIRST_CUTS:
        return np.asarray(distinct[1:], dtype=np.float64)
    return np.unique(np.quantile(numbers, np.linspace(0, 1, _FIRST_CUTS + 1)[1:-1], method="higher"))


def _category_bins(column: Column, bad: Flags, limits: Limits) -> Bins:
    names, places = np.unique(np.array(column.texts, dtype=np.str_), return_inverse=True)
    counted, failed = _counts(places, bad, len(names))
    least = limits.of(len(bad))
    known = [place for place, name in enumerate(names.tolist()) if name and counted[place] + failed[place] >= 2]
    rates = (failed + 1) / (counted + failed + 1 / max(float(bad.mean()), 1e-9))
    known.sort(key=lambda place: (rates[place], places[place]))
    order = np.array(known, dtype=np.int64)
    starts = merged(counted[order], failed[order], rising=True, limits=least) if known else [0]
    groups = {
        str(names[place]): int(np.searchsorted(starts, rank, side="right")) - 1 for rank, place in enumerate(known)
    }
    cut = Cut(groups=groups)
    return _weighed(column.name, cut.places(column), bad, cut, limits)


def _counts(places: Ints, bad: Flags, bins: int) -> tuple[Ints, Ints]:
    total = np.bincount(places, minlength=bins)
    failed = np.bincount(places[bad], minlength=bins)
    return (total - failed).astype(np.int64), failed.astype(np.int64)


def _weighed(name: str, places: Ints, bad: Flags, cut: Cut, limits: Limits) -> Bins:
    good, failed = _counts(places, bad, cut.bins + 1)
    # Too few missing to say anything: neutral, and out of the sums.
    if limits.of(len(bad)).hold(int(good[-1]), int(failed[-1])):
        found = weights(good, failed)
    else:
        good, failed = good[:-1], failed[:-1]
        found = np.append(weights(good, failed), 0.0)
    return Bins(name, cut, good, failed, found, information_value(good, failed))


def _numbers(column: Column) -> Floats:
    if column.numbers is None:
        raise TypeError(f"{column.name}: numbers expected")
    return column.numbers
