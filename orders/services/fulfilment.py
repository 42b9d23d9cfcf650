"""From a firm promise to accepted goods: picked out of a harvest, shipped, delivered, accepted."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Q, Sum

from accounts.models import Membership
from orders.access import check_owns
from orders.enums import AllocationEnd, AllocationState, LineState
from orders.models import Allocation, OrderLine
from orders.queries.market import ENDED
from orders.services.conflicts import repeated
from orders.services.events import say
from orders.services.standing import follow, settle
from traceability.decimals import decimal_text
from traceability.errors import RefusedError
from traceability.models import Lot
from traceability.queries import history
from traceability.services.entries import Entry, check_may_log, members
from traceability.services.holds import check_not_held
from traceability.services.locks import lock_lots
from traceability.services.transactions import business_transaction

# What nobody disputes is accepted after so many days: fresh goods cannot wait longer.
SILENT_DAYS = 2
_STATES = AllocationState


@business_transaction
def pick(  # noqa: PLR0913 - so much of which harvest
    *, allocation: Allocation, lot: Lot, kg: Decimal, entry: Entry, membership: Membership, at: datetime
) -> Allocation:
    """Pick so much of a harvest for a promise. The harvest must be in the log, of this plan's season, and not held.

    Raises NotYoursError, RefusedError, EventError, ChainConflictError.
    """
    locked = locked_allocation(allocation)
    check_may_log(membership, locked.farmer)
    if repeated("allocation.picked", locked.entity, entry, lot=lot.entity, kg=kg):
        return locked
    _check_state(locked, _STATES.FIRM)
    harvest = lock_lots([lot])[0]
    _check_harvest(locked, harvest)
    _check_most(kg, locked.firm_kg, "/kg")
    _check_left(kg, harvest)
    _say(locked, "picked", entry, membership, at, body=members(lot=harvest.entity), kg=kg, inputs=[harvest.entity])
    locked.lot, locked.picked_kg = harvest, kg
    return _stands(locked, _STATES.PICKED, "lot", "picked_kg")


@business_transaction
def ship(*, allocation: Allocation, kg: Decimal, entry: Entry, membership: Membership, at: datetime) -> Allocation:
    """Send what was picked, or a part of it. Raises NotYoursError, RefusedError, EventError, ChainConflictError."""
    locked = locked_allocation(allocation)
    check_may_log(membership, locked.farmer)
    if repeated("allocation.shipped", locked.entity, entry, kg=kg):
        return locked
    _check_state(locked, _STATES.PICKED)
    _check_most(kg, locked.picked_kg, "/kg")
    if locked.lot:
        check_not_held([locked.lot], "/lot")
    _say(locked, "shipped", entry, membership, at, kg=kg)
    locked.shipped_kg = kg
    return _stands(locked, _STATES.SHIPPED, "shipped_kg")


@business_transaction
def deliver(*, allocation: Allocation, kg: Decimal, entry: Entry, membership: Membership, at: datetime) -> Allocation:
    """Record how much arrived; the seller says so, or its carrier by the seller's channel.

    Raises NotYoursError, RefusedError, EventError, ChainConflictError.
    """
    locked = locked_allocation(allocation)
    check_owns(membership, locked.line.order.channel.organisation)
    if repeated("allocation.delivered", locked.entity, entry, kg=kg):
        return locked
    _check_state(locked, _STATES.SHIPPED)
    _check_most(kg, locked.shipped_kg, "/kg")
    _say(locked, "delivered", entry, membership, at, kg=kg)
    locked.delivered_kg, locked.delivered_on = kg, entry.day
    return _stands(locked, _STATES.DELIVERED, "delivered_kg", "delivered_on")


@business_transaction
def accept(  # noqa: PLR0913 - how much was good, and how much was not
    *,
    allocation: Allocation,
    entry: Entry,
    membership: Membership,
    at: datetime,
    rejected_kg: Decimal = Decimal(0),
    note: str = "",
    by: str = "",
) -> Allocation:
    """Accept a delivery but for what was rejected of it.

    Raises NotYoursError, RefusedError, EventError, ChainConflictError.
    """
    locked = locked_allocation(allocation)
    check_owns(membership, locked.line.order.channel.organisation)
    if repeated("allocation.accepted", locked.entity, entry, rejected_kg=rejected_kg or None, note=note):
        return locked
    _check_state(locked, _STATES.DELIVERED)
    if rejected_kg < 0 or rejected_kg > locked.delivered_kg:
        raise RefusedError("/rejected_kg", "more_than_before", kg=decimal_text(locked.delivered_kg.normalize()))
    accepted = locked.delivered_kg - rejected_kg
    private = members(accepted_kg=accepted, rejected_kg=rejected_kg or None, note=note)
    body = members(by=by)
    say("allocation.accepted", locked.entity, entry=entry, membership=membership, at=at, body=body, private=private)
    locked.accepted_kg, locked.rejected_kg, locked.accepted_on = accepted, rejected_kg, entry.day
    stands = _STATES.ACCEPTED if accepted else _STATES.REJECTED
    accepted_one = _stands(locked, stands, "accepted_kg", "rejected_kg", "accepted_on")
    # Where a dispute left nothing to be paid, no payment will come.
    settle(accepted_one)
    return accepted_one


@business_transaction
def release(*, allocation: Allocation, reason: str, entry: Entry, membership: Membership, at: datetime) -> Allocation:
    """End a promise of which nothing was shipped; its line may be matched again.

    Raises NotYoursError, RefusedError, EventError, ChainConflictError.
    """
    locked = locked_allocation(allocation)
    owner = locked.line.order.channel.organisation if reason != AllocationEnd.SHORTAGE else locked.farmer
    check_owns(membership, owner)
    if repeated("allocation.released", locked.entity, entry, reason=str(reason)):
        return locked
    if locked.state not in {_STATES.FIRM, _STATES.PICKED}:
        raise RefusedError("", "not_in_this_state", state=locked.get_state_display())
    _say(locked, "released", entry, membership, at, body=members(reason=reason), kg=locked.firm_kg)
    locked = _stands(locked, _STATES.RELEASED)
    if not Allocation.objects.filter(line=locked.line).exclude(state__in=ENDED).exists():
        OrderLine.objects.filter(pk=locked.line_id).update(state=LineState.PLACED)
    return locked


def silent_since(today: date) -> list[Allocation]:
    """List deliveries that nobody answered for so long that they count as accepted."""
    by = today - timedelta(days=SILENT_DAYS)
    found = Allocation.objects.filter(state=_STATES.DELIVERED, delivered_on__lte=by, disputed_fen=0)
    return list(found.select_related("line__order__channel__organisation").order_by("pk"))


def locked_allocation(allocation: Allocation) -> Allocation:
    """Lock a promise, with what its services look at."""
    found = Allocation.objects.select_for_update(of=("self",))
    return found.select_related("farmer", "lot", "supply__plan", "line__order__channel__organisation").get(
        pk=allocation.pk
    )


def _check_state(allocation: Allocation, *states: str) -> None:
    if allocation.state not in states:
        raise RefusedError("", "not_in_this_state", state=allocation.get_state_display())


def _check_most(kg: Decimal, most: Decimal, pointer: str) -> None:
    if kg <= 0:
        raise RefusedError(pointer, "not_positive")
    if kg > most:
        raise RefusedError(pointer, "more_than_before", kg=decimal_text(most.normalize()))


def _check_harvest(allocation: Allocation, lot: Lot) -> None:
    season = allocation.supply.plan.season_id
    harvested = any(one.leaf.type == "lot.harvested" for one in history.of(lot.entity)[:1])
    if season is None or lot.season_id != season or not harvested:
        raise RefusedError("/lot", "lot_of_another_plan")
    check_not_held([lot], "/lot")


def _check_left(kg: Decimal, lot: Lot) -> None:
    if lot.kg is None:
        return
    picked = Allocation.objects.filter(lot=lot).exclude(state__in=(_STATES.RELEASED, _STATES.SUBSTITUTED))
    waiting = Sum("picked_kg", filter=Q(state=_STATES.PICKED), default=Decimal(0))
    sums = picked.aggregate(waiting=waiting, all=Sum("picked_kg", default=Decimal(0)))
    # Of what was shipped, the lot weighs less where its shipment was recorded, too, and as before where it was not.
    left = min(lot.kg - sums["waiting"], max(lot.kg, _harvested(lot)) - sums["all"])
    if kg > left:
        raise RefusedError("/kg", "lot_too_small", kg=decimal_text(max(left, Decimal(0)).normalize()))


def _harvested(lot: Lot) -> Decimal:
    return Decimal(str(history.of(lot.entity)[0].leaf.body.get("kg", 0)))


def _say(  # noqa: PLR0913 - one step of a promise, by whom and when
    allocation: Allocation,
    step: str,
    entry: Entry,
    membership: Membership,
    at: datetime,
    *,
    kg: Decimal,
    body: dict[str, object] | None = None,
    inputs: tuple[str, ...] | list[str] = (),
) -> None:
    say(
        f"allocation.{step}",
        allocation.entity,
        entry=entry,
        membership=membership,
        at=at,
        body=body,
        private=members(kg=kg),
        inputs=inputs,
    )


def _stands(allocation: Allocation, state: str, *fields: str) -> Allocation:
    allocation.state = state
    allocation.save(update_fields=["state", *fields])
    follow(allocation.line_id)
    return allocation
