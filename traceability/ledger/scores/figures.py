"""Figures: whole numbers with the events behind them, and what the spread draws from."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from math import isqrt

# Of ratios: hundredths of a percent.
RATIO = 10_000


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in the unit that a card's variable has; None where nothing is known of it.

    `events` are behind it, `against` are those of them that make it worse, `seen` are the single observations that it
    is made of, sorted.
    """

    number: int | None
    events: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    seen: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """One observation: good or not, by which events. Those of the same key are one."""

    key: Hashable
    good: bool
    events: tuple[str, ...]


def share_of(seen: Iterable[Seen]) -> Figure:
    """Give the share of good observations, rounded down; several of one key are good only if all of them are."""
    groups: dict[Hashable, list[Seen]] = defaultdict(list)
    for one in seen:
        groups[one.key].append(one)
    if not groups:
        return Figure(None)
    flags = [all(one.good for one in group) for group in groups.values()]
    events = sorted({event for group in groups.values() for one in group for event in one.events})
    against = sorted({event for group in groups.values() for one in group if not one.good for event in one.events})
    marks = tuple(sorted((int(flag) for flag in flags), reverse=True))
    return Figure(ratio(marks), tuple(events), tuple(against), marks)


def ratio(marks: Sequence[int]) -> int:
    """Give the share of ones among marks, rounded down, in hundredths of a percent."""
    return sum(marks) * RATIO // len(marks)


def variation(numbers: Sequence[int]) -> int | None:
    """Give the sample's standard deviation by its mean, rounded up, in hundredths of a percent; None of fewer than two.

    In whole numbers only: n (n Q - S^2) / ((n - 1) S^2) is its square, S being the sum and Q the sum of squares.
    """
    count, total = len(numbers), sum(numbers)
    if count < 2 or total <= 0:
        return None
    above = count * (count * sum(one * one for one in numbers) - total * total) * RATIO * RATIO
    below = (count - 1) * total * total
    root = isqrt(above // below)
    return root if root * root * below >= above else root + 1
