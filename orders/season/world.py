"""Farms, regions and customers: drawn once for each seed, and each season's demand and yields."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from orders.season.params import Params

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_WINDOW_FACTOR = (1.5, 1.15, 0.95, 0.85)
_BASE_YUAN = (8.0, 16.0)
_AREA = (2.2, 0.6)
_YIELD = (1000.0, 150.0)
_SHARE = 6.0
_ELASTICITY = 1.2
# Even the worst year gives a tenth of a usual one.
LEAST_GROWTH = 0.1
_PRICE_RANGE = (0.4, 2.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What stays the same over the seasons. `can_grow` is [farm, slot]; distances are [region, region]."""

    region: Ints
    area: Floats
    per_mu: Floats
    can_grow: NDArray[np.bool_]
    distance: Floats
    base: Floats
    mean_demand: Floats

    @property
    def potential(self) -> Floats:
        """What each farm gives in a usual year, in kg."""
        return self.area * self.per_mu


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """One season's orders: slot, region and kilograms of each, in the order in which they came."""

    slot: Ints
    region: Ints
    kg: Floats


def make_world(params: Params, dice: np.random.Generator) -> World:
    """Draw a world."""
    where = dice.uniform(0, params.side_km, (params.regions, 2))
    can_grow = np.zeros((params.farms, params.slots), np.bool_)
    for farm in range(params.farms):
        can_grow[farm, dice.choice(params.slots, params.grows, replace=False)] = True
    area = dice.lognormal(*_AREA, params.farms)
    per_mu = np.maximum(dice.normal(*_YIELD, params.farms), _YIELD[0] / 2)
    share = dice.dirichlet(np.full(params.slots, _SHARE))
    factor = np.tile(np.resize(_WINDOW_FACTOR, params.windows), params.products)
    return World(
        region=dice.integers(0, params.regions, params.farms),
        area=area,
        per_mu=per_mu,
        can_grow=can_grow,
        distance=np.hypot(*(where[:, None, :] - where[None, :, :]).transpose(2, 0, 1)),
        base=np.repeat(dice.uniform(*_BASE_YUAN, params.products), params.windows) * factor,
        mean_demand=share * float((area * per_mu).sum()) * params.ratio,
    )


def shocks(params: Params, dice: np.random.Generator) -> Floats:
    """Draw each season's shock of demand by [season, slot]: autocorrelated, of mean one."""
    found = np.zeros((params.seasons, params.slots))
    before = dice.normal(0, params.demand_sd, params.slots)
    fresh = params.demand_sd * np.sqrt(1 - params.memory**2)
    for season in range(params.seasons):
        before = params.memory * before + dice.normal(0, fresh, params.slots)
        found[season] = before
    return found


def demand_of(world: World, shock: Floats, params: Params) -> Floats:
    """Give the kilograms that are asked for of each slot."""
    return np.asarray(world.mean_demand * np.exp(shock - params.demand_sd**2 / 2), np.float64)


def orders_of(demand: Floats, params: Params, dice: np.random.Generator) -> Orders:
    """Cut a season's demand into orders of very different sizes."""
    slot = dice.choice(params.slots, params.orders, p=demand / demand.sum())
    size = dice.lognormal(0, 0.8, params.orders)
    total = np.bincount(slot, size, params.slots)
    kg = size * (demand / np.where(total > 0, total, 1))[slot]
    return Orders(slot=slot.astype(np.int64), region=dice.integers(0, params.regions, params.orders), kg=kg)


def yields_of(world: World, params: Params, dice: np.random.Generator) -> Floats:
    """Draw what each farm's land gives this season, as a factor of a usual year."""
    own = dice.normal(0, params.farm_sd, params.farms)
    regional = dice.normal(0, params.region_sd, params.regions)[world.region]
    return np.asarray(np.maximum(1 + own + regional, LEAST_GROWTH), np.float64)


def price_of(world: World, demand: Floats, supply: Floats) -> Floats:
    """Give the market's price of each slot in yuan/kg, from what was asked for and what came."""
    ratio = demand / np.maximum(supply, 1)
    return np.asarray(world.base * np.clip(ratio ** (1 / _ELASTICITY), *_PRICE_RANGE), np.float64)
