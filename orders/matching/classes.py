"""Lines that nothing but price tells apart become one class: thousands of orders, a few hundred classes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from orders.matching.market import Ints, Lines, Market
from orders.matching.rules import Rules

# A table of so many places for each number is still quicker than sorting them.
_WIDE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Classes:
    """The classes of a market: `of_line` has each line's class, `first` one line of each class that stands for it."""

    of_line: Ints
    first: Ints

    def __len__(self) -> int:
        return len(self.first)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiers:
    """What is ordered in a class at one price."""

    of_class: Ints
    price: Ints
    weight: Ints
    quantity: Ints


def classes_of(lines: Lines) -> Classes:
    """Group lines by minimum grade, window, region, weight and whether they may be split."""
    first, of_line = grouped([lines.min_grade, lines.window, lines.region, lines.weight, lines.split_ok])
    return Classes(of_line=of_line, first=first)


def tiers_of(lines: Lines, classes: Classes) -> Tiers:
    """Sum the lines of a class that pay the same price."""
    first, tier = grouped([classes.of_line, lines.price])
    quantity = np.zeros(len(first), np.int64)
    np.add.at(quantity, tier, lines.quantity)
    return Tiers(
        of_class=classes.of_line[first], price=lines.price[first], weight=lines.weight[first], quantity=quantity
    )


def grouped(columns: Sequence[Ints]) -> tuple[Ints, Ints]:
    """Group places that agree in every column: the first place of each group, and the group of each place.

    Groups stand in the order of their columns. Columns are made dense one by one, so that nothing overflows; sorting
    whole rows takes eight times as long.
    """
    group, groups = _dense(columns[0])
    for column in columns[1:]:
        dense, values = _dense(column)
        group, groups = _dense(group * values + dense)
    first = np.empty(groups, np.int64)
    # Of several places that are written to one, the last one stays.
    first[group[::-1]] = np.arange(len(group))[::-1]
    return first, group


def _dense(column: Ints) -> tuple[Ints, int]:
    """Give numbers from 0 on in place of a column's values, in their order, and how many there are."""
    width = int(column.max(initial=-1)) + 1
    if width > _WIDE * len(column):
        values, number = np.unique(column, return_inverse=True)
        return number.reshape(-1).astype(np.int64), len(values)
    # Ticked off in a table, without sorting: most columns count from 0 to a few hundreds.
    is_there = np.zeros(width, np.bool_)
    is_there[column] = True
    values = np.flatnonzero(is_there)
    number = np.empty(width, np.int64)
    number[values] = np.arange(len(values))
    return number[column], len(values)


def eligible(market: Market, rules: Rules, line: Ints, supply: Ints) -> NDArray[np.bool_]:
    """Tell of each pair whether the supply may serve the line: grade, at most a few steps better; window; reach."""
    lines, supplies = market.lines, market.supplies
    asked, window = lines.min_grade[line], lines.window[line]
    good = (supplies.grade[supply] <= asked) & (supplies.grade[supply] >= asked - rules.best_steps)
    timely = (supplies.window_from[supply] <= window) & (window <= supplies.window_to[supply])
    return good & timely & market.lanes.reach[lines.region[line], supplies.region[supply]]


def cost(market: Market, rules: Rules, line: Ints, supply: Ints) -> Ints:
    """Give what a unit of the supply costs at the line: ask price, freight, and what a better grade is worth."""
    lines, supplies = market.lines, market.supplies
    steps = lines.min_grade[line] - supplies.grade[supply]
    freight = market.lanes.freight[lines.region[line], supplies.region[supply]]
    return np.asarray(supplies.ask[supply] + freight + rules.giveaway * steps, np.int64)
