"""Loss rates as a page tells them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from traceability.balance import LossRate
from traceability.web.words import word


@dataclass(frozen=True, slots=True)
class Period:
    """A month and what was lost in it."""

    month: date
    rate: LossRate

    @property
    def key(self) -> str:
        """The month in an address."""
        return f"{self.month:%Y-%m}"

    @property
    def name(self) -> str:
        """The month in the reader's language."""
        return date_format(self.month, "YEAR_MONTH_FORMAT")

    @property
    def reasons(self) -> list[tuple[str, Decimal, Decimal | None]]:
        """What was lost by each reason, the most first: name, kilograms, percent of the input."""
        found = [(word(reason), kg) for reason, kg in self.rate.declared.items()]
        found.sort(key=lambda one: -one[1])
        return [(name, kg, self.rate.share(kg)) for name, kg in [*found, (_("not explained"), self.rate.unexplained)]]


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step and what it lost."""

    name: str
    rate: LossRate


def step_rows(rates: Mapping[str, LossRate]) -> list[StepRow]:
    """Name the steps, the one that loses most of its input first."""
    rows = [StepRow(word(step), rate) for step, rate in rates.items()]
    return sorted(rows, key=lambda row: -(row.rate.percent or Decimal(0)))
