"""Hubs between classes and supplies: one for each grade and window asked for and each region that goods leave.

Whoever asks for a grade in a window pays the same freight to a region, and whatever leaves a region for that grade and
window costs the same wherever it goes. So pairs of class and supply need no arcs of their own: a tenth of the arcs
gives the same optimum.
"""

from dataclasses import dataclass

import numpy as np

from orders.matching.classes import Classes, grouped
from orders.matching.market import Ints, Market
from orders.matching.rules import Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Hubs:
    """Which class draws on which hub and at which freight, and which supply feeds which and at which price."""

    number: int
    drawing: Ints
    drawn: Ints
    freight: Ints
    feeding: Ints
    fed: Ints
    price: Ints


def hubs_of(market: Market, classes: Classes, rules: Rules) -> Hubs:
    """Lay out the hubs of a market."""
    lines, supplies, reach = market.lines, market.supplies, market.lanes.reach
    regions = reach.shape[1]
    first, ask = grouped([lines.min_grade[classes.first], lines.window[classes.first]])
    grade, window = (column[classes.first][first] for column in (lines.min_grade, lines.window))
    steps = grade[:, None] - supplies.grade[None, :]
    fits = (steps >= 0) & (steps <= rules.best_steps)
    fits &= (supplies.window_from[None, :] <= window[:, None]) & (window[:, None] <= supplies.window_to[None, :])
    asked, feeding = (side.astype(np.int64) for side in np.nonzero(fits))
    fed = asked * regions + supplies.region[feeding]
    is_fed = np.zeros(max(1, len(first)) * regions, np.bool_)
    is_fed[fed] = True
    to = lines.region[classes.first]
    drawing, region = (side.astype(np.int64) for side in np.nonzero(reach[to]))
    drawn = ask[drawing] * regions + region
    drawing, region, drawn = (column[is_fed[drawn]] for column in (drawing, region, drawn))
    return Hubs(
        number=len(is_fed),
        drawing=drawing,
        drawn=drawn,
        freight=market.lanes.freight[to[drawing], region],
        feeding=feeding,
        fed=fed,
        price=supplies.ask[feeding] + rules.giveaway * steps[asked, feeding],
    )


def through(hubs: Hubs, drawn: Ints, fed: Ints) -> tuple[Ints, Ints, Ints]:
    """Say whose goods went to whom: [class, supply, quantity] by what was drawn from and what was fed to each hub.

    In each hub both sides are laid end to end, in the order of classes and supplies, and cut each other.
    """
    out, into = np.argsort(hubs.drawn, kind="stable"), np.argsort(hubs.fed, kind="stable")
    out, into = out[drawn[out] > 0], into[fed[into] > 0]
    out_ends, into_ends = np.cumsum(drawn[out]), np.cumsum(fed[into])
    ends = np.union1d(out_ends, into_ends)
    of_class = hubs.drawing[out[np.searchsorted(out_ends, ends)]]
    supply = hubs.feeding[into[np.searchsorted(into_ends, ends)]]
    return of_class, supply, np.diff(ends, prepend=0)
