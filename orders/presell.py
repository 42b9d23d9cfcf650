"""How much of a planned yield to sell ahead, from a planning run's two files alone (the newsvendor's rule).

Sell Q with P(Y < Q) = Cu / (Cu + Co): Cu is lost on a kilogram that was not sold ahead and is left over, Co on one that
was and is missing.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from orders.yields import Yield

ALL_BP = 10_000
_GRAMS = 1000
# A plan that never falls short would be endless.
_MOST_BP = 9_999


@dataclass(frozen=True, slots=True, kw_only=True)
class PresellRules:
    """What goods fetch that nobody ordered, and what missing ones cost, in hundredths of a percent.

    `salvage_bp` of the usual price is what a processor pays in the end, `spot_bp` of what is left over finds a buyer
    at the full price before, and `substitution_bp` of the usual price is what it costs to bring other goods in place
    of one missing kilogram.
    """

    salvage_bp: int = 4_000
    spot_bp: int = 6_000
    substitution_bp: int = 3_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Stakes:
    """What is lost on a kilogram too many and on one too few, in fen, and the share of years that weighs the two."""

    unsold_fen: int
    missing_fen: int

    @property
    def share_bp(self) -> int:
        """In how many years the yield may fall short of what is sold ahead, in hundredths of a percent."""
        both = self.unsold_fen + self.missing_fen
        # Where neither costs anything, what a usual year gives.
        return min(ALL_BP * self.unsold_fen // both, _MOST_BP) if both else ALL_BP // 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Presell:
    """What to sell ahead of what a plot is to give in a window, both by their places in the inputs; in kg."""

    window: int
    plot: int
    expected_kg: Decimal
    ahead_kg: Decimal
    stakes: Stakes


def stakes(*, price: int, penalty: int, usual: int, rules: PresellRules) -> Stakes:
    """Weigh a price against the usual one; all in fen/kg. `penalty` is paid back beyond the deposit itself.

    The earnest money of a seller who doesn't deliver is owed twice (Civil Code, 587), so once of it is the penalty.
    """
    more = max(0, ALL_BP * price - rules.salvage_bp * usual)
    return Stakes(
        unsold_fen=more * (ALL_BP - rules.spot_bp) // ALL_BP**2,
        missing_fen=penalty + rules.substitution_bp * usual // ALL_BP,
    )


def ahead(given: Yield, share_bp: int) -> Decimal:
    """Give the mass below which the yield stays in this share of years, in kg, rounded down to grams."""
    return given.quantile(share_bp / ALL_BP) if share_bp else Decimal(0)


def terms_of(
    *, usual: int, windows: Sequence[tuple[int, int]], land: Sequence[tuple[int, int]], rules: PresellRules
) -> dict[str, Any]:
    """Make the member of a planning run's inputs that `presell_of` reads.

    Windows are [price, penalty] in fen/kg, land is what a bad and a good year give of a usual one's yield, in
    hundredths of a percent.
    """
    return {
        "usual": usual,
        "windows": [list(one) for one in windows],
        "land": [list(one) for one in land],
        "rules": asdict(rules),
    }


def presell_of(inputs: bytes, outcome: bytes) -> list[Presell]:
    """Compute what to sell ahead for each window and plot to which a planning run gives anything."""
    said = json.loads(inputs)
    grams: defaultdict[tuple[int, int], int] = defaultdict(int)
    for line, plot, given in json.loads(outcome)["allocations"]:
        # A line's third column is its window.
        grams[said["lines"][line][2], plot] += given
    return [_presell(said["presell"], place, Decimal(given) / _GRAMS) for place, given in grams.items()]


def _presell(terms: dict[str, Any], place: tuple[int, int], kg: Decimal) -> Presell:
    window, plot = place
    price, penalty = terms["windows"][window]
    bad, good = terms["land"][plot]
    weighed = stakes(price=price, penalty=penalty, usual=terms["usual"], rules=PresellRules(**terms["rules"]))
    expected = Yield(p10=kg * bad / ALL_BP, p50=kg, p90=kg * good / ALL_BP)
    return Presell(window=window, plot=plot, expected_kg=kg, ahead_kg=ahead(expected, weighed.share_bp), stakes=weighed)
