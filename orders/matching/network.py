"""The flow network of one product: source, classes, hubs, supplies, farmers, sink."""

from dataclasses import dataclass

import numpy as np

from orders.matching.classes import Classes, Tiers, cost, eligible, grouped
from orders.matching.cut import Pieces
from orders.matching.hubs import Hubs, hubs_of, through
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
class Before:
    """What each pair of class and supply had that may have it again."""

    of_class: Ints
    supply: Ints
    quantity: Ints
    cost: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Arcs, and where among them what hubs give, what they get, and what is kept stand.

    `source` sends `total` to `sink`; the last arc leads past everything, so that there is always a solution. `eased`
    are costs in which a unit sold is worth no more than any unit can cost, in place of far more: hardly ever they have
    another best flow.
    """

    arcs: Arcs
    eased: Ints
    nodes: int
    source: int
    sink: int
    total: int
    hubs: Hubs
    before: Before
    drawn: slice
    fed: slice
    kept: slice

    def pieces(self, flow: Ints) -> Pieces:
        """Give what each class gets of each supply, by the flow."""
        hubs = through(self.hubs, flow[self.drawn], flow[self.fed])
        columns = zip(hubs, (self.before.of_class, self.before.supply, flow[self.kept]), strict=True)
        of_class, supply, quantity = (np.concatenate(parts) for parts in columns)
        some = quantity > 0
        first, group = grouped([of_class[some], supply[some]])
        total = np.zeros(len(first), np.int64)
        np.add.at(total, group, quantity[some])
        return Pieces(of_class=of_class[some][first], supply=supply[some][first], quantity=total)


def build(market: Market, classes: Classes, tiers: Tiers, rules: Rules) -> Network:
    """Lay out the network whose cheapest flow is the best matching."""
    hubs, before = hubs_of(market, classes, rules), _before(market, classes, rules)
    class_node = 2 + np.arange(len(classes))
    first_supply = 2 + len(classes)
    first_hub = first_supply + len(market.supplies)
    demanded = _arcs(_SOURCE, class_node[tiers.of_class], tiers.quantity, -(rules.sold * tiers.weight + tiers.price))
    asked = np.zeros(len(classes), np.int64)
    np.add.at(asked, tiers.of_class, tiers.quantity)
    drawn = _arcs(class_node[hubs.drawing], first_hub + hubs.drawn, asked[hubs.drawing], hubs.freight)
    offered = market.supplies.quantity[hubs.feeding]
    fed = _arcs(first_hub + hubs.fed, first_supply + hubs.feeding, offered, hubs.price)
    # The smaller of what is given now and before earns the bonus: one more arc, as wide as what was given, and cheaper.
    kept = _arcs(class_node[before.of_class], first_supply + before.supply, before.quantity, before.cost - rules.keep)
    given, nodes = _offers(market, first_supply, first_hub + hubs.number, rules)
    total = int(tiers.quantity.sum())
    past = _arcs(_SOURCE, np.array([_SINK]), np.array([total]), np.array([0]))
    ends = np.cumsum([len(part) for part in (demanded, drawn, fed, kept)]).tolist()
    arcs = _joined(demanded, drawn, fed, kept, *given, past)
    eased = arcs.cost.copy()
    eased[: ends[0]] = -(min(rules.sold, _dearest(tiers, drawn, fed, rules)) * tiers.weight + tiers.price)
    return Network(
        arcs=arcs,
        eased=eased,
        nodes=nodes,
        source=_SOURCE,
        sink=_SINK,
        total=total,
        hubs=hubs,
        before=before,
        drawn=slice(ends[0], ends[1]),
        fed=slice(ends[1], ends[2]),
        kept=slice(ends[2], ends[3]),
    )


def _dearest(tiers: Tiers, drawn: Arcs, fed: Arcs, rules: Rules) -> int:
    """Give what no unit's price, freight, supply, bonus and share can come to together."""
    most = [int(one.max(initial=0)) for one in (tiers.price, drawn.cost, fed.cost)]
    return 1 + sum(most) + rules.keep + rules.fair_step * rules.slices


def _before(market: Market, classes: Classes, rules: Rules) -> Before:
    # What was given before and may not be given any more has no arc, and earns nothing.
    still = eligible(market, rules, market.kept.line, market.kept.supply)
    line, supply, quantity = (getattr(market.kept, name)[still] for name in ("line", "supply", "quantity"))
    first, group = grouped([classes.of_line[line], supply])
    total = np.zeros(len(first), np.int64)
    np.add.at(total, group, quantity)
    return Before(
        of_class=classes.of_line[line][first],
        supply=supply[first],
        quantity=total,
        cost=cost(market, rules, line[first], supply[first]),
    )


def _offers(market: Market, first_supply: int, first_farmer: int, rules: Rules) -> tuple[list[Arcs], int]:
    supplies = market.supplies
    supply_node = first_supply + np.arange(len(supplies))
    free = np.zeros(len(supplies), np.int64)
    if not rules.fair_step:
        return [_arcs(supply_node, np.full(len(supplies), _SINK), supplies.quantity, free)], first_farmer
    farmers, first, of_supply = np.unique(supplies.farmer, return_index=True, return_inverse=True)
    # Who offers one supply needs no node besides it.
    shares = np.bincount(of_supply, minlength=len(farmers)) > 1
    node = np.where(shares, first_farmer + np.cumsum(shares) - 1, supply_node[first])
    offered = np.zeros(len(farmers), np.int64)
    np.add.at(offered, of_supply, supplies.quantity)
    # Tenths that add up: the first ones are larger by one where it does not divide.
    tenths = (offered[:, None] + np.arange(rules.slices)[::-1]) // rules.slices
    costs = np.broadcast_to(rules.fair_step * np.arange(rules.slices), tenths.shape)
    sharing = shares[of_supply]
    to_farmer = _arcs(supply_node[sharing], node[of_supply][sharing], supplies.quantity[sharing], free[sharing])
    to_sink = _arcs(np.repeat(node, rules.slices), np.full(tenths.size, _SINK), tenths.ravel(), costs.ravel())
    return [to_farmer, to_sink], first_farmer + int(shares.sum())


def _arcs(tail: int | Ints, head: Ints, capacity: Ints, cost: Ints) -> Arcs:
    tails = np.broadcast_to(np.asarray(tail, np.int64), head.shape)
    return Arcs(tail=tails, head=head.astype(np.int64), capacity=capacity.astype(np.int64), cost=cost.astype(np.int64))


def _joined(*parts: Arcs) -> Arcs:
    return Arcs(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in Arcs.__slots__})
