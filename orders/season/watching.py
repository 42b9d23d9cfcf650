"""Alerts two weeks before the harvest, by the rule of the real market, and whether they were right."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from orders.risk import COUNTED_ON, LATE_SPREAD, SCENARIOS, Scenarios
from orders.season import selling, world
from orders.season.params import Params
from orders.season.simulate import BEST, FAIR, REPLANNED, Season, planted, seasons_of
from orders.season.world import Floats, World

# The policies whose orders are matched by the optimum, so that it is known two weeks ahead what is sold.
WATCHED = (BEST, REPLANNED, FAIR)
# What stays unsold beyond this share of a usual year's yield is what alerts are about.
_MUCH = 0.1
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


def watch(params: Params, seed: int, policies: Sequence[str] = WATCHED) -> dict[str, Alarms]:
    """Play the counted seasons of one seed once more, and look at every supply two weeks before its harvest."""
    place, seasons = seasons_of(params, seed)
    return {name: _watched(name, place, seasons, params, seed) for name in policies}


def _watched(name: str, place: World, seasons: Iterable[Season], params: Params, seed: int) -> Alarms:
    dice, guesses = np.random.default_rng([seed, 2]), np.random.default_rng([seed, 3])
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
            may_stay = []
            for _ in range(SCENARIOS):
                wanted = early[slot] + late * guesses.lognormal(0, LATE_SPREAD, late.shape)
                comes = ahead * guesses.lognormal(0, params.estimate_sd, ahead.shape)
                sold = selling.optimum(place, wanted, comes, params, fair_step=step, before=known.given)
                may_stay.append(comes - sold.by_farm)
            total += _judged(ahead, np.stack(may_stay, axis=1), harvest - final.by_farm)
    return total


def _judged(ahead: Floats, may_stay: Floats, unsold: Floats) -> Alarms:
    growing = np.nonzero(ahead >= 1)[0]
    usual, scenarios = _kilograms(ahead[growing]), may_stay[growing]
    seen = zip(usual, map(_kilograms, scenarios), strict=True)
    alarming = np.fromiter((Scenarios(kg, stays).is_alarming for kg, stays in seen), np.bool_, len(growing))
    much = unsold[growing] > _MUCH * ahead[growing]
    return Alarms(
        supplies=len(growing), raised=int(alarming.sum()), unsold=int(much.sum()), right=int((alarming & much).sum())
    )


def _kilograms(amounts: Floats) -> list[Decimal]:
    return [Decimal(one).quantize(_GRAM) for one in amounts.tolist()]
