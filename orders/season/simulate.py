"""Policies side by side over the same seasons."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from orders.season import planting, selling, world
from orders.season.params import Params
from orders.season.selling import Sold
from orders.season.world import Floats, Orders, World

OLD, NEAREST, BEST = "old way", "old way, nearest first", "old way, optimum"
GREEDY, COMMITTED, REPLANNED, FAIR = "planned, greedy", "planned, committed", "planned, re-planned", "planned, fair"
POLICIES: Mapping[str, str] = MappingProxyType(
    {
        OLD: "plant by last year's price, each buyer knows 5 growers",
        NEAREST: "plant by last year's price, nearest grower first",
        BEST: "plant by last year's price, optimum",
        GREEDY: "plant by presale and forecast, nearest grower first",
        COMMITTED: "plant by presale and forecast, optimum fixed at planting",
        REPLANNED: "plant by presale and forecast, optimum at harvest",
        FAIR: "the same, with fair tenths",
    }
)
_HALF = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a policy came to over the counted seasons.

    Shares of 1: of the harvest that stayed unsold, of demand that was met, of farms with a harvest that sold less than
    half of it. Freight in yuan for each kilogram sold, revenue in yuan for each mu.
    """

    unsold: float
    fulfilled: float
    freight: float
    revenue: float
    under_half: float


@dataclass(frozen=True, slots=True)
class Season:
    """One season of a market: what is asked for and what grows, the same for all policies."""

    demand: Floats
    orders: Orders
    growth: Floats
    # By [slot, region]: what is ordered or expected at planting, and what is ordered in the end.
    expected: Floats
    ordered: Floats

    def without_late(self, params: Params, dice: np.random.Generator) -> Floats:
        """Give what is ordered by [slot, region] before the last two weeks, which orders come late being chance."""
        late = dice.random(len(self.orders.kg)) < params.late
        early = Orders(slot=self.orders.slot, region=self.orders.region, kg=np.where(late, 0, self.orders.kg))
        return _by_region(early, params)


@dataclass(frozen=True, slots=True)
class _Ground:
    """What a season's selling works on; supplies by [farm, slot], in a usual year and in this one."""

    place: World
    params: Params
    usual: Floats
    supply: Floats
    dice: np.random.Generator


def simulate(params: Params, seed: int, *, advance: Callable[[], None] = lambda: None) -> dict[str, Figures]:
    """Play all policies over the seasons of one seed; `advance` is called for each policy."""
    place, seasons = seasons_of(params, seed)
    found = {}
    for name in POLICIES:
        # Of each policy the growers' and buyers' chances are the same.
        found[name] = _play(name, place, seasons, params, np.random.default_rng([seed, 1]))
        advance()
    return found


def seasons_of(params: Params, seed: int) -> tuple[World, list[Season]]:
    """Draw the world and the seasons of one seed."""
    dice = np.random.default_rng(seed)
    place = world.make_world(params, dice)
    return place, list(_seasons(place, params, dice))


def planted(
    name: str, place: World, seasons: Iterable[Season], params: Params, dice: np.random.Generator
) -> Iterator[tuple[Season, Floats]]:
    """Give each season with the shares of land that a policy plants in it, by [farm, slot]."""
    price = place.base
    for season in seasons:
        shares = planting.old_way(place, price, params.theta, dice)
        if name not in {OLD, NEAREST, BEST}:
            shares = planting.by_demand(place, season.expected, shares, params)
        yield season, shares
        supply = shares * (place.potential * season.growth)[:, None]
        price = world.price_of(place, season.demand, supply.sum(axis=0))


def _seasons(place: World, params: Params, dice: np.random.Generator) -> Iterator[Season]:
    shocks = world.shocks(params, dice)
    for number in range(params.seasons):
        demand = world.demand_of(place, shocks[number], params)
        before = shocks[number - 1] if number else np.zeros(params.slots)
        forecast = world.demand_of(place, params.memory * before, params)
        orders = world.orders_of(demand, params, dice)
        ordered = _by_region(orders, params)
        guessed = np.repeat(forecast[:, None] / params.regions, params.regions, axis=1)
        expected = params.presale * ordered + (1 - params.presale) * guessed
        yield Season(demand, orders, world.yields_of(place, params, dice), expected, ordered)


def _by_region(orders: Orders, params: Params) -> Floats:
    place = orders.slot * params.regions + orders.region
    sums = np.bincount(place, orders.kg, params.slots * params.regions)
    return np.asarray(sums.reshape(params.slots, params.regions), np.float64)


def _play(name: str, place: World, seasons: list[Season], params: Params, dice: np.random.Generator) -> Figures:
    parts = []
    for number, (season, shares) in enumerate(planted(name, place, seasons, params, dice)):
        if number < params.burn_in:
            continue
        supply = shares * (place.potential * season.growth)[:, None]
        sold = _sell(name, season, _Ground(place, params, shares * place.potential[:, None], supply, dice))
        price = world.price_of(place, season.demand, supply.sum(axis=0))
        parts.append(_figures(place, season, supply, sold, price))
    columns = {field: float(np.mean([getattr(one, field) for one in parts])) for field in Figures.__slots__}
    return Figures(**columns)


def _sell(name: str, season: Season, ground: _Ground) -> list[Sold]:
    return [_sell_slot(name, season, slot, ground) for slot in range(ground.params.slots)]


def _sell_slot(name: str, season: Season, slot: int, ground: _Ground) -> Sold:
    place, params, supply = ground.place, ground.params, ground.supply[:, slot]
    mine = season.orders.slot == slot
    orders = Orders(slot=season.orders.slot[mine], region=season.orders.region[mine], kg=season.orders.kg[mine])
    if name == OLD:
        return selling.known_growers(place, orders, supply, params, ground.dice)
    if name in {NEAREST, GREEDY}:
        return selling.nearest_first(place, orders, supply, params)
    if name == COMMITTED:
        return _committed(season.ordered[slot], ground.usual[:, slot], supply, ground)
    step = params.fair_step if name == FAIR else 0
    return selling.optimum(place, season.ordered[slot], supply, params, fair_step=step)


def _committed(ordered: Floats, usual: Floats, supply: Floats, ground: _Ground) -> Sold:
    # Given away by a usual year's harvest: what comes beyond it finds no buyer, and what is missing is missing.
    planned = selling.optimum(ground.place, ordered, usual, ground.params)
    by_farm = np.minimum(planned.by_farm, supply)
    met = by_farm.sum() / max(planned.by_farm.sum(), 1)
    return Sold(by_farm=by_farm, freight=planned.freight * met)


def _figures(place: World, season: Season, supply: Floats, sold: list[Sold], price: Floats) -> Figures:
    by_farm = np.stack([one.by_farm for one in sold], axis=1)
    total = by_farm.sum()
    harvest = supply.sum(axis=1)
    had = harvest > 1
    return Figures(
        unsold=float(1 - total / supply.sum()),
        fulfilled=float(total / season.demand.sum()),
        freight=float(sum(one.freight for one in sold) / max(total, 1)),
        revenue=float((by_farm * price[None, :]).sum() / place.area.sum()),
        under_half=float((by_farm.sum(axis=1)[had] < _HALF * harvest[had]).mean()),
    )
