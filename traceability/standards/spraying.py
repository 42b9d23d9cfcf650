"""When a crop may be harvested after it was sprayed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Spraying:
    """A product sprayed on a day, and the days that must pass before harvest (GB/T 8321: pre-harvest interval)."""

    product: str
    sprayed_on: date
    phi_days: int

    @property
    def harvest_from(self) -> date:
        """The first day on which harvest is allowed: the day of spraying plus the interval."""
        return self.sprayed_on + timedelta(days=self.phi_days)


def harvest_from(sprayings: Iterable[Spraying]) -> date | None:
    """Return the first day on which harvest is allowed after all sprayings; None where nothing was sprayed."""
    return max((spraying.harvest_from for spraying in sprayings), default=None)


def violated_by(harvest_on: date, sprayings: Iterable[Spraying]) -> list[Spraying]:
    """List the sprayings whose interval a harvest on that day would violate, the longest wait first.

    A spraying after the harvest, as between two pickings of strawberries, is no concern of that harvest.
    """
    inside = (one for one in sprayings if one.sprayed_on <= harvest_on < one.harvest_from)
    return sorted(inside, key=lambda one: (one.harvest_from, one.product), reverse=True)
