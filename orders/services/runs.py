"""Matching runs: computed from a file that anybody can compute again, signed off where the rules ask, published."""

import hashlib
import json
import time
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from importlib.metadata import version

from accounts.enums import OrganisationKind
from accounts.models import Membership
from accounts.queries.memberships import acts_as
from orders.access import check_records
from orders.enums import LineState, RunCause, RunKind, RunState
from orders.matching import again
from orders.models import AllocationMove, MatchRun, OrderLine, PlanSupply, Product, Reservation
from orders.queries.market import GRAMS, MATCHED, Ground, ground_of
from orders.queries.moves import Pairs, moves, reserved
from orders.services.events import say
from traceability.errors import RefusedError
from traceability.services.attachments import load, store
from traceability.services.entries import Entry, members
from traceability.services.transactions import business_transaction

JSON = "application/json"
# A run that moves more of what was matched before than this waits for an operator's sign-off.
MOST_MOVED = Decimal("0.15")
_SAID = (
    "kind",
    "cause",
    "inputs_sha256",
    "outcome_sha256",
    "solver",
    "objective_fen",
    "bound_fen",
    "demand_kg",
    "supply_kg",
    "matched_kg",
    "moved_kg",
)


@dataclass(frozen=True, slots=True)
class Why:
    """What a run decides, and what set it off."""

    kind: str = RunKind.ALLOCATION
    cause: str = RunCause.OPERATOR


@dataclass(frozen=True, slots=True, kw_only=True)
class Computed:
    """A run's two files, what went in, and how long it took."""

    inputs: bytes
    outcome: bytes
    demand_grams: int
    supply_grams: int
    milliseconds: int


@business_transaction
def compute(*, product: Product, why: Why, entry: Entry, membership: Membership, at: datetime) -> MatchRun:
    """Match one product anew, and publish at once unless it moves too much.

    Raises RefusedError, MarketError, FlowError, EventError, ChainConflictError.
    """
    check_decides(membership)
    Product.objects.select_for_update(no_key=True).get(pk=product.pk)
    known = MatchRun.objects.filter(pk=entry.id).first()
    if known:
        return known
    ground = ground_of(product)
    computed = _computed(ground)
    run = new_run(product, computed, entry)
    run.kind, run.cause = why.kind, why.cause
    before = reserved(product)
    run.kept_kg = sum(before.values(), Decimal(0))
    found = moves(before, _given(ground, computed.outcome))
    run.moved_kg = sum((one.kg for one in found if one.before), Decimal(0))
    say_computed(run, computed, entry, membership, at)
    run.save(force_insert=True)
    if run.moved_kg <= MOST_MOVED * run.kept_kg:
        return publish(run=run, entry=_next(entry), membership=membership, at=at)
    return run


@business_transaction
def publish(*, run: MatchRun, entry: Entry, membership: Membership, at: datetime) -> MatchRun:
    """Let a run stand: its reservations take the place of those before.

    Raises RefusedError where orders or plans changed since it was computed, EventError, ChainConflictError.
    """
    locked = _undecided(run, membership)
    ground = ground_of(locked.product)
    if hashlib.sha256(ground.inputs).hexdigest() != locked.inputs_sha256:
        raise RefusedError("", "run_outdated")
    say("matchrun.published", locked.entity, entry=entry, membership=membership, at=at)
    found = _given(ground, load(locked.outcome_sha256))
    before = reserved(locked.product)
    _write(locked, ground, found, before)
    return _decided(locked, RunState.PUBLISHED, entry)


@business_transaction
def reject(*, run: MatchRun, entry: Entry, note: str = "", membership: Membership, at: datetime) -> MatchRun:
    """Let a run fall; what stood before stands. Raises RefusedError, EventError, ChainConflictError."""
    locked = _undecided(run, membership)
    say("matchrun.rejected", locked.entity, entry=entry, membership=membership, at=at, private=members(note=note))
    return _decided(locked, RunState.REJECTED, entry)


