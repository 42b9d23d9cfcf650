"""Every constraint of the exact model, told anew, and all that it weighs against a search through everything."""

from collections import Counter
from dataclasses import replace
from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from orders.matching import Kept, Market, Rules, match
from orders.matching.classes import classes_of
from tests.orders.matching.markets import kept_of, markets, worth

FULL = Rules(keep=45, fair_step=40)


@st.composite
def kept_markets(draw: st.DrawFn, *, most: int, most_kg: int, whole: bool = False) -> Market:
    """Draw a market of which something was given away before, eligible or not."""
    market = draw(markets(most=most, most_kg=most_kg, whole=whole))
    lines, supplies = len(market.lines), len(market.supplies)
    if not supplies:
        return market
    pair = st.tuples(st.integers(0, lines - 1), st.integers(0, supplies - 1))
    pairs = draw(st.lists(pair, max_size=3, unique=True))
    kept = [draw(st.integers(1, most_kg)) for _ in pairs]
    return replace(market, kept=kept_of([one for one, _ in pairs], [one for _, one in pairs], kept))


def value_of(market: Market, given_kg: dict[tuple[int, int], int]) -> int | None:
    """Give the model's objective of an allocation, or None where it breaks a rule of the model."""
    of_line, of_supply, of_pair = Counter[int](), Counter[int](), Counter[tuple[int, int]]()
    classes, total = classes_of(market.lines).of_line.tolist(), 0
    for (line, supply), kg in given_kg.items():
        each = worth(market, FULL, line, supply)
        if each is None:
            return None
        total += kg * each
        of_line[line] += kg
        of_supply[supply] += kg
        of_pair[classes[line], supply] += kg
    if any(kg > market.lines.quantity[line] for line, kg in of_line.items()):
        return None
    if any(kg > market.supplies.quantity[supply] for supply, kg in of_supply.items()):
        return None
    return total + _bonus(market, classes, of_pair) - _unfairness(market, of_supply)


def _bonus(market: Market, classes: list[int], now: Counter[tuple[int, int]]) -> int:
    before = Counter[tuple[int, int]]()
    kept: Kept = market.kept
    for line, supply, kg in zip(kept.line.tolist(), kept.supply.tolist(), kept.quantity.tolist(), strict=True):
        if worth(market, FULL, line, supply) is not None:
            before[classes[line], supply] += kg
    return FULL.keep * sum(min(kg, before[pair]) for pair, kg in now.items())


def _unfairness(market: Market, of_supply: Counter[int]) -> int:
    cost, farmers = 0, market.supplies.farmer
    for farmer in set(farmers.tolist()):
        own = np.nonzero(farmers == farmer)[0].tolist()
        offered, sold = sum(int(market.supplies.quantity[one]) for one in own), sum(of_supply[one] for one in own)
        for tenth in range(FULL.slices):
            # The first tenths are the larger ones where it does not divide.
            width = (offered + FULL.slices - 1 - tenth) // FULL.slices
            cost += FULL.fair_step * tenth * min(sold, width)
            sold -= min(sold, width)
    return cost


def best_of_all(market: Market) -> int:
    pairs = list(product(range(len(market.lines)), range(len(market.supplies))))
    room = [
        range(min(int(market.lines.quantity[line]), int(market.supplies.quantity[supply])) + 1)
        for line, supply in pairs
    ]
    ways = (dict(zip(pairs, way, strict=True)) for way in product(*room))
    values = (value_of(market, {pair: kg for pair, kg in way.items() if kg}) for way in ways)
    return max(value for value in values if value is not None)


@settings(max_examples=60)
@given(kept_markets(most=2, most_kg=3))
def test_nothing_is_worth_more_with_what_was_kept_and_what_is_fair(market: Market) -> None:
    found = match(market, FULL)

    assert found.objective == found.bound == best_of_all(market)


@given(kept_markets(most=5, most_kg=40))
def test_what_is_given_is_worth_what_the_flow_says(market: Market) -> None:
    found = match(market, FULL)

    assert value_of(market, _pairs(found.allocations)) == found.objective


@given(kept_markets(most=5, most_kg=40, whole=True))
def test_every_constraint_holds_also_where_lines_stay_whole(market: Market) -> None:
    given_kg = _pairs(match(market, FULL).allocations)

    assert value_of(market, given_kg) is not None
    for line in np.nonzero(market.lines.split_ok == 0)[0].tolist():
        parts = [kg for (one, _), kg in given_kg.items() if one == line]
        assert parts in ([], [market.lines.quantity[line]])


def _pairs(given_kg: object) -> dict[tuple[int, int], int]:
    columns = (getattr(given_kg, name).tolist() for name in ("line", "supply", "quantity"))
    rows = list(zip(*columns, strict=True))
    pairs = {(line, supply): kg for line, supply, kg in rows}
    # Each pair once, and none of nothing.
    assert len(pairs) == len(rows)
    assert all(kg > 0 for kg in pairs.values())
    return pairs
