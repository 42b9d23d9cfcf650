"""What a unit sold, a unit kept and a farmer's fair share are worth to each other."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The weights of one run, in fen for each unit of mass.

    `sold` stands above every price, so that most is sold first and cheaply second; it counts once for each step of a
    line's weight. `giveaway` is what a better grade than asked for costs, a step; no more than `best_steps` are given.
    `keep` rewards what stays as it was. `fair_step` is the cost of each further tenth of a farmer's supply, so that
    tenths are sold evenly; 0 leaves fairness out.
    """

    sold: int = 100_000
    giveaway: int = 50
    best_steps: int = 1
    keep: int = 45
    fair_step: int = 40
    slices: int = 10
