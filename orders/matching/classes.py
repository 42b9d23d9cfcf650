"""Lines that nothing but price tells apart become one class: thousands of orders, a few hundred classes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from orders.matching.market import Ints, Lines, Market
from orders.matching.rules import Rules


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
    keys = np.stack([lines.min_grade, lines.window, lines.region, lines.weight, lines.split_ok], axis=1)
    _, first, of_line = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    return Classes(of_line=of_line.reshape(-1).astype(np.int64), first=first.astype(np.int64))


def tiers_of(lines: Lines, classes: Classes) -> Tiers:
    """Sum the lines of a class that pay the same price."""
    keys = np.stack([classes.of_line, lines.price], axis=1)
    found, first, tier = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    quantity = np.zeros(len(found), np.int64)
    np.add.at(quantity, tier.reshape(-1), lines.quantity)
    return Tiers(of_class=found[:, 0], price=found[:, 1], weight=lines.weight[first], quantity=quantity)


def eligible(market: Market, classes: Classes, rules: Rules) -> NDArray[np.bool_]:
    """Tell, by [class, supply], who may serve whom: grade, at most a few steps better; window; reach."""
    lines, supplies = market.lines, market.supplies
    asked = lines.min_grade[classes.first][:, None]
    window = lines.window[classes.first][:, None]
    good = (supplies.grade <= asked) & (supplies.grade >= asked - rules.best_steps)
    timely = (supplies.window_from <= window) & (window <= supplies.window_to)
    near = market.lanes.reach[lines.region[classes.first]][:, supplies.region]
    return good & timely & near
