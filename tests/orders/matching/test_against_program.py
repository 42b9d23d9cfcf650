"""Markets of some hundred orders against an order-level linear program of another solver, written apart."""

from typing import Any

import pytest

from benchmarks import matching_made, matching_peers
from orders.matching import Rules, match

PLAIN = Rules(keep=0, fair_step=0)


@pytest.mark.parametrize("seed", range(4))
def test_optimum_equals_the_order_level_program_to_the_unit(seed: int) -> None:
    markets = matching_made.made(400, 40, seed=seed)

    peers: Any = matching_peers.measured(markets)
    found = sum(match(market, PLAIN).objective for market in markets)

    assert peers["highs_order_level"]["ended"]
    assert found == peers["highs_order_level"]["objective"]
    assert sum(match(market, PLAIN).quantity for market in markets) >= peers["greedy_earliest_deadline"]["kg"]
