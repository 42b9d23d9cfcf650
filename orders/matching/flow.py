"""The cheapest flow through a network, by OR-tools, and a proof of it that does not believe the solver."""

import numpy as np

from orders.matching.market import Ints
from orders.matching.network import Arcs, Network


class FlowError(RuntimeError):
    """The solver did not end with an optimum, or its answer does not stand up to the check."""


def cheapest(network: Network) -> Ints:
    """Give the flow on each arc of a cheapest flow. Raises FlowError."""
    from ortools.graph.python import min_cost_flow  # noqa: PLC0415 - seconds that most programs need not wait

    arcs = network.arcs
    solver = min_cost_flow.SimpleMinCostFlow()
    solver.add_arcs_with_capacity_and_unit_cost(
        arcs.tail.astype(np.int32), arcs.head.astype(np.int32), arcs.capacity, arcs.cost
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
