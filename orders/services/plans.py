"""Planting plans: what a grower means to grow, how much of it may come, and how that estimate changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from accounts.models import Membership
from orders.enums import LIVING, AllocationState, PlanEnd, PlanState
from orders.errors import OrderConflictError
from orders.models import Allocation, DeliveryWindow, Grade, Node, PlanSupply, PlantingPlan, Product, YieldRevision
from orders.services.conflicts import check_same, repeated
from orders.services.events import say
from orders.services.offers import check_mass, check_price
from traceability.errors import RefusedError
from traceability.models import Plot, Season
from traceability.queries import history
from traceability.queries.records import find_visible
from traceability.services.entries import Entry, check_may_log, members
from traceability.services.transactions import business_transaction

_PROMISED = (AllocationState.FIRM, AllocationState.PICKED)
_ENDS = {
    PlanEnd.WITHDRAWN: PlanState.WITHDRAWN,
    PlanEnd.FAILED: PlanState.FAILED,
    PlanEnd.CLOSED: PlanState.CLOSED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """How much of one grade may come in one window: in kg in a bad, a usual and a good year, and what is asked."""

    grade: Grade
    window: DeliveryWindow
    p10_kg: Decimal
    p50_kg: Decimal
    p90_kg: Decimal
    ask_fen_per_kg: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFacts:
    """What is planned on a plot."""

    plot: Plot
    product: Product
    variety: str
    area_mu: Decimal
    node: Node
    supplies: Sequence[Expected]


@dataclass(frozen=True, slots=True, kw_only=True)
class Revised:
    """A supply's new quantiles in kg."""

    supply: PlanSupply
    p10_kg: Decimal
    p50_kg: Decimal
    p90_kg: Decimal


@business_transaction
def submit_plan(*, facts: PlanFacts, entry: Entry, membership: Membership, at: datetime) -> PlantingPlan:
    """Record a plan for one of the party's plots, or of a plot for which it may log.

    The same id with the same facts gives the plan that there is. Raises NotYoursError, RefusedError, EventError,
    ChainConflictError, and OrderConflictError where the id stands for something else.
    """
    check_may_log(membership, facts.plot.holder)
    known = PlantingPlan.objects.filter(pk=entry.id).first()
    if known:
        return _same(known, facts, entry)
    _check(facts)
    _say_submitted(facts, entry, membership, at)
    plan = PlantingPlan.objects.create(
        pk=entry.id,
        plot=facts.plot,
        farmer=facts.plot.holder,
        product=facts.product,
        variety=facts.variety,
        area_mu=facts.area_mu,
        node=facts.node,
        version=1,
        state=PlanState.SUBMITTED,
    )
    PlanSupply.objects.bulk_create(_supply(plan, one, entry, number) for number, one in enumerate(facts.supplies))
    return plan


@business_transaction
def grow(*, plan: PlantingPlan, season: Season, entry: Entry, membership: Membership, at: datetime) -> PlantingPlan:
    """Make the plan the crop season that was begun by sowing. Raises NotYoursError, RefusedError, EventError."""
    locked = _locked(plan, membership)
    if locked.season_id == season.pk:
        return locked
    _check_living(locked)
    if season.plot_id != locked.plot_id or season.crop != locked.product.crop:
        raise RefusedError("/season", "plan_of_another_crop")
    body = members(season=season.entity)
    say("plan.sown", locked.entity, entry=entry, membership=membership, at=at, body=body, inputs=[season.entity])
    locked.season = season
    return _stands(locked, PlanState.GROWING)


@business_transaction
def revise(  # noqa: PLR0913 - what changes, why, and by which record
    *,
    plan: PlantingPlan,
    revised: Sequence[Revised],
    reason: str,
    entry: Entry,
    membership: Membership,
    at: datetime,
    source: UUID | None = None,
) -> PlantingPlan:
    """Estimate a plan's yield anew; what was estimated before stays on record beside it.

    Raises NotYoursError, RefusedError, EventError, ChainConflictError.
    """
    locked = _locked(plan, membership)
    told = [_told_again(one) for one in revised]
    if repeated("plan.revised", locked.entity, entry, reason=str(reason), supplies=told):
        return locked
    _check_living(locked)
    if source is not None and find_visible(membership, source) is None:
        raise RefusedError("/because_of", "unknown_cause")
    supplies = {one.pk: one for one in PlanSupply.objects.select_for_update().filter(plan=plan).order_by("pk")}
    for position, one in enumerate(revised):
        if one.supply.pk not in supplies:
            raise RefusedError(f"/supplies/{position}", "unknown_supply")
        _check_quantiles(one, f"/supplies/{position}")
    body = members(reason=reason, source=str(source) if source else None)
    private = {"supplies": told}
    say("plan.revised", plan.entity, entry=entry, membership=membership, at=at, body=body, private=private)
    for one in revised:
        _write(supplies[one.supply.pk], one, reason=reason, source=source, entry=entry)
    locked.version += 1
    return _stands(locked, locked.state)


