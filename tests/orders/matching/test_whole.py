"""Lines that stay whole, against trying every way."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings

from benchmarks import matching_made
from orders.matching import Market, Rules, match
from tests.orders.matching.markets import best_whole, markets, worth

PLAIN = Rules(keep=0, fair_step=0)


def of_whole_lines(market: Market) -> Market:
    return replace(market, lines=replace(market.lines, split_ok=np.zeros(len(market.lines), np.int64)))


def value(market: Market) -> int:
    given = match(market, PLAIN).allocations
    columns = (given.line.tolist(), given.supply.tolist(), given.quantity.tolist())
    return sum(kg * (worth(market, PLAIN, line, supply) or 0) for line, supply, kg in zip(*columns, strict=True))


@settings(max_examples=25)
@given(markets(most=4, most_kg=6))
def test_lines_that_all_stay_whole_are_served_as_well_as_can_be(market: Market) -> None:
    whole = of_whole_lines(market)

    assert value(whole) in {best_whole(whole, PLAIN), match(market, PLAIN).objective}


def test_a_line_is_swapped_so_that_another_fits() -> None:
    (market, *_) = matching_made.made(40, 6)
    lines, supplies = market.lines, market.supplies
    two, none = np.full(2, 0, np.int64), np.zeros(2, np.int64)
    tight = replace(
        market,
        lines=replace(
            lines,
            **dict.fromkeys(("min_grade", "window", "region"), none),
            quantity=np.array([4, 6]),
            price=np.array([900, 800]),
            weight=none + 1,
            rank=np.arange(2),
            split_ok=two,
        ),
        supplies=replace(
            supplies,
            **dict.fromkeys(("farmer", "grade", "region", "window_from", "window_to", "ask"), none),
            quantity=np.array([6, 4]),
        ),
    )

    given = match(tight, PLAIN).allocations

    assert (given.line.tolist(), given.supply.tolist(), given.quantity.tolist()) == ([0, 1], [1, 0], [4, 6])


def test_the_search_ends_equally_each_time() -> None:
    (market, *_) = matching_made.made(300, 30)
    whole = of_whole_lines(market)

    assert len({match(whole, Rules()).digest() for _ in range(3)}) == 1
