"""What a period lost: by step, by reason, and over all steps together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from traceability.balance.rounding import percent_of
from traceability.balance.run import Balance, Run, balance_of

_NONE = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class LossRate:
    """The loss of some runs: of so many corrected kilograms so many were lost, by their reasons and unexplained.

    By-products are weighed and named, and never count as loss, whether anybody buys them or not.
    """

    runs: int
    corrected: Decimal
    dried: Decimal
    declared: Mapping[str, Decimal]
    unexplained: Decimal

    @property
    def lost(self) -> Decimal:
        """Kilograms lost: declared and unexplained."""
        return sum(self.declared.values(), _NONE) + self.unexplained

    @property
    def percent(self) -> Decimal | None:
        """The loss rate; None where nothing went in."""
        return percent_of(self.lost, self.corrected)

    def share(self, kg: Decimal) -> Decimal | None:
        """Say how many percent of the input some of the lost kilograms are."""
        return percent_of(kg, self.corrected)


def loss_rate(runs: Sequence[Run]) -> LossRate:
    """Reckon the loss rate of runs that were finished in one period, over all their steps.

    What one run of the period made and another used is counted once, where it came in from outside; so a lot that
    passes five steps is not five lots of input. All water that left is taken off the input.
    """
    made = [one.name for run in runs for one in (*run.outputs, *run.by_products)]
    used = _inside(runs, frozenset(made))
    return _rate([balance_of(run) for run in runs], inside=used)


def loss_rates_by_step(runs: Iterable[Run]) -> dict[str, LossRate]:
    """Reckon the loss rate of each step by itself, in the order in which the steps first appear."""
    steps: dict[str, list[Balance]] = {}
    for run in runs:
        steps.setdefault(run.step, []).append(balance_of(run))
    return {step: _rate(balances, inside=_NONE) for step, balances in steps.items()}


def _inside(runs: Iterable[Run], made: frozenset[str]) -> Decimal:
    return sum((one.kg for run in runs for one in run.inputs if one.name in made), _NONE)


def _rate(balances: Sequence[Balance], *, inside: Decimal) -> LossRate:
    declared: dict[str, Decimal] = {}
    for balance in balances:
        for reason, kg in balance.declared.items():
            declared[reason] = declared.get(reason, _NONE) + kg
    return LossRate(
        runs=len(balances),
        corrected=sum((one.corrected for one in balances), _NONE) - inside,
        dried=sum((one.dried for one in balances), _NONE),
        declared=MappingProxyType(declared),
        unexplained=sum((one.unexplained for one in balances), _NONE),
    )