@business_transaction
def end_plan(*, plan: PlantingPlan, reason: str, entry: Entry, membership: Membership, at: datetime) -> PlantingPlan:
    """End a plan of which nothing is promised any more. Raises NotYoursError, RefusedError, EventError."""
    locked = _locked(plan, membership)
    if locked.state == _ENDS[PlanEnd(reason)]:
        return locked
    _check_living(locked)
    if Allocation.objects.filter(supply__plan=plan, state__in=_PROMISED).exists():
        raise RefusedError("", "plan_promised")
    say("plan.ended", plan.entity, entry=entry, membership=membership, at=at, body=members(reason=reason))
    return _stands(locked, _ENDS[PlanEnd(reason)])


def _say_submitted(facts: PlanFacts, entry: Entry, membership: Membership, at: datetime) -> None:
    body = members(plot=facts.plot.entity, product=facts.product.code, variety=facts.variety, area_mu=facts.area_mu)
    private = {"supplies": [_told(one) for one in facts.supplies]}
    say(
        "plan.submitted",
        f"plan:{entry.id}",
        entry=entry,
        membership=membership,
        at=at,
        body=body,
        private=private,
        inputs=[facts.plot.entity],
    )


def _same(known: PlantingPlan, facts: PlanFacts, entry: Entry) -> PlantingPlan:
    # To another party nothing is told of what the id stands for.
    if known.farmer_id != facts.plot.holder_id:
        raise OrderConflictError("/id", "id_of_something_else")
    # Estimates may have been revised since, so the log's own record is asked for them.
    first = history.of(known.entity)[0]
    now = {**_called(facts), "time": entry.time, "supplies": [_told(one) for one in facts.supplies]}
    supplies = first.private.get("supplies", now["supplies"])
    check_same({**_called(known), "time": datetime.fromisoformat(first.leaf.time), "supplies": supplies}, now)
    return known


def _called(facts: PlanFacts | PlantingPlan) -> dict[str, object]:
    said: dict[str, object] = {name: getattr(facts, name) for name in ("plot", "product", "variety", "area_mu")}
    return {"region": facts.node, **said}


def _check(facts: PlanFacts) -> None:
    if facts.area_mu <= 0:
        raise RefusedError("/area_mu", "not_positive")
    if facts.area_mu > facts.plot.declared_mu:
        raise RefusedError("/area_mu", "plan_too_large", limit=facts.plot.declared_mu)
    seen = set()
    for position, one in enumerate(facts.supplies):
        pointer = f"/supplies/{position}"
        if one.grade.product_id != facts.product.pk:
            raise RefusedError(f"{pointer}/grade", "grade_of_another_product")
        if one.window.product_id != facts.product.pk:
            raise RefusedError(f"{pointer}/window", "window_of_another_product")
        if (one.grade.pk, one.window.pk) in seen:
            raise RefusedError(pointer, "supply_twice")
        seen.add((one.grade.pk, one.window.pk))
        _check_quantiles(one, pointer)
        check_price(facts.product, one.ask_fen_per_kg, f"{pointer}/ask_fen_per_kg")


def _check_quantiles(one: Expected | Revised, pointer: str) -> None:
    if one.p10_kg < 0:
        raise RefusedError(f"{pointer}/p10_kg", "below_minimum", limit=0)
    if one.p50_kg < one.p10_kg:
        raise RefusedError(f"{pointer}/p50_kg", "quantiles_disordered")
    if one.p90_kg < one.p50_kg:
        raise RefusedError(f"{pointer}/p90_kg", "quantiles_disordered")
    if one.p90_kg:
        check_mass(one.p90_kg, f"{pointer}/p90_kg")


def _check_living(plan: PlantingPlan) -> None:
    if plan.state not in LIVING:
        raise RefusedError("", "plan_over")


def _locked(plan: PlantingPlan, membership: Membership) -> PlantingPlan:
    found = PlantingPlan.objects.select_for_update(of=("self",)).select_related("farmer", "product")
    locked = found.get(pk=plan.pk)
    check_may_log(membership, locked.farmer)
    return locked


def _stands(plan: PlantingPlan, state: str) -> PlantingPlan:
    plan.state = state
    plan.save(update_fields=["state", "season", "version"])
    return plan


def _supply(plan: PlantingPlan, one: Expected, entry: Entry, number: int) -> PlanSupply:
    facts = {name: getattr(one, name) for name in Expected.__slots__}
    return PlanSupply(pk=entry.id_of(f"supply.{number}"), plan=plan, **facts)


def _write(supply: PlanSupply, one: Revised, *, reason: str, source: UUID | None, entry: Entry) -> None:
    supply.p10_kg, supply.p50_kg, supply.p90_kg = one.p10_kg, one.p50_kg, one.p90_kg
    supply.save(update_fields=["p10_kg", "p50_kg", "p90_kg"])
    YieldRevision.objects.create(
        record=entry.id,
        supply=supply,
        source=source,
        reason=reason,
        p10_kg=one.p10_kg,
        p50_kg=one.p50_kg,
        p90_kg=one.p90_kg,
        revised_at=entry.time,
    )


def _told(one: Expected) -> dict[str, object]:
    return members(
        grade=one.grade.rank,
        window=f"{one.window.starts_on}/{one.window.ends_on}",
        p10_kg=one.p10_kg,
        p50_kg=one.p50_kg,
        p90_kg=one.p90_kg,
        ask_fen_per_kg=one.ask_fen_per_kg,
    )


def _told_again(one: Revised) -> dict[str, object]:
    return members(supply=str(one.supply.pk), p10_kg=one.p10_kg, p50_kg=one.p50_kg, p90_kg=one.p90_kg)
