"""Lines that stay whole and found no piece large enough: swapped with others like them by a small exact search."""

import numpy as np
from numpy.typing import NDArray

from orders.matching.classes import cost, eligible
from orders.matching.cut import Allocations
from orders.matching.market import Ints, Market
from orders.matching.rules import Rules

# The search is for what is left over, not for the market: the best lines first, as many as this many pairs allow.
_MOST_PAIRS = 20_000
# In the solver's own count of work, about as many seconds: by the clock, equal inputs could end differently.
_MOST_WORK = 10.0


def settle_whole(market: Market, found: Allocations, rules: Rules) -> Allocations:
    """Give lines that stay whole and went without what fits them, moving others that stay whole where that helps."""
    waiting = _waiting(market, found, rules)
    if not len(waiting):
        return found
    served = _rivals(market, found, waiting, rules)
    free = market.supplies.quantity.copy()
    np.subtract.at(free, found.supply, found.quantity)
    np.add.at(free, found.supply[served], found.quantity[served])
    line, supply = _pairs(market, np.concatenate([waiting, found.line[served]]), free, rules)
    if not len(line):
        return found
    now = _is_in(line, supply, found, served)
    chosen = _search(_worth(market, rules, line, supply), market.lines.quantity[line], (line, supply), free, now)
    return _joined(found, served, Allocations(line=line, supply=supply, quantity=market.lines.quantity[line]), chosen)


def _waiting(market: Market, found: Allocations, rules: Rules) -> Ints:
    lines = market.lines
    without = (lines.split_ok == 0) & (lines.quantity > 0)
    without[found.line] = False
    line = np.nonzero(without)[0]
    order = np.lexsort((lines.rank[line], -lines.price[line], -lines.weight[line]))
    width = max(1, len(market.supplies))
    return line[order][: max(1, _MOST_PAIRS // (2 * width))] if rules.sold else line[:0]


def _rivals(market: Market, found: Allocations, waiting: Ints, rules: Rules) -> NDArray[np.bool_]:
    """Tell which allocations are of whole lines on a supply that somebody waits for."""
    wanted = np.zeros(len(market.supplies), np.bool_)
    for line in waiting.tolist():
        wanted |= eligible(market, rules, np.full(len(wanted), line), np.arange(len(wanted)))
    rivals = (market.lines.split_ok[found.line] == 0) & wanted[found.supply]
    most = max(0, _MOST_PAIRS // (2 * max(1, len(market.supplies))))
    return np.asarray(rivals & (np.cumsum(rivals) <= most), np.bool_)


def _pairs(market: Market, lines: Ints, free: Ints, rules: Rules) -> tuple[Ints, Ints]:
    line, supply = (side.ravel() for side in np.meshgrid(lines, np.arange(len(free)), indexing="ij"))
    fits = eligible(market, rules, line, supply) & (market.lines.quantity[line] <= free[supply])
    return line[fits], supply[fits]


def _worth(market: Market, rules: Rules, line: Ints, supply: Ints) -> Ints:
    lines, kept = market.lines, market.kept
    had = {*zip(kept.line.tolist(), kept.supply.tolist(), strict=True)}
    stays = [(one, other) in had for one, other in zip(line.tolist(), supply.tolist(), strict=True)]
    bonus = rules.keep * np.array(stays, np.int64)
    return np.asarray(
        rules.sold * lines.weight[line] + lines.price[line] + bonus - cost(market, rules, line, supply), np.int64
    )


def _is_in(line: Ints, supply: Ints, found: Allocations, served: NDArray[np.bool_]) -> NDArray[np.bool_]:
    given = {*zip(found.line[served].tolist(), found.supply[served].tolist(), strict=True)}
    pairs = zip(line.tolist(), supply.tolist(), strict=True)
    return np.array([pair in given for pair in pairs], np.bool_)


def _search(
    worth: Ints, quantity: Ints, ends: tuple[Ints, Ints], free: Ints, now: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    # Loaded only where something is left over: it brings pandas with it.
    from ortools.sat.python import cp_model  # noqa: PLC0415

    model = cp_model.CpModel()
    taken = [model.new_bool_var("") for _ in range(len(worth))]
    for side in (0, 1):
        for place in np.unique(ends[side]).tolist():
            own = np.nonzero(ends[side] == place)[0].tolist()
            if side == 0:
                model.add_at_most_one(taken[one] for one in own)
            else:
                model.add(sum(taken[one] * int(quantity[one]) for one in own) <= int(free[place]))
    model.maximize(sum(taken[one] * int(worth[one] * quantity[one]) for one in range(len(taken))))
    for one, stands in zip(taken, now.tolist(), strict=True):
        model.add_hint(one, stands)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers, solver.parameters.random_seed = 1, 1
    solver.parameters.max_deterministic_time = _MOST_WORK
    if solver.solve(model) not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return now
    chosen = np.array([solver.boolean_value(one) for one in taken], np.bool_)
    value = worth * quantity
    return chosen if value[chosen].sum() > value[now].sum() else now


def _joined(
    found: Allocations, served: NDArray[np.bool_], pairs: Allocations, chosen: NDArray[np.bool_]
) -> Allocations:
    columns = [
        np.concatenate([getattr(found, name)[~served], getattr(pairs, name)[chosen]])
        for name in ("line", "supply", "quantity")
    ]
    order = np.lexsort((columns[1], columns[0]))
    line, supply, quantity = (column[order] for column in columns)
    return Allocations(line=line, supply=supply, quantity=quantity)
