"""What a run changes for whom: each grower's and each order's kilograms before and after, and why."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Self
from uuid import UUID

from accounts.models import Organisation
from orders.models import MatchRun, OrderLine, PlanSupply, YieldRevision
from orders.queries.moves import Moved, Pairs, moves, proposed, reserved

_MOST = 50


@dataclass(frozen=True, slots=True)
class Change:
    """What one grower had reserved before and has after, and why: own estimates, and whom it comes from or goes to.

    None among the others stands for orders that had no grower, or have none any more.
    """

    farmer: Organisation
    before: Decimal
    after: Decimal
    revised: list[YieldRevision] = field(default_factory=list)
    others: list[Organisation | None] = field(default_factory=list)

    @property
    def difference(self) -> Decimal:
        """What is gained, or lost below zero."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Served:
    """How much of one order's line has a grower, before and after."""

    line: OrderLine
    before: Decimal
    after: Decimal

    @property
    def difference(self) -> Decimal:
        """What the buyer gains, or loses below zero."""
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
    """What a run that waits would change: by grower, by order, and how many kilograms change their grower."""

    changes: list[Change]
    served: list[Served]
    # Kilograms of orders that would have a grower and had none, and the other way round.
    more: Decimal
    less: Decimal
    moved: Decimal
    lines: int
    steps: list[Step]


def effect_of(run: MatchRun, revised: Iterable[YieldRevision]) -> Effect:
    """Compare what stands now with what a run proposes, after these new estimates; who loses most comes first."""
    before, after = reserved(run.product), proposed(run)
    moved = moves(before, after)
    farmer_of = _farmers(before, after)
    changed = [one for one in moved if one.before]
    return Effect(
        _changes(before, after, farmer_of, _Why.of(moved, farmer_of, revised)),
        _served(before, after),
        sum((one.kg for one in moved if one.before is None), Decimal(0)),
        sum((one.kg for one in moved if one.after is None), Decimal(0)),
        sum((one.kg for one in changed), Decimal(0)),
        len({one.line for one in changed}),
        _steps(moved, farmer_of),
    )


_Farmers = dict[object, Organisation]


_Others = dict[Organisation, set[Organisation | None]]


@dataclass(frozen=True, slots=True)
class _Why:
    """Whose estimates changed, who takes over from whom, and who gives up to whom."""

    revised: dict[Organisation, list[YieldRevision]]
    takes: _Others
    gives: _Others

    @classmethod
    def of(cls, moved: Iterable[Moved], farmer_of: _Farmers, revised: Iterable[YieldRevision]) -> Self:
        own: defaultdict[Organisation, list[YieldRevision]] = defaultdict(list)
        for one in revised:
            own[one.supply.plan.farmer].append(one)
        takes: _Others = defaultdict(set)
        gives: _Others = defaultdict(set)
        for step in moved:
            before, after = (farmer_of[one] if one else None for one in (step.before, step.after))
            if before and before != after:
                gives[before].add(after)
            if after and before != after:
                takes[after].add(before)
        return cls(own, takes, gives)

    def change(self, farmer: Organisation, before: Decimal, after: Decimal) -> Change:
        """Say why one grower gains or loses."""
        others = (self.takes if after > before else self.gives).get(farmer, set())
        named = sorted(others, key=lambda one: (one is None, one.name if one else ""))
        return Change(farmer, before, after, self.revised.get(farmer, []), named)


def _changes(before: Pairs, after: Pairs, farmer_of: _Farmers, why: _Why) -> list[Change]:
    had, gets = _by_farmer(before, farmer_of), _by_farmer(after, farmer_of)
    changes = [
        why.change(farmer, had.get(farmer, Decimal(0)), gets.get(farmer, Decimal(0)))
        for farmer in {*had, *gets}
        if had.get(farmer) != gets.get(farmer)
    ]
    return sorted(changes, key=lambda one: (one.difference, one.farmer.name, one.farmer.pk))


def _served(before: Pairs, after: Pairs) -> list[Served]:
    had, gets = _by_line(before), _by_line(after)
    changed = {line: gets.get(line, Decimal(0)) - had.get(line, Decimal(0)) for line in {*had, *gets}}
    most = sorted((kg, line) for line, kg in changed.items() if kg)[:_MOST]
    lines = OrderLine.objects.select_related("order__channel__organisation").in_bulk([line for _kg, line in most])
    return [Served(lines[line], had.get(line, Decimal(0)), gets.get(line, Decimal(0))) for _kg, line in most]


def _by_line(pairs: Pairs) -> dict[UUID, Decimal]:
    found: defaultdict[UUID, Decimal] = defaultdict(Decimal)
    for (line, _supply), kg in pairs.items():
        found[line] += kg
    return dict(found)


def _steps(moved: list[Moved], farmer_of: _Farmers) -> list[Step]:
    most = sorted(moved, key=lambda one: (one.before is None, -one.kg, one.line))[:_MOST]
    lines = OrderLine.objects.select_related("order__channel").in_bulk([one.line for one in most])
    named = {None: None, **farmer_of}
    return [Step(lines[one.line], named[one.before], named[one.after], one.kg) for one in most]


def _farmers(*pairs: Pairs) -> _Farmers:
    ids = {supply for one in pairs for _line, supply in one}
    found = PlanSupply.objects.filter(pk__in=ids).select_related("plan__farmer")
    return {one.pk: one.plan.farmer for one in found}


def _by_farmer(pairs: Pairs, farmer_of: _Farmers) -> dict[Organisation, Decimal]:
    found: dict[Organisation, Decimal] = {}
    for (_line, supply), kg in pairs.items():
        farmer = farmer_of[supply]
        found[farmer] = found.get(farmer, Decimal(0)) + kg
    return found
