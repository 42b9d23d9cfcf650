import json
from dataclasses import replace
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import matching_made
from orders.matching import Kept, Lanes, Lines, Market, MarketError, Match, Rules, Supplies, flow, match
from orders.matching.classes import classes_of, tiers_of
from orders.matching.flow import FlowError, bound, cheapest, check
from orders.matching.network import build
from tests.orders.matching.markets import best, kept_of, markets, worth

PLAIN = Rules(keep=0, fair_step=0)
VECTORS = Path(__file__).resolve().parents[4] / "shared" / "vectors" / "finance" / "orders"


def given_of(found: Match) -> dict[tuple[int, int], int]:
    columns = (
        column.tolist() for column in (found.allocations.line, found.allocations.supply, found.allocations.quantity)
    )
    return {(line, supply): quantity for line, supply, quantity in zip(*columns, strict=True)}


def by_line(found: Match) -> dict[int, int]:
    total: dict[int, int] = {}
    for (line, _), quantity in given_of(found).items():
        total[line] = total.get(line, 0) + quantity
    return total


def value_of(market: Market, found: Match) -> int:
    return sum(quantity * (worth(market, PLAIN, *pair) or 0) for pair, quantity in given_of(found).items())


def test_published_instance_reaches_its_proven_optimum() -> None:
    if not VECTORS.is_dir():
        pytest.skip("no matching instances beside the project")
    expected = json.loads((VECTORS / "optimum.json").read_text())["s"]

    found = [match(market, PLAIN) for market in matching_made.read(VECTORS, "s")]

    assert sum(one.objective for one in found) == expected["opt_objective_M100000"]
    assert sum(one.bound for one in found) == expected["opt_objective_M100000"]
    assert sum(one.quantity for one in found) == expected["opt_kg"]


@settings(max_examples=60)
@given(markets(most=3, most_kg=4))
def test_nothing_is_worth_more(market: Market) -> None:
    found = match(market, PLAIN)

    assert found.objective == found.bound == best(market, PLAIN) == value_of(market, found)


@given(markets())
def test_fairness_costs_no_kilogram_of_what_counts_most(market: Market) -> None:
    plain, fair = match(market, PLAIN), match(market, Rules())

    assert fair.quantity == plain.quantity


@given(markets())
def test_flow_is_proven_the_cheapest(market: Market) -> None:
    found = match(market, Rules())

    assert found.bound == found.objective


@given(markets())
def test_better_paying_lines_of_a_class_come_first(market: Market) -> None:
    lines, served = market.lines, by_line(match(market, PLAIN))
    classes = classes_of(lines).of_line

    for one in range(len(lines)):
        for other in range(len(lines)):
            same = classes[one] == classes[other]
            before = (-lines.price[one], lines.rank[one]) < (-lines.price[other], lines.rank[other])
            if same and before and served.get(other):
                assert served.get(one) == lines.quantity[one]


@given(markets(), st.data())
def test_what_can_stay_stays(market: Market, data: st.DataObject) -> None:
    first = match(market, PLAIN)
    kept = Kept(line=first.allocations.line, supply=first.allocations.supply, quantity=first.allocations.quantity)

    again = match(replace(market, kept=kept), Rules(fair_step=0))

    assert given_of(again) == given_of(first)


@given(markets(whole=True))
def test_line_that_stays_whole_is_served_by_one_supply_or_not_at_all(market: Market) -> None:
    found = given_of(match(market, PLAIN))

    for line in np.nonzero(market.lines.split_ok == 0)[0].tolist():
        parts = [quantity for (one, _), quantity in found.items() if one == line]
        assert parts in ([], [market.lines.quantity[line]])


@given(markets(whole=True), st.randoms(use_true_random=False))
def test_equal_inputs_end_equally(market: Market, chance: object) -> None:
    assert len({match(market, Rules()).digest() for _ in range(3)}) == 1


def test_supply_that_fits_no_more_leaves_its_lines() -> None:
    (market,) = (one for one in matching_made.made(400, 60)[:1])
    first = match(market, Rules())
    gone = replace(
        market.supplies, quantity=np.where(np.arange(len(market.supplies)) == 3, 0, market.supplies.quantity)
    )
    kept = Kept(line=first.allocations.line, supply=first.allocations.supply, quantity=first.allocations.quantity)

    again = match(replace(market, supplies=gone, kept=kept), Rules())

    assert not any(supply == 3 for _, supply in given_of(again))


