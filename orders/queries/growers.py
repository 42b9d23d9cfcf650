"""What a run changes for whom: each grower's kilograms before and after, and why."""

from dataclasses import dataclass
from decimal import Decimal

from accounts.models import Organisation
from orders.models import MatchRun, OrderLine, PlanSupply
from orders.services.runs import Moved, Pairs, moves, proposed, reserved

_MOST = 50


@dataclass(frozen=True, slots=True)
class Change:
    """What one grower had reserved before, and has after."""

    farmer: Organisation
    before: Decimal
    after: Decimal

    @property
    def difference(self) -> Decimal:
        """What is gained, or lost below zero."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Step:
    """So many kilograms of one line that would come from another grower than before; None stands for nobody."""

    line: OrderLine
    before: Organisation | None
    after: Organisation | None
    kg: Decimal


@dataclass(frozen=True, slots=True)
class Effect:
    """What a run that waits would change: by grower, and how many kilograms change their grower."""

    changes: list[Change]
    moved: Decimal
    lines: int
    steps: list[Step]


def effect_of(run: MatchRun) -> Effect:
    """Compare what stands now with what a run proposes; who loses most comes first."""
    before, after = reserved(run.product), proposed(run)
    farmer_of = _farmers(before, after)
    had, gets = _by_farmer(before, farmer_of), _by_farmer(after, farmer_of)
    changes = [
        Change(farmer, had.get(farmer, Decimal(0)), gets.get(farmer, Decimal(0)))
        for farmer in {*had, *gets}
        if had.get(farmer) != gets.get(farmer)
    ]
    moved = [one for one in moves(before, after) if one.before]
    return Effect(
        sorted(changes, key=lambda one: (one.difference, one.farmer.name, one.farmer.pk)),
        sum((one.kg for one in moved), Decimal(0)),
        len({one.line for one in moved}),
        _steps(moves(before, after), farmer_of),
    )


def _steps(moved: list[Moved], farmer_of: dict[object, Organisation]) -> list[Step]:
    most = sorted(moved, key=lambda one: (one.before is None, -one.kg, one.line))[:_MOST]
    lines = OrderLine.objects.select_related("order__channel").in_bulk([one.line for one in most])
    named = {None: None, **farmer_of}
    return [Step(lines[one.line], named[one.before], named[one.after], one.kg) for one in most]


def _farmers(*pairs: Pairs) -> dict[object, Organisation]:
    ids = {supply for one in pairs for _line, supply in one}
    found = PlanSupply.objects.filter(pk__in=ids).select_related("plan__farmer")
    return {one.pk: one.plan.farmer for one in found}


def _by_farmer(pairs: Pairs, farmer_of: dict[object, Organisation]) -> dict[Organisation, Decimal]:
    found: dict[Organisation, Decimal] = {}
    for (_line, supply), kg in pairs.items():
        farmer = farmer_of[supply]
        found[farmer] = found.get(farmer, Decimal(0)) + kg
    return found
