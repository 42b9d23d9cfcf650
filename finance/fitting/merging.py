"""Neighbouring bins merged until they are few, large enough and in order."""

from dataclasses import dataclass

import numpy as np

from finance.fitting.woe import Ints


@dataclass(frozen=True, slots=True)
class Limits:
    """How few bins, and how large."""

    most: int = 6
    share: float = 0.05
    bads: int = 10

    def of(self, count: int) -> "Least":
        """Give them as counts, for a sample of this size."""
        return Least(self.most, count * self.share, self.bads)


@dataclass(frozen=True, slots=True)
class Least:
    """The same limits, as counts of loans."""

    most: int
    loans: float
    bads: int

    def hold(self, good: int, bad: int) -> bool:
        """Whether a bin of so many may stand."""
        return good + bad >= self.loans and bad >= self.bads


def merged(good: Ints, bad: Ints, *, rising: bool, limits: Least) -> list[int]:
    """Give the first place of each bin that remains. `rising`: the share of bad ones may only grow."""
    bins = _Bins(good, bad)
    bins.put_in_order(rising=rising)
    bins.fill(limits)
    bins.join_alike(limits)
    return bins.starts


class _Bins:
    def __init__(self, good: Ints, bad: Ints) -> None:
        self.starts = list(range(len(good)))
        self.good = good.tolist()
        self.bad = bad.tolist()

    def put_in_order(self, *, rising: bool) -> None:
        """Pool adjacent violators: where a bin breaks the order, it becomes one with its neighbour."""
        at = 0
        while at < len(self.starts) - 1:
            # Cross products, so that equal shares compare equal.
            here = self.bad[at] * (self.good[at + 1] + self.bad[at + 1])
            after = self.bad[at + 1] * (self.good[at] + self.bad[at])
            if here < after if rising else here > after:
                at += 1
            else:
                self.join(at)
                at = max(at - 1, 0)

    def fill(self, limits: Least) -> None:
        """Join bins that are too small with the neighbour that is most like them."""
        while len(self.starts) > 1:
            small = [at for at in range(len(self.starts)) if not limits.hold(self.good[at], self.bad[at])]
            if not small:
                return
            at = min(small, key=lambda place: self.good[place] + self.bad[place])
            self.join(min((one for one in (at - 1, at) if 0 <= one < len(self.starts) - 1), key=self.gap))

    def join_alike(self, limits: Least) -> None:
        """Join the most alike neighbours while there are too many."""
        while len(self.starts) > limits.most:
            self.join(min(range(len(self.starts) - 1), key=self.gap))

    def gap(self, at: int) -> float:
        """Give the chi-square between a bin and the next."""
        table = np.array([self.good[at : at + 2], self.bad[at : at + 2]], dtype=np.float64)
        expected = table.sum(1, keepdims=True) * table.sum(0, keepdims=True) / max(table.sum(), 1)
        with np.errstate(invalid="ignore", divide="ignore"):
            return float(np.nansum((table - expected) ** 2 / expected))

    def join(self, at: int) -> None:
        """Make one of a bin and the next."""
        del self.starts[at + 1]
        self.good[at] += self.good.pop(at + 1)
        self.bad[at] += self.bad.pop(at + 1)
