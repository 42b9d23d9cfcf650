"""The cheapest flow through a network, by OR-tools, and a proof of it that does not believe the solver."""

from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from orders.matching.market import Ints
from orders.matching.network import Arcs, Network

# The solver's time grows with the largest cost. From so many arcs on it pays to solve with eased costs first, and to
# prove the answer by the true ones: that takes a tenth of the time.
_EASED_FROM = 5_000


class FlowError(RuntimeError):
    """The solver did not end with an optimum, or its answer does not stand up to the check."""


@dataclass(frozen=True, slots=True)
class Cheapest:
    """The flow on each arc of a cheapest flow, what it costs, and the least that any could cost, where it is proven."""

    flow: Ints
    cost: int
    bound: int


def cheapest(network: Network, *, prove: bool) -> Cheapest:
    """Give a cheapest flow, checked. Raises FlowError where the answer fails the check or, to be proven, its proof."""
    if len(network.arcs) > _EASED_FROM:
        eased = _checked(network, network.eased)
        with suppress(FlowError):
            return Cheapest(eased, _cost(network, eased), bound(network, eased))
        # Rerouting through hundreds of classes was dearer than a unit sold: only then the true costs find what is best.
    flow = _checked(network, network.arcs.cost)
    cost = _cost(network, flow)
    return Cheapest(flow, cost, bound(network, flow) if prove else cost)


def _cost(network: Network, flow: Ints) -> int:
    return int((flow * network.arcs.cost).sum())


def _checked(network: Network, cost: Ints) -> Ints:
    flow = _solved(network, cost)
    check(network, flow)
    return flow


def _solved(network: Network, cost: Ints) -> Ints:
    from ortools.graph.python import min_cost_flow  # noqa: PLC0415 - seconds that most programs need not wait

    arcs = network.arcs
    solver = min_cost_flow.SimpleMinCostFlow()
    solver.add_arcs_with_capacity_and_unit_cost(
        arcs.tail.astype(np.int32), arcs.head.astype(np.int32), arcs.capacity, cost
    )
    solver.set_node_supply(network.source, network.total)
    solver.set_node_supply(network.sink, -network.total)
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise FlowError(f"min-cost flow: ended with {status}")
    return np.asarray(solver.flows(np.arange(len(arcs))), np.int64)


def check(network: Network, flow: Ints) -> None:
    """Check capacities, and that every node passes on what it gets. Raises FlowError."""
    arcs = network.arcs
    if (flow < 0).any() or (flow > arcs.capacity).any():
        raise FlowError("min-cost flow: an arc carries less than nothing or more than it may")
    balance = np.zeros(network.nodes, np.int64)
    np.add.at(balance, arcs.tail, flow)
    np.subtract.at(balance, arcs.head, flow)
    balance[network.source] -= network.total
    balance[network.sink] += network.total
    if balance.any():
        raise FlowError("min-cost flow: a node keeps or makes something")


def bound(network: Network, flow: Ints) -> int:
    """Give the least that any flow can cost, proven by prices at the nodes (linear programming duality).

    The prices are shortest distances in what the flow leaves free (Bellman and Ford); where the flow is cheapest they
    exist, and the bound equals its cost. Raises FlowError where a circle shows that something cheaper exists.
    """
    arcs = network.arcs
    price = _distances(_residual(arcs, flow), network.nodes)
    reduced = arcs.cost + price[arcs.tail] - price[arcs.head]
    saved = (np.minimum(reduced, 0) * arcs.capacity).sum()
    return int(network.total * (price[network.sink] - price[network.source]) + saved)


def _residual(arcs: Arcs, flow: Ints) -> Arcs:
    ahead, back = flow < arcs.capacity, flow > 0
    return Arcs(
        tail=np.concatenate([arcs.tail[ahead], arcs.head[back]]),
        head=np.concatenate([arcs.head[ahead], arcs.tail[back]]),
        capacity=np.concatenate([arcs.capacity[ahead], arcs.capacity[back]]),
        cost=np.concatenate([arcs.cost[ahead], -arcs.cost[back]]),
    )


def _distances(arcs: Arcs, nodes: int) -> Ints:
    order = np.argsort(arcs.head, kind="stable")
    tail, head, cost = arcs.tail[order], arcs.head[order], arcs.cost[order]
    starts = np.nonzero(np.diff(head, prepend=-1))[0]
    # As if every node were joined to one more at no cost: whatever cannot be reached has a price, too.
    distance = np.zeros(nodes, np.int64)
    for _ in range(nodes + 1):
        shorter = np.minimum.reduceat(distance[tail] + cost, starts) if len(starts) else distance[:0]
        better = np.minimum(distance[head[starts]], shorter)
        if (better == distance[head[starts]]).all():
            return distance
        distance[head[starts]] = better
    raise FlowError("min-cost flow: the answer is not the cheapest")
