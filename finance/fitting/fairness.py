"""Whether groups of farmers fare alike. Their traits are read here alone, and never by a card.

The alarm asks for both: a ratio outside .8 to 1.25, and that chance would bring one so far apart, in any of all the
comparisons of a report, in fewer than one of twenty. With the ratio alone a cut that few pass rings by itself.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from finance.fitting.woe import Flags, Floats, Ints

CUTS = (540, 580, 620, 660)
LEAST, MOST, ENOUGH = 0.8, 1.25, 100
# A smaller group is not shown: few farms would be told apart in it.
FEWEST = 11
# How often all comparisons together may ring by chance.
LEVEL = 0.05
_DRAWS = 500


@dataclass(frozen=True, slots=True)
class Group:
    """Who is in a group, and who is compared at all: of some nothing is known."""

    inside: Flags
    among: Flags


@dataclass(frozen=True, slots=True)
class Ratio:
    """A group's rate against that of all others, with the range that holds it in 95 of 100 samples.

    `chance` is how often rates that are alike would come out as far apart in one of all the comparisons of a report
    (Fisher's exact test, Bonferroni).
    """

    group: str
    measure: str
    cut: int
    count: int
    ratio: float
    low: float
    high: float
    chance: float = 0.0

    @property
    def is_outside(self) -> bool:
        """Whether a group of at least 100 fares outside .8 to 1.25."""
        return self.count >= ENOUGH and not LEAST <= self.ratio <= MOST

    @property
    def is_alarm(self) -> bool:
        """Whether it does so beyond chance."""
        return self.is_outside and self.chance <= LEVEL


def ratios(
    scores: Ints,
    groups: Mapping[str, Flags | Group],
    *,
    bad: Flags | None = None,
    seed: int = 0,
    cuts: tuple[int, ...] = CUTS,
) -> list[Ratio]:
    """Compare who is at or above each cut; and with outcomes also who is so among the good (true positive rate)."""
    generator = np.random.default_rng(seed)
    everyone = np.ones(len(scores), dtype=np.bool_)
    measures = {"approval": everyone} if bad is None else {"approval": everyone, "tpr": ~bad}
    found = [
        Ratio(name, measure, cut, int(inside.sum()), *_ratio(scores >= cut, inside, outside, generator))
        for cut in cuts
        for name, group in groups.items()
        for measure, among in measures.items()
        for inside, outside in _sides(group, among)
    ]
    judged = sum(one.count >= ENOUGH for one in found)
    return [replace(one, chance=min(1.0, one.chance * judged)) for one in found]


def _sides(group: Flags | Group, among: Flags) -> Iterator[tuple[Flags, Flags]]:
    whole = group if isinstance(group, Group) else Group(group, among)
    inside, outside = whole.inside & whole.among & among, ~whole.inside & whole.among & among
    if min(inside.sum(), outside.sum()) >= FEWEST:
        yield inside, outside


def _ratio(
    passed: Flags, inside: Flags, outside: Flags, generator: np.random.Generator
) -> tuple[float, float, float, float]:
    from scipy.stats import fisher_exact  # noqa: PLC0415 - seconds that most programs need not wait

    counts = [(int(side.sum()), int((passed & side).sum())) for side in (inside, outside)]
    # Resampling yes and no with replacement is a binomial draw: quick whatever the number of farmers.
    drawn = [generator.binomial(total, hit / total, _DRAWS) / total for total, hit in counts]
    (all_in, hit_in), (all_out, hit_out) = counts
    ratio = _divided(np.array([hit_in / all_in]), np.array([hit_out / all_out]))[0]
    low, high = np.quantile(_divided(*drawn), [0.025, 0.975])
    chance = fisher_exact([[hit, total - hit] for total, hit in counts]).pvalue
    return float(ratio), float(low), float(high), float(chance)


def _divided(upper: Floats, lower: Floats) -> Floats:
    # Nobody on either side passes: alike.
    upper, lower = np.where(upper == lower, 1.0, upper), np.where(upper == lower, 1.0, lower)
    return np.asarray(upper / np.maximum(lower, 1e-9), dtype=np.float64)
