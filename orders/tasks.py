"""Background work of the market, by the clock: each may run twice and does its work once."""

from celery import shared_task
from django.utils import timezone

from orders.services import alerts, deadlines, planning, replanning


@shared_task(name="orders.expire_proposals")
def expire_proposals() -> None:
    """End what no buyer answered within a day."""
    deadlines.expire_proposals(at=timezone.now())


@shared_task(name="orders.settle")
def settle() -> None:
    """Accept what nobody disputed, and write the statements that are due."""
    now = timezone.now()
    deadlines.accept_silently(at=now)
    deadlines.state_what_is_due(at=now)


@shared_task(name="orders.watch_risks")
def watch_risks() -> None:
    """Alert growers whose goods may stay unsold, and note how earlier alerts ended."""
    now, member = timezone.now(), replanning.operators_clerk()
    # As with runs: without an operator nobody answers for what the clock sets off.
    if member:
        alerts.end_alerts(membership=member, at=now)
        alerts.raise_alerts(membership=member, at=now)


@shared_task(name="orders.replan_urgently")
def replan_urgently() -> None:
    """Match anew what damage, a harvest, an inspection or a closed road changed."""
    replanning.replan(at=timezone.now(), urgent_only=True)


@shared_task(name="orders.replan")
def replan() -> None:
    """Match anew whatever changed, orders included."""
    replanning.replan(at=timezone.now(), urgent_only=False)


@shared_task(name="orders.promise")
def promise() -> None:
    """Make firm what is due."""
    replanning.promise_due(at=timezone.now())


@shared_task(name="orders.plan")
def plan() -> None:
    """Recommend what to plant."""
    planning.plan_all(at=timezone.now())


@shared_task(name="orders.cover_shortages")
def cover_shortages() -> None:
    """Look for goods for lines that lost a promise shortly before their day."""
    deadlines.cover_shortages(at=timezone.now())
