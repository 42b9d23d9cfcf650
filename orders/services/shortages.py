"""What is done when a promise cannot be kept, in six ways: from what nobody notices to the money back.

The same grower's other goods; another grower's; a better grade at the seller's cost; what the buyer takes in place of
it; a later window if the buyer agrees; in the end a part of it, or nothing and all of the money back.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef

from accounts.models import Membership
from orders.access import check_owns
from orders.enums import LIVING, AllocationEnd, AllocationState, LineState, Substitution
from orders.models import Allocation, Lane, OrderLine, PlanSupply
from orders.queries.market import ENDED, promisable, promised_to
from orders.services import fulfilment, lines, substitutes
from traceability.models import Lot
from traceability.services.entries import Entry
from traceability.services.transactions import business_transaction

_ALL_BP = 10_000
_NOTHING = Decimal(0)
# A better grade than asked for is given at the seller's cost, one step and no more.
_STEPS_GIVEN = 1


@dataclass(frozen=True, slots=True)
class Covered:
    """So many kilograms that were found, proposed or given up, by which of the six ways."""

    way: int
    kg: Decimal


@dataclass(frozen=True, slots=True)
class _Reach:
    """A line that lacks goods, and the growers that were to bring them."""

    line: OrderLine
    before: Sequence[int]


@dataclass(frozen=True, slots=True)
class _Case(_Reach):
    """A locked line, in whose name goods are looked for, and how much."""

    entry: Entry
    membership: Membership
    at: datetime
    # What the line may be brought without being asked, and what it had before.
    most: Decimal
    had: Decimal

    @property
    def open(self) -> Decimal:
        """What may still be brought to the line without asking."""
        brought = promised_to(self.line) - self.had
        return min(self.lacking, self.most - brought)

    @property
    def lacking(self) -> Decimal:
        """What nobody promises of the line."""
        return self.line.kg - promised_to(self.line)

    def entry_of(self, part: str) -> Entry:
        """Give the entry of one of the steps."""
        return Entry(id=self.entry.id_of(part), time=self.entry.time)


@business_transaction
def cover(
    *, line: OrderLine, entry: Entry, membership: Membership, at: datetime, most: Decimal | None = None
) -> list[Covered]:
    """Look for goods for what a line lacks, way by way, and stop where the buyer must be asked.

    Where there is too little for all, `most` is the line's share in kg: no more is brought without asking.
    What cannot be had by any way is given up and paid back: a part of the line if what is left reaches the share that
    the buyer takes, else the whole line. Raises NotYoursError, RefusedError, EventError, ChainConflictError.
    """
    found = OrderLine.objects.select_for_update(of=("self",))
    locked = found.select_related("order__channel__organisation", "min_grade", "window").get(pk=line.pk)
    check_owns(membership, locked.order.channel.organisation)
    had = promised_to(locked)
    if locked.kg <= had:
        return []
    before = Allocation.objects.filter(line=locked, state__in=ENDED).values_list("farmer_id", flat=True)
    case = _Case(locked, list(before), entry, membership, at, locked.kg if most is None else most, had)
    covered = [one for way, fits in _QUIET for one in _promised(case, way, fits)]
    if case.lacking <= 0 or locked.proposals.filter(answer="").exists():
        return covered
    asked = [one for way, fits in _ASKED for one in _proposed(case, way, fits)][:1]
    return [*covered, *(asked or [_given_up(case)])]


def within_reach(line: OrderLine) -> Decimal:
    """Give how many kilograms there are that could be brought to a line without asking its buyer."""
    case = _Reach(line, ())
    fitting = [one for one in _supplies(line) if any(fits(case, one) for _, fits in _QUIET)]
    return sum(promisable(fitting).values(), _NOTHING)


def _promised(case: _Case, way: int, fits: Callable[[_Reach, PlanSupply], bool]) -> list[Covered]:
    covered = []
    for supply, left in _fitting(case, fits):
        kg = min(case.open, left)
        # A line that stays whole takes all from one supply or nothing.
        if kg <= 0 or not (case.line.split_ok or kg == case.line.kg):
            continue
        own = case.entry_of(f"{way}.{supply.pk}")
        substitutes.firm(case.line, supply, kg, own, case.membership, case.at)
        covered.append(Covered(way, kg))
    return covered


def _proposed(case: _Case, way: int, fits: Callable[[_Reach, PlanSupply], bool]) -> list[Covered]:
    if case.line.substitution != Substitution.ASK or case.line.proposals.filter(answer="").exists():
        return []
    for supply, left in _fitting(case, fits):
        kg = min(case.lacking, left)
        if kg > 0:
            said: dict[str, Any] = {"entry": case.entry_of(f"ask.{way}"), "membership": case.membership, "at": case.at}
            substitutes.propose(line=case.line, supply=supply, kg=kg, **said)
            return [Covered(way, kg)]
    return []


def _given_up(case: _Case) -> Covered:
    lacking, has = case.lacking, promised_to(case.line)
    live = Allocation.objects.filter(line=case.line).exclude(state__in=ENDED).order_by("pk")
    under_way = live.exclude(state__in=(AllocationState.FIRM, AllocationState.PICKED)).exists()
    if has * _ALL_BP < case.line.min_accept_bp * case.line.kg and not under_way:
        for one in live:
            own: dict[str, Any] = {
                "entry": case.entry_of(f"end.{one.pk}"),
                "membership": case.membership,
                "at": case.at,
            }
            fulfilment.release(allocation=one, reason=AllocationEnd.CANCELLED, **own)
        lacking = case.line.kg
    OrderLine.objects.filter(pk=case.line.pk).exclude(state=LineState.FIRM).update(state=LineState.SHORT)
    lines.give_up_rest(line=case.line, entry=case.entry_of("rest"), membership=case.membership, at=case.at)
    return Covered(6, lacking)


def _supplies(line: OrderLine) -> list[PlanSupply]:
    """Lock what could be brought to the line, the cheapest first: in the order of their ids as everywhere."""
    held = Lot.objects.filter(season=OuterRef("plan__season"), held=True)
    roads = Lane.objects.filter(origin=OuterRef("plan__node"), destination=line.node_id, closed=False)
    found = PlanSupply.objects.select_for_update(of=("self",)).filter(
        Exists(roads), plan__product=line.product_id, plan__state__in=LIVING
    )
    locked = found.exclude(Exists(held)).select_related("plan", "grade", "window").order_by("pk")
    return sorted(locked, key=lambda one: (one.window.starts_on, one.ask_fen_per_kg, one.pk))


def _fitting(case: _Case, fits: Callable[[_Reach, PlanSupply], bool]) -> list[tuple[PlanSupply, Decimal]]:
    """List what fits a line, with how much of each may still be promised."""
    found = [one for one in _supplies(case.line) if fits(case, one)]
    left = promisable(found)
    return [(one, left[one.pk]) for one in found]


def _in_time(case: _Reach, supply: PlanSupply) -> bool:
    window = case.line.window
    return supply.window.starts_on <= window.ends_on and window.starts_on <= supply.window.ends_on


def _steps(case: _Reach, supply: PlanSupply) -> int:
    return case.line.min_grade.rank - supply.grade.rank


def _same_grower(case: _Reach, supply: PlanSupply) -> bool:
    return _same_class(case, supply) and supply.plan.farmer_id in case.before


def _same_class(case: _Reach, supply: PlanSupply) -> bool:
    return _in_time(case, supply) and _steps(case, supply) == 0


def _better_grade(case: _Reach, supply: PlanSupply) -> bool:
    return _in_time(case, supply) and 0 < _steps(case, supply) <= _STEPS_GIVEN


def _allowed(case: _Reach, supply: PlanSupply) -> bool:
    return (
        case.line.substitution in {Substitution.BETTER, Substitution.VARIETY}
        and _in_time(case, supply)
        and _steps(case, supply) > _STEPS_GIVEN
    )


def _much_better(case: _Reach, supply: PlanSupply) -> bool:
    return _in_time(case, supply) and _steps(case, supply) > _STEPS_GIVEN


def _later(case: _Reach, supply: PlanSupply) -> bool:
    return supply.window.starts_on > case.line.window.ends_on and _steps(case, supply) >= 0


_QUIET = ((1, _same_grower), (2, _same_class), (3, _better_grade), (4, _allowed))
_ASKED = ((4, _much_better), (5, _later))
