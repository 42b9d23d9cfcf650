"""What a recipe expects of a run, and whether the run kept to it."""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum


class YieldVerdict(Enum):
    """How a yield stands to the range that its recipe expects."""

    BELOW = "below"
    WITHIN = "within"
    ABOVE = "above"


@dataclass(frozen=True, slots=True)
class YieldRange:
    """The product in percent of the corrected input, both ends included. Requires 0 <= low <= high."""

    low: Decimal
    high: Decimal

    def judge(self, percent: Decimal) -> YieldVerdict:
        """Say whether a yield lies in the range."""
        if percent < self.low:
            return YieldVerdict.BELOW
        return YieldVerdict.ABOVE if percent > self.high else YieldVerdict.WITHIN
