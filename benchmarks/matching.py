"""Matching measured: an instance from files against its proven optimum, or one made up at any size.

    python -m benchmarks.matching --instance DIR PREFIX
    python -m benchmarks.matching --random ORDERS PLANS [--alone]

Prints one JSON object. `moved` is the share of kilograms that another supply serves than before, once a twentieth of
the plans lost a third of their harvest; what a line did not have before, or lost for good, has not moved. `lost` is the
share that had to move, or to be given up, because its supply is gone. `peers` is what greedy rules give in the same
run, and the order-level program in scipy's HiGHS where it ends within a minute; `database` what the same market takes
from the rows of a real database on. `--alone` leaves both out.
"""

import argparse
import json
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks import matching_made, matching_peers, matching_rows
from benchmarks.ground import peak_mb
from orders.matching import Kept, Market, Match, Rules, match

# What the published instances count: no bonus, no fairness, one better grade at most.
PLAIN = Rules(keep=0, fair_step=0)


def main() -> None:
    """Measure one instance, product by product."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--instance", nargs=2, metavar=("DIR", "PREFIX"))
    source.add_argument("--random", nargs=2, type=int, metavar=("ORDERS", "PLANS"))
    parser.add_argument("--alone", action="store_true", help="no greedy rules, no order-level program, no database")
    asked = parser.parse_args()
    if asked.instance:
        folder, prefix = asked.instance
        markets = matching_made.read(Path(folder), prefix)
    else:
        markets = matching_made.made(*asked.random)
    figures = measured(markets)
    if not asked.alone:
        figures["peers"] = matching_peers.measured(markets)
    if asked.random and not asked.alone:
        figures["database"] = matching_rows.measured(markets)
    print(json.dumps(figures, indent=1))


def measured(markets: list[Market]) -> dict[str, object]:
    """Match every product, prove each, change the supply, match again."""
    begun, worked = time.perf_counter(), time.process_time()
    plain = [match(market, PLAIN, prove=False) for market in markets]
    seconds, cpu = time.perf_counter() - begun, time.process_time() - worked
    proven = [match(market, PLAIN) for market in markets]
    return {
        "products": len(markets),
        "orders": sum(len(market.lines) for market in markets),
        "plans": sum(len(market.supplies) for market in markets),
        "objective": sum(one.objective for one in plain),
        "bound": sum(one.bound for one in proven),
        "kg": sum(one.quantity for one in plain),
        "seconds": round(seconds, 3),
        "cpu_seconds": round(cpu, 3),
        "peak_mb": peak_mb(),
        **_again(markets),
    }


def _again(markets: list[Market]) -> dict[str, object]:
    rules, moved, lost, total, took = Rules(), 0, 0, 0, []
    for number, market in enumerate(markets):
        first = match(market, rules, prove=False)
        changed = matching_made.shaken(market, seed=number)
        begun = time.perf_counter()
        second = match(replace(changed, kept=_kept(first)), rules, prove=False)
        took.append(time.perf_counter() - begun)
        moved += _moved(first, second)
        lost += _lost(first, changed)
        total += second.quantity
    share = {"moved": moved, "lost": lost}
    figures = {name: round(kg / total, 4) if total else 0.0 for name, kg in share.items()}
    return {**figures, "replan_ms": round(1000 * max(took), 1)}


def _lost(first: Match, changed: Market) -> int:
    given = np.zeros(len(changed.supplies), np.int64)
    np.add.at(given, first.allocations.supply, first.allocations.quantity)
    return int(np.maximum(given - changed.supplies.quantity, 0).sum())


def _kept(found: Match) -> Kept:
    given = found.allocations
    return Kept(line=given.line, supply=given.supply, quantity=given.quantity)


def _moved(first: Match, second: Match) -> int:
    before, after = _by_pair(first), _by_pair(second)
    stayed = sum(min(quantity, before.get(pair, 0)) for pair, quantity in after.items())
    had, has = _by_line(before), _by_line(after)
    return sum(min(quantity, had.get(line, 0)) for line, quantity in has.items()) - stayed


def _by_pair(found: Match) -> dict[tuple[int, int], int]:
    given = found.allocations
    pairs = zip(given.line.tolist(), given.supply.tolist(), strict=True)
    return dict(zip(pairs, given.quantity.tolist(), strict=True))


def _by_line(pairs: dict[tuple[int, int], int]) -> Counter[int]:
    total: Counter[int] = Counter()
    for (line, _), quantity in pairs.items():
        total[line] += quantity
    return total


if __name__ == "__main__":
    main()
