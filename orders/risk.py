"""Whether much of a supply may stay unsold, two weeks before its harvest: one rule for the market and its simulator.

Masses are in kg.
"""

from dataclasses import dataclass
from decimal import Decimal

from orders.yields import Yield

# Of the orders that came in the last weeks a year ago, so many are counted on: to be told in vain is the lesser evil.
COUNTED_ON = 0.9
# More than a tenth of a usual year's yield without a buyer, in more than three years of ten.
_MUCH = Decimal("0.1")
_CHANCE = 0.3


@dataclass(frozen=True, slots=True)
class Outlook:
    """What may be harvested of a supply, and what of it is sold or will be to late orders."""

    may_come: Yield
    taken: Decimal

    @property
    def chance(self) -> float:
        """How likely it is that much stays unsold."""
        return self.may_come.chance_above(self.taken + _MUCH * self.may_come.p50)

    @property
    def expected(self) -> Decimal:
        """How much is expected to stay unsold: E[(Y - taken)+]."""
        return self.may_come.expected_above(self.taken)

    @property
    def is_alarming(self) -> bool:
        """Whether its grower should hear of it."""
        return self.chance > _CHANCE
