"""What a synthetic market is made of."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """The parameters of a market.

    Distances in km, freight in fen for each kilogram and km, areas in mu, yields in kg/mu, prices in yuan/kg. The first
    `burn_in` seasons are played and not counted. `ratio` is expected demand to expected supply; `presale` the share of
    demand, in kilograms, that is ordered before planting. `theta` is how strongly growers of the old way chase last
    year's price, `demand_sd` how much a slot's demand moves from year to year: both are inputs. So are `late`, the
    share of orders that come in the last two weeks, and `estimate_sd`, how far off an estimate of the harvest still is
    two weeks before it.
    """

    farms: int = 1000
    orders: int = 20_000
    seasons: int = 6
    burn_in: int = 2
    regions: int = 14
    side_km: float = 600
    reach_km: float = 400
    freight_fen_per_km: float = 0.4
    products: int = 6
    windows: int = 4
    grows: int = 8
    presale: float = 0.6
    ratio: float = 1.0
    theta: float = 1.0
    demand_sd: float = 0.25
    memory: float = 0.5
    farm_sd: float = 0.18
    region_sd: float = 0.10
    fair_step: int = 40
    late: float = 0.2
    estimate_sd: float = 0.05

    @property
    def slots(self) -> int:
        """How many pairs of product and window there are."""
        return self.products * self.windows
