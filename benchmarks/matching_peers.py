"""What simpler rules give, and what the order-level linear program takes, on the same markets."""

import time
from collections.abc import Sequence

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

from orders.matching import Market, Rules
from orders.matching.market import Ints

_SECONDS = 60.0
_MOST_PAIRS = 3_000_000
_RULES = Rules()


def measured(markets: Sequence[Market]) -> dict[str, object]:
    """Measure both greedy rules and, where it is small enough to end, the program by scipy's HiGHS."""
    return {
        "greedy_earliest_deadline": _greedy(markets, earliest_first=True),
        "greedy_first_come": _greedy(markets, earliest_first=False),
        "highs_order_level": _program(markets),
    }


def _greedy(markets: Sequence[Market], *, earliest_first: bool) -> dict[str, object]:
    begun = time.perf_counter()
    kilograms = surplus = 0
    for market in markets:
        lines = market.lines
        order = np.lexsort((lines.rank, -lines.price, lines.window)) if earliest_first else np.argsort(lines.rank)
        given, worth = _served(market, order)
        kilograms, surplus = kilograms + given, surplus + worth
    return {"kg": kilograms, "surplus_fen": surplus, "seconds": round(time.perf_counter() - begun, 3)}


def _served(market: Market, order: Ints) -> tuple[int, int]:
    left = market.supplies.quantity.copy()
    kilograms = surplus = 0
    for line in order.tolist():
        supplies, margin = _pairs_of(market, line)
        wanted = int(market.lines.quantity[line])
        for place in np.argsort(-margin, kind="stable").tolist():
            amount = min(wanted, int(left[supplies[place]]))
            left[supplies[place]] -= amount
            wanted -= amount
            kilograms, surplus = kilograms + amount, surplus + amount * int(margin[place])
            if not wanted:
                break
    return kilograms, surplus


def _pairs_of(market: Market, line: int) -> tuple[Ints, Ints]:
    lines, supplies, lanes = market.lines, market.supplies, market.lanes
    steps = lines.min_grade[line] - supplies.grade
    fits = (steps >= 0) & (steps <= _RULES.best_steps) & lanes.reach[lines.region[line], supplies.region]
    fits &= (supplies.window_from <= lines.window[line]) & (lines.window[line] <= supplies.window_to)
    found = np.nonzero(fits)[0]
    cost = (
        supplies.ask[found] + lanes.freight[lines.region[line], supplies.region[found]] + _RULES.giveaway * steps[found]
    )
    return found, lines.price[line] - cost


def _program(markets: Sequence[Market]) -> dict[str, object]:
    begun = time.perf_counter()
    objective = 0
    for market in markets:
        pairs = [_pairs_of(market, line) for line in range(len(market.lines))]
        if sum(len(supplies) for supplies, _ in pairs) > _MOST_PAIRS:
            return {"ended": False, "why": f"more than {_MOST_PAIRS} pairs of order and plan in one product"}
        worth = _solved(market, pairs, _SECONDS - (time.perf_counter() - begun))
        if worth is None:
            return {"ended": False, "why": f"no optimum in {_SECONDS:.0f} s"}
        objective += worth
    return {"ended": True, "objective": objective, "seconds": round(time.perf_counter() - begun, 3)}


def _solved(market: Market, pairs: Sequence[tuple[Ints, Ints]], seconds: float) -> int | None:
    lengths = np.array([len(supplies) for supplies, _ in pairs])
    if not lengths.sum() or seconds <= 0:
        return 0 if seconds > 0 else None
    line = np.repeat(np.arange(len(pairs)), lengths)
    supply = np.concatenate([supplies for supplies, _ in pairs])
    worth = _RULES.sold + np.concatenate([margin for _, margin in pairs])
    column = np.arange(len(line))
    rows = np.concatenate([line, len(pairs) + supply])
    ones = np.ones(2 * len(line))
    shape = (len(pairs) + len(market.supplies), len(line))
    limits = np.concatenate([market.lines.quantity, market.supplies.quantity])
    matrix = csr_array((ones, (rows, np.concatenate([column, column]))), shape=shape)
    found = linprog(-worth, A_ub=matrix, b_ub=limits, method="highs", options={"time_limit": seconds})
    return round(-found.fun) if found.status == 0 else None