def test_kept_pair_that_may_not_be_any_more_earns_nothing() -> None:
    (market, *_) = matching_made.made(50, 8)
    barred = next(
        (line, supply)
        for line in range(50)
        for supply in range(8)
        if worth(market, PLAIN, line % len(market.lines), supply) is None
    )
    kept = kept_of([barred[0] % len(market.lines)], [barred[1]], [10])

    assert match(replace(market, kept=kept), PLAIN).objective == match(market, PLAIN).objective


def test_a_market_without_supplies_serves_nobody() -> None:
    (market, *_) = matching_made.made(20, 0)

    found = match(market, Rules())

    assert (found.quantity, found.objective, found.bound) == (0, 0, 0)


@pytest.mark.parametrize(
    ("side", "column", "values", "message"),
    [
        ("lines", "quantity", [-1], "lines.quantity: holds a number below 0"),
        ("lines", "quantity", [2**50], "lines.quantity: holds a number below 0 or above"),
        ("lines", "region", [99], "lines.region: names a place above 13"),
        ("supplies", "ask", [1, 2, 3, 4, 5], "supplies.ask: is not an array of"),
    ],
)
def test_impossible_numbers_are_named(side: str, column: str, values: list[int], message: str) -> None:
    (market, *_) = matching_made.made(60, 9)
    columns = getattr(market, side)
    wrong = np.array(values, np.int64) if len(values) > 1 else np.full(len(columns), values[0])

    with pytest.raises(MarketError, match=message):
        match(replace(market, **{side: replace(columns, **{column: wrong})}), PLAIN)


def test_two_lines_of_one_rank_are_refused() -> None:
    (market, *_) = matching_made.made(60, 9)
    lines = replace(market.lines, rank=np.zeros(len(market.lines), np.int64))

    with pytest.raises(MarketError, match=r"lines\.rank: two lines have the same rank"):
        match(replace(market, lines=lines), PLAIN)


def test_a_dearer_flow_is_found_out() -> None:
    (market, *_) = matching_made.made(900, 90)
    classes = classes_of(market.lines)
    network = build(market, classes, tiers_of(market.lines, classes), PLAIN)
    nothing = np.zeros(len(network.arcs), np.int64)
    nothing[-1] = network.total
    check(network, nothing)

    with pytest.raises(FlowError, match="is not the cheapest"):
        bound(network, nothing)
    with pytest.raises(FlowError, match="a node keeps or makes something"):
        check(network, np.zeros(len(network.arcs), np.int64))
    found = cheapest(network, prove=True)
    assert found.bound == found.cost < 0


@given(markets())
def test_eased_costs_find_what_the_true_ones_find(market: Market) -> None:
    with mock.patch.object(flow, "_EASED_FROM", 0):
        eased = match(market, Rules())

    assert (eased.objective, eased.bound) == (match(market, Rules()).objective,) * 2


def test_where_eased_costs_mislead_the_true_ones_decide() -> None:
    """A chain of 40 classes: selling one unit more reroutes each of them, at 40 times what a unit can cost."""
    steps = np.arange(40)
    none, one = np.zeros_like(steps), np.ones_like(steps)
    reach = np.eye(40, dtype=np.bool_) | np.eye(40, k=-1, dtype=np.bool_)
    lines = Lines(
        min_grade=none, window=none, region=steps, quantity=one, price=none, weight=one, rank=steps, split_ok=one
    )
    supplies = Supplies(
        farmer=steps, grade=none, region=steps, window_from=none, window_to=none, quantity=one, ask=none
    )
    # Who is served by the supply next door pays nothing; by one's own, a hundred. All are served only by their own.
    lanes = Lanes(reach=reach, freight=np.where(np.eye(40, dtype=np.bool_), 100, 0))
    market = Market(lines=lines, supplies=supplies, lanes=lanes)

    with mock.patch.object(flow, "_EASED_FROM", 0):
        found = match(market, Rules(keep=0, fair_step=0))

    assert (found.quantity, found.objective) == (40, 40 * (100_000 - 100))
