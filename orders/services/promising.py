"""Firm promises: what was reserved becomes a grower's word some days before it is delivered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import F

from accounts.models import Membership
from orders.enums import AllocationState, LineState
from orders.models import Allocation, OrderLine, PlanSupply, Product, Reservation
from orders.queries.market import promisable
from orders.services.events import say
from orders.services.runs import check_decides
from traceability.services.entries import Entry, members
from traceability.services.transactions import business_transaction


@dataclass(frozen=True, slots=True)
class _Firm:
    reservation: Reservation
    kg: Decimal


@business_transaction
def promise(*, product: Product, entry: Entry, membership: Membership, today: date, at: datetime) -> list[Allocation]:
    """Make firm what is due: lines whose window begins within the product's fixed days.

    Lines of more weight come first, then the better price, then the earlier order; of each supply no more is promised
    than comes in four years of five. What is left stays reserved. Raises RefusedError, EventError, ChainConflictError.
    """
    check_decides(membership)
    Product.objects.select_for_update(no_key=True).get(pk=product.pk)
    due = _due(product, until=today + timedelta(days=product.freeze_days))
    left = _left(sorted({one.supply_id for one in due}))
    made = [_allocation(one, entry) for one in _fitted(due, left)]
    for one in made:
        _say(one, entry, membership, at)
    Allocation.objects.bulk_create(made)
    _take(made)
    return made


def _due(product: Product, *, until: date) -> list[Reservation]:
    found = Reservation.objects.filter(line__product=product, line__window__starts_on__lte=until)
    # Whoever cancels or changes a line meanwhile waits for what is promised of it, or comes first: then it is not here.
    list(OrderLine.objects.select_for_update().filter(pk__in=found.values("line")).order_by("pk"))
    return list(
        found.select_related("line__order", "supply__plan").order_by(
            "-line__weight", "-line__price_fen_per_kg", "line__order__placed_at", "line_id", "supply_id"
        )
    )


def _left(ids: Sequence[UUID]) -> dict[UUID, Decimal]:
    locked = PlanSupply.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    return promisable(list(locked))


def _fitted(due: Sequence[Reservation], left: dict[UUID, Decimal]) -> list[_Firm]:
    found = []
    for one in due:
        kg = min(one.kg, left[one.supply_id])
        # A line that stays whole is promised whole or not yet.
        if kg <= 0 or (not one.line.split_ok and kg < one.kg):
            continue
        left[one.supply_id] -= kg
        found.append(_Firm(one, kg))
    return found


def _allocation(one: _Firm, entry: Entry) -> Allocation:
    reservation = one.reservation
    return Allocation(
        pk=entry.id_of(f"allocation.{reservation.line_id}.{reservation.supply_id}"),
        line=reservation.line,
        supply=reservation.supply,
        run_id=reservation.run_id,
        farmer_id=reservation.supply.plan.farmer_id,
        price_fen_per_kg=reservation.line.price_fen_per_kg,
        state=AllocationState.FIRM,
        firm_kg=one.kg,
        firm_at=entry.time,
    )


def _say(made: Allocation, entry: Entry, membership: Membership, at: datetime) -> None:
    order, plan = made.line.order.entity, made.supply.plan.entity
    say(
        "allocation.firmed",
        made.entity,
        entry=Entry(id=made.pk, time=entry.time),
        membership=membership,
        at=at,
        body=members(order=order, plan=plan, run=f"matchrun:{made.run_id}" if made.run_id else None),
        private=members(kg=made.firm_kg, price_fen=made.price_fen_per_kg),
        inputs=sorted([order, plan]),
    )


def _take(made: Sequence[Allocation]) -> None:
    for one in made:
        own = Reservation.objects.filter(line=one.line, supply=one.supply)
        if not own.filter(kg__gt=one.firm_kg).update(kg=F("kg") - one.firm_kg):
            own.delete()
    OrderLine.objects.filter(pk__in=[one.line_id for one in made]).update(state=LineState.FIRM)
