"""Alerts: that much of a supply may find no buyer, what its grower did about it, and how it ended."""

import logging
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from uuid import UUID, uuid5

from django.db.models import QuerySet, Sum

from accounts.models import Membership
from orders.enums import LIVING
from orders.matching import MarketError
from orders.matching.flow import FlowError
from orders.models import Allocation, DeliveryWindow, PlanSupply, Reservation, RiskAlert
from orders.queries.market import ENDED
from orders.queries.spot import unsold_with_late
from orders.risk import Outlook, Scenarios
from orders.services.conflicts import repeated
from orders.services.events import say
from orders.yields import Yield
from traceability.errors import RefusedError, TraceabilityError
from traceability.services.chain import ChainConflictError
from traceability.services.entries import Entry, check_may_log, members
from traceability.services.transactions import business_transaction
from traceability.standards.days import day_in_china

logger = logging.getLogger("suyuan.orders")

# With fewer days to go nothing can be done any more; with more, most orders are still to come.
FEWEST_DAYS, MOST_DAYS = 14, 28
_ALL_BP = 10_000


def raise_alerts(*, membership: Membership, at: datetime) -> list[RiskAlert]:
    """Look at every supply whose window begins in two to four weeks, and alert where much may stay unsold.

    A supply whose alert is open gets no second one. Each alert is an event of its plan, said by `membership`, who
    answers for the platform. One that cannot be said does not stop the others.
    """
    today = day_in_china(at)
    within = (today + timedelta(days=FEWEST_DAYS), today + timedelta(days=MOST_DAYS))
    found = PlanSupply.objects.filter(plan__state__in=LIVING, window__starts_on__range=within)
    supplies = list(found.exclude(alerts__ended_on=None, alerts__isnull=False).order_by("pk"))
    outlooks = _outlooks(found, today)
    raised = []
    for one in supplies:
        alert = _alert(one, outlooks[one.pk], today)
        try:
            raised.append(_raise(alert, membership, at) if alert else None)
        except (TraceabilityError, ChainConflictError):
            logger.exception("alerts: nobody is told of supply %s", one.pk)
    return [alert for alert in raised if alert]


@business_transaction
def act(  # noqa: PLR0913 - what is done about which alert
    *, alert: RiskAlert, action: str, note: str, entry: Entry, membership: Membership, at: datetime
) -> RiskAlert:
    """Note what is done about an alert. Raises NotYoursError, RefusedError, EventError, ChainConflictError."""
    found = RiskAlert.objects.select_for_update(of=("self",)).select_related("supply__plan__farmer")
    locked = found.get(pk=alert.pk)
    plan = locked.supply.plan
    check_may_log(membership, plan.farmer)
    if repeated("plan.risk_acted", plan.entity, entry, action=str(action), note=note):
        return locked
    if locked.ended_on:
        raise RefusedError("", "alert_over")
    body, private = members(action=str(action)), members(note=note)
    say("plan.risk_acted", plan.entity, entry=entry, membership=membership, at=at, body=body, private=private)
    locked.action, locked.note, locked.acted_on = action, note, entry.day
    locked.save(update_fields=["action", "note", "acted_on"])
    return locked


def end_alerts(*, membership: Membership, at: datetime) -> list[RiskAlert]:
    """Write down how alerts ended whose window is over: how much had no buyer in the end.

    Raises EventError, ChainConflictError.
    """
    found = RiskAlert.objects.filter(ended_on=None, supply__window__ends_on__lt=day_in_china(at))
    over = list(found.order_by("pk"))
    ended = []
    for one in over:
        entry = Entry(id=uuid5(one.supply_id, f"risk of {one.raised_on} over"), time=at)
        alert = end_alert(alert=one, entry=entry, membership=membership, at=at)
        ended += [alert] if alert else []
    return ended


@business_transaction
def end_alert(*, alert: RiskAlert, entry: Entry, membership: Membership, at: datetime) -> RiskAlert | None:
    """Write down how one alert ended; None where that was done. Raises EventError, ChainConflictError."""
    locked = RiskAlert.objects.select_for_update(of=("self",)).select_related("supply__plan").get(pk=alert.pk)
    if locked.ended_on:
        return None
    sold = _sold(PlanSupply.objects.filter(pk=locked.supply_id))[locked.supply_id]
    locked.unsold_kg = max(locked.supply.p50_kg - sold, Decimal(0))
    locked.ended_on = entry.day
    private = members(supply=str(locked.supply_id), unsold_kg=locked.unsold_kg)
    say("plan.risk_ended", locked.supply.plan.entity, entry=entry, membership=membership, at=at, private=private)
    locked.save(update_fields=["unsold_kg", "ended_on"])
    return locked


@business_transaction
def _raise(alert: RiskAlert, membership: Membership, at: datetime) -> RiskAlert | None:
    # Under the supply's lock, so that two workers raise one alert.
    supply = PlanSupply.objects.select_for_update(of=("self",)).select_related("plan").get(pk=alert.supply_id)
    if supply.alerts.filter(ended_on=None).exists():
        return None
    entry = Entry(id=uuid5(supply.pk, f"risk {alert.raised_on}"), time=at)
    private = members(supply=str(supply.pk), chance_bp=alert.chance_bp, expected_kg=alert.expected_kg)
    say("plan.risk_raised", supply.plan.entity, entry=entry, membership=membership, at=at, private=private)
    alert.save(force_insert=True)
    return alert


def _alert(supply: PlanSupply, outlook: Outlook | Scenarios, today: date) -> RiskAlert | None:
    if not outlook.is_alarming:
        return None
    return RiskAlert(
        supply=supply, raised_on=today, chance_bp=round(_ALL_BP * outlook.chance), expected_kg=outlook.expected
    )


def _outlooks(supplies: QuerySet[PlanSupply], today: date) -> Mapping[UUID, Outlook | Scenarios]:
    """Tell of each supply how it may end: in scenarios where it is known how much comes late, else by what is sold."""
    sold = _sold(supplies)
    found: dict[UUID, Outlook | Scenarios] = {
        one.pk: Outlook(Yield(one.p10_kg, one.p50_kg, one.p90_kg), sold[one.pk]) for one in supplies
    }
    windows = DeliveryWindow.objects.filter(supplies__in=supplies).distinct().select_related("product").order_by("pk")
    for product, near in groupby(sorted(windows, key=lambda one: one.product_id), key=lambda one: one.product):
        try:
            unsold = unsold_with_late(product, list(near), today=today) or {}
        except (MarketError, FlowError):
            logger.exception("alerts: nobody knows what late orders take of %s", product.code)
            continue
        usual = supplies.filter(pk__in=list(unsold)).values_list("pk", "p50_kg")
        found |= {pk: Scenarios(kg, unsold[pk]) for pk, kg in usual}
    return found


def _promised(supplies: QuerySet[PlanSupply]) -> defaultdict[UUID, Decimal]:
    found: defaultdict[UUID, Decimal] = defaultdict(Decimal)
    rows = Allocation.objects.filter(supply__in=supplies).exclude(state__in=ENDED).order_by()
    found |= dict(rows.values_list("supply_id").annotate(sum=Sum("firm_kg")))
    return found


def _sold(supplies: QuerySet[PlanSupply]) -> defaultdict[UUID, Decimal]:
    found = _promised(supplies)
    reserved = Reservation.objects.filter(supply__in=supplies).order_by()
    for supply, kg in reserved.values_list("supply_id").annotate(sum=Sum("kg")):
        found[supply] += kg
    return found
