"""Small markets, drawn by Hypothesis, and the best that a search through all of their pairs can do."""

from itertools import product

import numpy as np
from hypothesis import strategies as st

from orders.matching import Kept, Lanes, Lines, Market, Rules, Supplies

REGIONS = 2


def ints(values: list[int]) -> np.ndarray:
    return np.array(values, np.int64)


def columns(rows: list[tuple[int, ...]], width: int) -> list[np.ndarray]:
    return list(np.array(rows, np.int64).reshape(-1, width).T.copy())


@st.composite
def markets(draw: st.DrawFn, *, most: int = 4, most_kg: int = 6, whole: bool = False) -> Market:
    small = st.integers(0, 2)
    line = st.tuples(
        small, small, st.integers(0, 1), st.integers(1, most_kg), st.integers(0, 9), st.sampled_from([1, 2])
    )
    supply = st.tuples(
        st.integers(0, 1), small, st.integers(0, 1), small, small, st.integers(1, most_kg), st.integers(0, 9)
    )
    lines = columns(draw(st.lists(line, min_size=1, max_size=most)), 6)
    farmer, grade, region, begin, length, quantity, ask = columns(draw(st.lists(supply, max_size=most)), 7)
    number = len(lines[0])
    split_ok = ints(draw(st.lists(small, min_size=number, max_size=number))) if whole else np.ones(number, np.int64)
    freight = columns(draw(st.lists(st.tuples(small, small), min_size=REGIONS, max_size=REGIONS)), 2)
    return Market(
        lines=Lines(
            min_grade=lines[0],
            window=lines[1],
            region=lines[2],
            quantity=lines[3],
            price=lines[4],
            weight=lines[5],
            rank=ints(draw(st.permutations(range(number)))),
            split_ok=np.minimum(split_ok, 1),
        ),
        supplies=Supplies(
            farmer=farmer,
            grade=grade,
            region=region,
            window_from=begin,
            window_to=begin + length,
            quantity=quantity,
            ask=ask,
        ),
        lanes=Lanes(
            reach=np.array([[True, draw(st.booleans())], [draw(st.booleans()), True]]), freight=np.stack(freight)
        ),
    )


def worth(market: Market, rules: Rules, line: int, supply: int) -> int | None:
    """Give what one kilogram of a supply is worth to a line, or None where it may not serve it; told anew for tests."""
    lines, supplies = market.lines, market.supplies
    steps = int(lines.min_grade[line] - supplies.grade[supply])
    here, there = lines.region[line], supplies.region[supply]
    if steps < 0 or steps > rules.best_steps or not market.lanes.reach[here, there]:
        return None
    if not supplies.window_from[supply] <= lines.window[line] <= supplies.window_to[supply]:
        return None
    cost = supplies.ask[supply] + market.lanes.freight[here, there] + rules.giveaway * steps
    return int(rules.sold * lines.weight[line] + lines.price[line] - cost)


def best(market: Market, rules: Rules) -> int:
    """Try every way to share out every kilogram, one kilogram at a time: slow, and without any idea of flows."""
    units = [line for line, kg in enumerate(market.lines.quantity) for _ in range(int(kg))]
    states = {tuple(int(kg) for kg in market.supplies.quantity): 0}
    for line in units:
        after = dict(states)
        for (left, value), supply in product(states.items(), range(len(market.supplies))):
            gain = worth(market, rules, line, supply)
            if gain is not None and left[supply]:
                rest = (*left[:supply], left[supply] - 1, *left[supply + 1 :])
                after[rest] = max(after.get(rest, -1), value + gain)
        states = after
    return max(states.values())


def kept_of(line: list[int], supply: list[int], quantity: list[int]) -> Kept:
    return Kept(line=ints(line), supply=ints(supply), quantity=ints(quantity))


def best_whole(market: Market, rules: Rules) -> int:
    """Try every way to give each line one supply or none: what lines that all stay whole can come to."""
    states = {tuple(int(kg) for kg in market.supplies.quantity): 0}
    for line, kg in enumerate(market.lines.quantity.tolist()):
        after = dict(states)
        for (left, value), supply in product(states.items(), range(len(market.supplies))):
            gain = worth(market, rules, line, supply)
            if gain is not None and left[supply] >= kg:
                rest = (*left[:supply], left[supply] - kg, *left[supply + 1 :])
                after[rest] = max(after.get(rest, -1), value + gain * kg)
        states = after
    return max(states.values())
