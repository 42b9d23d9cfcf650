"""Alerts two weeks before the harvest, by the rule of the real market, and whether they were right."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from statistics import NormalDist

import numpy as np

from orders.risk import COUNTED_ON, Outlook
from orders.season import selling, world
from orders.season.params import Params
from orders.season.simulate import BEST, FAIR, REPLANNED, Season, planted, seasons_of
from orders.season.world import Floats, World
from orders.yields import Yield

# The policies whose orders are matched by the optimum, so that it is known two weeks ahead what is sold.
WATCHED = (BEST, REPLANNED, FAIR)
# What stays unsold beyond this share of a usual year's yield is what alerts are about.
_MUCH = 0.1
_Z90 = NormalDist().inv_cdf(0.9)
_GRAM = Decimal("0.001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarms:
    """How many supplies there were, how many alerts, how many supplies had much unsold in the end, and how many both.

    `recall` is the share of what stayed unsold that was told of, `precision` the share of alerts that were right.
    """

    supplies: int = 0
    raised: int = 0
    unsold: int = 0
    right: int = 0

    @property
    def recall(self) -> float:
        """The share of supplies with much unsold of which an alert told; one where there were none."""
        return self.right / self.unsold if self.unsold else 1.0

    @property
    def precision(self) -> float:
        """The share of alerts after which much stayed unsold; one where there were none."""
        return self.right / self.raised if self.raised else 1.0

    def __add__(self, other: "Alarms") -> "Alarms":
        return Alarms(
            supplies=self.supplies + other.supplies,
            raised=self.raised + other.raised,
            unsold=self.unsold + other.unsold,
            right=self.right + other.right,
        )


def watch(params: Params, seed: int) -> dict[str, Alarms]:
    """Play the counted seasons of one seed once more, and look at every supply two weeks before its harvest."""
    place, seasons = seasons_of(params, seed)
    return {name: _watched(name, place, seasons, params, seed) for name in WATCHED}


def _watched(name: str, place: World, seasons: Iterable[Season], params: Params, seed: int) -> Alarms:
    dice = np.random.default_rng([seed, 2])
    total = Alarms()
    for number, (season, shares) in enumerate(planted(name, place, seasons, params, np.random.default_rng([seed, 1]))):
        early = season.without_late(params, dice)
        # What a grower sees two weeks ahead is near the truth, and no more than that.
        seen = np.maximum(season.growth * (1 + dice.normal(0, params.estimate_sd, params.farms)), world.LEAST_GROWTH)
        if number < params.burn_in:
            continue
        for slot in range(params.slots):
            ahead, harvest = (shares[:, slot] * place.potential * grown for grown in (seen, season.growth))
            step = params.fair_step if name == FAIR else 0
            known = selling.optimum(place, early[slot], ahead, params, fair_step=step)
            final = selling.optimum(place, season.ordered[slot], harvest, params, fair_step=step, before=known.given)
            # As many come late as a year ago, and some of them are counted on.
            late = early[slot] * COUNTED_ON * params.late / (1 - params.late)
            likely = selling.optimum(place, early[slot] + late, ahead, params, fair_step=step, before=known.given)
            total += _judged(ahead, likely.by_farm, harvest - final.by_farm, params.estimate_sd)
    return total


def _judged(ahead: Floats, taken: Floats, unsold: Floats, sd: float) -> Alarms:
    growing = np.nonzero(ahead >= 1)[0]
    low, high = (Decimal(float(np.exp(sign * _Z90 * sd))) for sign in (-1, 1))
    alarming = np.zeros(len(growing), np.bool_)
    for place, (p50, gone) in enumerate(zip(_kilograms(ahead[growing]), _kilograms(taken[growing]), strict=True)):
        alarming[place] = Outlook(Yield(p50 * low, p50, p50 * high), gone).is_alarming
    much = unsold[growing] > _MUCH * ahead[growing]
    return Alarms(
        supplies=len(growing), raised=int(alarming.sum()), unsold=int(much.sum()), right=int((alarming & much).sum())
    )


def _kilograms(amounts: Floats) -> list[Decimal]:
    return [Decimal(one).quantize(_GRAM) for one in amounts.tolist()]
