"""Too little for several lines of one class and priority: each gets its share, in whole packs.

Pure; quantities are whole packs of one product.
"""

from collections.abc import Sequence
from dataclasses import dataclass

_ALL_BP = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One line: what it lacks, what was ordered, and the share of that, in hundredths of a percent, that it needs.

    What it does not lack it has already.
    """

    lacks: int
    ordered: int
    min_accept_bp: int

    def takes(self, given: int) -> bool:
        """Whether a line that is given so much besides what it has reaches what its buyer takes at least."""
        return (self.ordered - self.lacks + given) * _ALL_BP >= self.min_accept_bp * self.ordered


def pro_rata(available: int, lacking: Sequence[int]) -> list[int]:
    """Share packs out by what each lacks: whole parts first, what is left to the largest remainders.

    Equal remainders go to whoever stands first. Nobody gets more than it lacks.
    """
    total = sum(lacking)
    if available >= total:
        return list(lacking)
    shares = [available * one // total for one in lacking]
    by_remainder = sorted(range(len(lacking)), key=lambda place: (-(available * lacking[place] % total), place))
    for place in by_remainder[: available - sum(shares)]:
        shares[place] += 1
    return shares


def ration(available: int, claims: Sequence[Claim]) -> list[int]:
    """Share packs out pro rata among the lines whose buyers would take their share.

    Whoever is furthest below what it would take goes without (of equals the last), and the others share anew: a part
    that is sent back helps nobody.
    """
    shares = [0] * len(claims)
    served = [place for place, one in enumerate(claims) if one.lacks > 0]
    while served:
        given = pro_rata(available, [claims[place].lacks for place in served])
        short = [place for place, packs in zip(served, given, strict=True) if not claims[place].takes(packs)]
        if not short:
            for place, packs in zip(served, given, strict=True):
                shares[place] = packs
            break
        by_place = dict(zip(served, given, strict=True))
        served.remove(max(short, key=lambda place: (_missing(claims[place], by_place[place]), place)))
    return shares


def _missing(claim: Claim, given: int) -> float:
    """Give how far a line stays below what its buyer takes at least, as a share of what was ordered."""
    return claim.min_accept_bp / _ALL_BP - (claim.ordered - claim.lacks + given) / claim.ordered
