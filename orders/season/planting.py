"""Who plants what: by last year's price, or by what is ordered and expected."""

import numpy as np
from ortools.graph.python import min_cost_flow

from orders.season.params import Params
from orders.season.world import Floats, Ints, World

# Prices in the network are whole hundredths of a yuan.
_FEN = 100


def old_way(world: World, price: Floats, theta: float, dice: np.random.Generator) -> Floats:
    """Let each farm plant all its land with one slot, the likelier the better last year's price.

    Gives the share of land by [farm, slot].
    """
    worth = theta * np.log(price)[None, :] + dice.gumbel(size=world.can_grow.shape)
    chosen = np.where(world.can_grow, worth, -np.inf).argmax(axis=1)
    shares = np.zeros(world.can_grow.shape)
    shares[np.arange(len(chosen)), chosen] = 1
    return shares


def by_demand(world: World, wanted: Floats, fallback: Floats, params: Params) -> Floats:
    """Plant what is wanted by [slot, region] where it can grow, at the best price and the least freight, by one flow.

    Land that is left goes the old way.
    """
    farm, slot = (side.astype(np.int64) for side in np.nonzero(world.can_grow))
    planned = _flow(world, wanted, (farm, slot), params)
    shares = np.zeros(world.can_grow.shape)
    shares[farm, slot] = planned / world.potential[farm]
    left = np.clip(1 - shares.sum(axis=1), 0, 1)
    return np.asarray(shares + left[:, None] * fallback, np.float64)


def _flow(world: World, wanted: Floats, grown: tuple[Ints, Ints], params: Params) -> Ints:
    farm, slot = grown
    farms, regions = len(world.region), len(world.distance)
    depots = wanted.size
    made, asked, source, sink = farms, farms + depots, farms + 2 * depots, farms + 2 * depots + 1
    capacity, free = world.potential.astype(np.int64), np.zeros(farms, np.int64)
    solver = min_cost_flow.SimpleMinCostFlow()
    add = solver.add_arcs_with_capacity_and_unit_cost
    add(np.full(farms, source), np.arange(farms), capacity, free)
    best = int(world.base.max() * _FEN)
    depot = made + slot * regions + world.region[farm]
    arcs = add(farm, depot, capacity[farm], best - (world.base[slot] * _FEN).astype(np.int64))
    total = int(capacity.sum())
    start, to = np.nonzero(world.distance <= params.reach_km)
    for one in range(len(wanted)):
        freight = (world.distance[to, start] * params.freight_fen_per_km).astype(np.int64)
        add(made + one * regions + start, asked + one * regions + to, np.full(len(start), total), freight)
    add(asked + np.arange(depots), np.full(depots, sink), wanted.astype(np.int64).ravel(), np.zeros(depots, np.int64))
    solver.add_arc_with_capacity_and_unit_cost(source, sink, total, 100 * best)
    solver.set_node_supply(source, total)
    solver.set_node_supply(sink, -total)
    if solver.solve() != solver.OPTIMAL:
        raise RuntimeError("planting: the flow has no optimum")
    return np.asarray(solver.flows(arcs), np.int64)