def check_decides(membership: Membership) -> None:
    """Check that a member may run and sign off the matching: the operator's. Raises RefusedError."""
    if not acts_as(membership, OrganisationKind.OPERATOR):
        raise RefusedError("", "run_not_yours")
    check_records(membership)


def new_run(product: Product, computed: Computed, entry: Entry) -> MatchRun:
    """Make the row of a run that nobody has decided on, unsaved: kind, cause and moves are the caller's."""
    said = json.loads(computed.outcome)
    return MatchRun(
        pk=entry.id,
        product=product,
        inputs_sha256=hashlib.sha256(computed.inputs).hexdigest(),
        outcome_sha256=hashlib.sha256(computed.outcome).hexdigest(),
        solver=f"ortools {version('ortools')}",
        objective_fen=Decimal(said["objective"]) / GRAMS,
        bound_fen=Decimal(said["bound"]) / GRAMS,
        milliseconds=computed.milliseconds,
        demand_kg=Decimal(computed.demand_grams) / GRAMS,
        supply_kg=Decimal(computed.supply_grams) / GRAMS,
        matched_kg=Decimal(said["grams"]) / GRAMS,
        moved_kg=Decimal(0),
        kept_kg=Decimal(0),
        state=RunState.PROPOSED,
        computed_at=entry.time,
    )


def say_computed(run: MatchRun, computed: Computed, entry: Entry, membership: Membership, at: datetime) -> None:
    """Chain that a run was computed, with its files. Raises RefusedError, EventError, ChainConflictError."""
    files = [store(computed.inputs, media=JSON), store(computed.outcome, media=JSON)]
    body = members(product=run.product.code, **{name: getattr(run, name) for name in _SAID})
    say("matchrun.computed", run.entity, entry=entry, membership=membership, at=at, body=body, attachments=files)


def _computed(ground: Ground) -> Computed:
    began = time.perf_counter()
    outcome = again.outcome(ground.inputs)
    return Computed(
        inputs=ground.inputs,
        outcome=outcome,
        demand_grams=ground.demand_grams,
        supply_grams=ground.supply_grams,
        milliseconds=round(1000 * (time.perf_counter() - began)),
    )


def _given(ground: Ground, outcome: bytes) -> Pairs:
    rows = json.loads(outcome)["allocations"]
    return {(ground.lines[line], ground.supplies[supply]): Decimal(grams) / GRAMS for line, supply, grams in rows}


def _write(run: MatchRun, ground: Ground, found: Pairs, before: Pairs) -> None:
    # In the order of their ids, so that two who lock several never wait for each other.
    ids = sorted({supply for _, supply in found})
    list(PlanSupply.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    Reservation.objects.filter(line__product=run.product).delete()
    Reservation.objects.bulk_create(
        Reservation(run=run, line_id=line, supply_id=supply, kg=kg) for (line, supply), kg in found.items()
    )
    AllocationMove.objects.bulk_create(
        AllocationMove(
            run=run, line_id=one.line, from_supply_id=one.before, to_supply_id=one.after, kg=one.kg, cause=run.cause
        )
        for one in moves(before, found)
    )
    matched = {line for line, _ in found}
    open_ = OrderLine.objects.filter(pk__in=ground.lines, state__in=MATCHED)
    waiting = open_.exclude(state=LineState.FIRM)
    waiting.filter(pk__in=matched).update(state=LineState.MATCHED)
    waiting.exclude(pk__in=matched).update(state=LineState.WAITLISTED)


def _undecided(run: MatchRun, membership: Membership) -> MatchRun:
    check_decides(membership)
    Product.objects.select_for_update(no_key=True).get(pk=run.product_id)
    locked = MatchRun.objects.select_for_update(of=("self",)).select_related("product").get(pk=run.pk)
    if locked.state != RunState.PROPOSED:
        raise RefusedError("", "run_decided")
    return locked


def _decided(run: MatchRun, state: str, entry: Entry) -> MatchRun:
    run.state, run.decided_at = state, entry.time
    run.save(update_fields=["state", "decided_at"])
    return run


def _next(entry: Entry) -> Entry:
    return Entry(id=entry.id_of("published"), time=entry.time)
