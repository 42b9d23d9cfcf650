"""Who sells to whom: by chance, nearest first, or by the optimum. Each gives kilograms by [order region, farm]."""

from dataclasses import dataclass, replace

import numpy as np

from orders.matching import Kept, Lanes, Lines, Market, Rules, Supplies, match
from orders.season.params import Params
from orders.season.world import Floats, Ints, Orders, World

_KNOWN = 5
_FEN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """So many kilograms of each farm for each region, each pair once."""

    region: Ints
    farm: Ints
    kg: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """What one slot's season came to: kilograms sold by farm, and what its freight cost in yuan."""

    by_farm: Floats
    freight: float
    # Who was given what, as kilograms by region and farm; only the optimum tells.
    given: Given | None = None


def known_growers(world: World, orders: Orders, supply: Floats, params: Params, dice: np.random.Generator) -> Sold:
    """Let each customer ask five growers, whom it happens to know, one after another."""
    growers = np.nonzero(supply > 0)[0]
    asked = dice.integers(0, max(len(growers), 1), (len(orders.kg), _KNOWN))
    return _serve(world, orders, supply, params, [growers[row] for row in asked] if len(growers) else [])


def nearest_first(world: World, orders: Orders, supply: Floats, params: Params) -> Sold:
    """Let each customer go through the growers from the nearest on, in the order in which orders came."""
    growers = np.nonzero(supply > 0)[0]
    by_region = [
        growers[np.argsort(world.distance[place][world.region[growers]], kind="stable")]
        for place in range(params.regions)
    ]
    return _serve(world, orders, supply, params, [by_region[place] for place in orders.region.tolist()])


def optimum(  # noqa: PLR0913 - what a market is, and how it is matched
    world: World,
    wanted: Floats,
    supply: Floats,
    params: Params,
    *,
    fair_step: int = 0,
    before: Given | None = None,
) -> Sold:
    """Sell by the matching's own flow, with orders summed by region: nothing but price and place tells them apart.

    What was given `before` stays where it was, for the bonus that real runs give too.
    """
    growers, places = np.nonzero(supply > 0)[0], np.nonzero(wanted >= 1)[0]
    by_farm = np.zeros(len(supply))
    if not len(growers) or not len(places):
        return Sold(by_farm=by_farm, freight=0.0)
    market = _market(world, (places, wanted[places]), (growers, supply[growers]), params)
    if before:
        market = replace(market, kept=_kept(before, places, growers))
    found = match(market, Rules(fair_step=fair_step), prove=False).allocations
    given = Given(region=places[found.line], farm=growers[found.supply], kg=found.quantity)
    np.add.at(by_farm, given.farm, given.kg)
    way = world.distance[given.region, world.region[given.farm]]
    return Sold(by_farm=by_farm, freight=float((way * given.kg).sum() * params.freight_fen_per_km / _FEN), given=given)


def _kept(before: Given, places: Ints, growers: Ints) -> Kept:
    known = np.isin(before.region, places) & np.isin(before.farm, growers)
    return Kept(
        line=np.searchsorted(places, before.region[known]),
        supply=np.searchsorted(growers, before.farm[known]),
        quantity=before.kg[known],
    )


def _serve(world: World, orders: Orders, supply: Floats, params: Params, asked: list[Ints]) -> Sold:
    left, km = supply.copy(), 0.0
    for number, growers in enumerate(asked):
        wanted, region = float(orders.kg[number]), int(orders.region[number])
        for farm in growers.tolist():
            way = world.distance[region, world.region[farm]]
            if left[farm] <= 0 or way > params.reach_km:
                continue
            kg = min(wanted, left[farm])
            left[farm] -= kg
            wanted -= kg
            km += kg * way
            if wanted <= 0:
                break
    return Sold(by_farm=supply - left, freight=km * params.freight_fen_per_km / _FEN)


def _market(world: World, wanted: tuple[Ints, Floats], supplied: tuple[Ints, Floats], params: Params) -> Market:
    (places, ordered), (growers, offered) = wanted, supplied
    none, free = np.zeros(len(places), np.int64), np.zeros(len(growers), np.int64)
    lines = Lines(
        min_grade=none,
        window=none,
        region=places.astype(np.int64),
        quantity=ordered.astype(np.int64),
        price=none,
        weight=none + 1,
        rank=np.arange(len(places)),
        split_ok=none + 1,
    )
    supplies = Supplies(
        farmer=growers.astype(np.int64),
        grade=free,
        region=world.region[growers].astype(np.int64),
        window_from=free,
        window_to=free,
        quantity=offered.astype(np.int64),
        ask=free,
    )
    freight = (world.distance * params.freight_fen_per_km).astype(np.int64)
    lanes = Lanes(reach=world.distance <= params.reach_km, freight=freight)
    return Market(lines=lines, supplies=supplies, lanes=lanes, kept=Kept())
