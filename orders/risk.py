"""Whether much of a supply may stay unsold, two weeks before its harvest: one rule for the market and its simulator.

Which supply late orders go to hangs on small differences between all supplies, which nobody knows two weeks ahead. So
the market is matched in several scenarios, in which harvests and late orders come out otherwise each time. Masses are
in kg.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from orders.yields import Yield

# Of the orders that came in the last weeks a year ago, so many are counted on: to be told in vain is the lesser evil.
COUNTED_ON = 0.85
# So many scenarios; in each, what comes late from a place is higher or lower by about a third.
SCENARIOS = 9
LATE_SPREAD = 0.3
# More than a tenth of a usual year's yield without a buyer, in more than three years of ten.
_MUCH = Decimal("0.1")
_CHANCE = 0.3
_GRAM = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class Scenarios:
    """What a supply gives in a usual year, and what of it stayed unsold in each scenario."""

    usual: Decimal
    unsold: Sequence[Decimal]

    @property
    def chance(self) -> float:
        """In which share of the scenarios much stays unsold."""
        return sum(kg > _MUCH * self.usual for kg in self.unsold) / len(self.unsold)

    @property
    def expected(self) -> Decimal:
        """How much stays unsold on the average."""
        return (sum(self.unsold, Decimal(0)) / len(self.unsold)).quantize(_GRAM)

    @property
    def is_alarming(self) -> bool:
        """Whether its grower should hear of it."""
        return self.chance > _CHANCE


@dataclass(frozen=True, slots=True)
class Outlook:
    """What may be harvested of a supply, and what of it is sold, where nobody knows what comes late."""

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
