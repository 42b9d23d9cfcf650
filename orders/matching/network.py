"""The flow network of one product: source, classes, supplies, farmers, sink."""

from dataclasses import dataclass

import numpy as np

from orders.matching.classes import Classes, Tiers, eligible
from orders.matching.market import Ints, Market
from orders.matching.rules import Rules

_SOURCE, _SINK = 0, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Arcs:
    """Arcs by their ends, capacities and costs, in the order in which all other arrays speak of them."""

    tail: Ints
    head: Ints
    capacity: Ints
    cost: Ints

    def __len__(self) -> int:
        return len(self.tail)


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Arcs, and where among them the pairs of class and supply stand: `pair_class` and `pair_supply` from `pairs` on.

    `source` sends `total` to `sink`; the last arc leads past everything, so that there is always a solution.
    """

    arcs: Arcs
    nodes: int
    source: int
    sink: int
    total: int
    pairs: slice
    pair_class: Ints
    pair_supply: Ints


def build(market: Market, classes: Classes, tiers: Tiers, rules: Rules) -> Network:
    """Lay out the network whose cheapest flow is the best matching."""
    class_node = 2 + np.arange(len(classes))
    first_farmer = 2 + len(classes) + len(market.supplies)
    supply_node = np.arange(2 + len(classes), first_farmer)
    demanded = _arcs(_SOURCE, class_node[tiers.of_class], tiers.quantity, -(rules.sold * tiers.weight + tiers.price))
    pair_class, pair_supply, capacity, cost = _pairs(market, classes, rules)
    served = _arcs(class_node[pair_class], supply_node[pair_supply], capacity, cost)
    given, nodes = _offers(market, supply_node, first_farmer, rules)
    total = int(tiers.quantity.sum())
    past = _arcs(_SOURCE, np.array([_SINK]), np.array([total]), np.array([0]))
    return Network(
        arcs=_joined(demanded, served, *given, past),
        nodes=nodes,
        source=_SOURCE,
        sink=_SINK,
        total=total,
        pairs=slice(len(demanded), len(demanded) + len(served)),
        pair_class=pair_class,
        pair_supply=pair_supply,
    )


def _pairs(market: Market, classes: Classes, rules: Rules) -> tuple[Ints, Ints, Ints, Ints]:
    lines, supplies = market.lines, market.supplies
    of_class, of_supply = (side.astype(np.int64) for side in np.nonzero(eligible(market, classes, rules)))
    line = classes.first[of_class]
    steps = lines.min_grade[line] - supplies.grade[of_supply]
    freight = market.lanes.freight[lines.region[line], supplies.region[of_supply]]
    cost = supplies.ask[of_supply] + freight + rules.giveaway * steps
    before = _kept_by_pair(market, classes, of_class, of_supply)
    kept = np.nonzero(before)[0]
    # The smaller of what is given now and before earns the bonus: one more arc, as wide as what was given, and cheaper.
    return (
        np.concatenate([of_class, of_class[kept]]),
        np.concatenate([of_supply, of_supply[kept]]),
        np.concatenate([supplies.quantity[of_supply], before[kept]]),
        np.concatenate([cost, cost[kept] - rules.keep]),
    )


def _kept_by_pair(market: Market, classes: Classes, of_class: Ints, of_supply: Ints) -> Ints:
    width = max(1, len(market.supplies))
    pair = of_class * width + of_supply
    named = classes.of_line[market.kept.line] * width + market.kept.supply
    place = np.searchsorted(pair, named)
    # What was given before and may not be given any more has no arc, and earns nothing.
    known = (place < len(pair)) & (pair[np.minimum(place, len(pair) - 1)] == named) if len(pair) else place < 0
    found = np.zeros(len(pair), np.int64)
    np.add.at(found, place[known], market.kept.quantity[known])
    return found


def _offers(market: Market, supply_node: Ints, first_farmer: int, rules: Rules) -> tuple[list[Arcs], int]:
    supplies = market.supplies
    free = np.zeros(len(supplies), np.int64)
    if not rules.fair_step:
        return [_arcs(supply_node, np.full(len(supplies), _SINK), supplies.quantity, free)], first_farmer
    farmers, of_supply = np.unique(supplies.farmer, return_inverse=True)
    node = first_farmer + np.arange(len(farmers))
    offered = np.zeros(len(farmers), np.int64)
    np.add.at(offered, of_supply, supplies.quantity)
    # Tenths that add up: the first ones are larger by one where it does not divide.
    tenths = (offered[:, None] + np.arange(rules.slices)[::-1]) // rules.slices
    costs = np.broadcast_to(rules.fair_step * np.arange(rules.slices), tenths.shape)
    to_farmer = _arcs(supply_node, node[of_supply], supplies.quantity, free)
    to_sink = _arcs(np.repeat(node, rules.slices), np.full(tenths.size, _SINK), tenths.ravel(), costs.ravel())
    return [to_farmer, to_sink], first_farmer + len(farmers)


def _arcs(tail: int | Ints, head: Ints, capacity: Ints, cost: Ints) -> Arcs:
    tails = np.broadcast_to(np.asarray(tail, np.int64), head.shape)
    return Arcs(tail=tails, head=head.astype(np.int64), capacity=capacity.astype(np.int64), cost=cost.astype(np.int64))


def _joined(*parts: Arcs) -> Arcs:
    return Arcs(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in Arcs.__slots__})
