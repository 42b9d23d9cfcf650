"""One product matched: solved, checked, proven, cut back to orders."""

import hashlib
from dataclasses import dataclass

import numpy as np

from orders.matching.classes import classes_of, eligible, tiers_of
from orders.matching.cut import Allocations, cut_back
from orders.matching.flow import FlowError, cheapest
from orders.matching.market import Ints, Market
from orders.matching.network import build
from orders.matching.rules import Rules
from orders.matching.whole import settle_whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What one product's matching gives.

    `objective` is what the flow is worth in fen, `bound` the most that any could be: equal where it is proven.
    `quantity` is what lines get. It differs from the flow only where a line that may not be split found no place, or
    one that goods of another class fit.
    """

    allocations: Allocations
    objective: int
    bound: int
    quantity: int
    flow_quantity: int

    def digest(self) -> str:
        """Give the SHA-256 of the allocations, in hex: equal for equal inputs."""
        parts = (self.allocations.line, self.allocations.supply, self.allocations.quantity)
        return hashlib.sha256(b"".join(part.astype("<i8").tobytes() for part in parts)).hexdigest()


def match(market: Market, rules: Rules, *, prove: bool = True) -> Match:
    """Match one product; small ones are proven where that is asked for, large ones anyway.

    Raises MarketError for arrays that cannot be, FlowError where the answer fails its check.
    """
    market.check()
    classes = classes_of(market.lines)
    tiers = tiers_of(market.lines, classes)
    network = build(market, classes, tiers, rules)
    best = cheapest(network, prove=prove)
    pieces = network.pieces(best.flow)
    allocations = settle_whole(market, cut_back(market.lines, classes, pieces, market.kept), rules)
    check_allocations(market, allocations, rules)
    return Match(
        allocations=allocations,
        objective=-best.cost,
        bound=-best.bound,
        quantity=int(allocations.quantity.sum()),
        flow_quantity=int(pieces.quantity.sum()),
    )


def check_allocations(market: Market, allocations: Allocations, rules: Rules) -> None:
    """Check every rule on the whole numbers that come out. Raises FlowError, which names the rule."""
    lines, supplies = market.lines, market.supplies
    taken = _sums(allocations.line, allocations.quantity, len(lines))
    given = _sums(allocations.supply, allocations.quantity, len(supplies))
    pairs = eligible(market, rules, allocations.line, allocations.supply)
    parts = np.bincount(allocations.line, minlength=len(lines))
    whole = (lines.split_ok == 0) & (parts > 0)
    broken = {
        "a line gets more than it ordered": (taken > lines.quantity).any(),
        "a supply gives more than it has": (given > supplies.quantity).any(),
        "a line is served by what it did not ask for": not pairs.all(),
        "an allocation is empty": (allocations.quantity <= 0).any(),
        "a line that stays whole was split": (parts[whole] > 1).any() or (taken[whole] != lines.quantity[whole]).any(),
    }
    for rule, is_broken in broken.items():
        if is_broken:
            raise FlowError(f"matching: {rule}")


def _sums(place: Ints, quantity: Ints, length: int) -> Ints:
    total = np.zeros(length, np.int64)
    np.add.at(total, place, quantity)
    return total
