"""What follows because time has passed: silence counts as acceptance, who does not answer gets the money back.

Each is recorded by whom the channel's party named to answer for it, under an id that follows from what it is about:
however often a deadline is looked at, it is recorded once.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import QuerySet

from orders.enums import OPEN_LINES, AllocationState, Answer, LineState
from orders.models import Allocation, Channel, OrderLine, Product
from orders.services import fulfilment, settlement, shortages, substitutes
from orders.services.channels import answering_for
from orders.services.rations import rations
from traceability.services.entries import Entry
from traceability.standards.days import day_in_china


def accept_silently(*, at: datetime) -> int:
    """Accept the deliveries that nobody answered in time, and give how many. Raises EventError, ChainConflictError."""
    found = fulfilment.silent_since(day_in_china(at))
    for one in found:
        fulfilment.accept(
            allocation=one, entry=_entry(one.pk, "silence", at), membership=answering_for(_channel(one)), at=at
        )
    return len(found)


def expire_proposals(*, at: datetime) -> int:
    """End the proposals that no buyer answered in time, and give how many. Raises EventError, ChainConflictError."""
    found = substitutes.overdue(at)
    for one in found:
        member = answering_for(one.line.order.channel)
        entry = _entry(one.pk, "silence", at)
        substitutes.answer(proposal=one, said=Answer.EXPIRED, entry=entry, membership=member, at=at)
    return len(found)


def state_what_is_due(*, at: datetime) -> int:
    """Write the statements that are due today, and give how many. Raises EventError, ChainConflictError."""
    today, made = day_in_china(at), 0
    accepted = Allocation.objects.filter(state=AllocationState.ACCEPTED).values("line__order__channel")
    channels = Channel.objects.filter(pk__in=accepted).select_related("organisation", "clerk")
    for one in channels.order_by("organisation", "pk").distinct("organisation"):
        entry = _entry(one.organisation.public_id, f"statements {today}", at)
        made += len(settlement.issue_statements(entry=entry, membership=answering_for(one), today=today, at=at))
    return made


def cover_shortages(*, at: datetime) -> int:
    """Look for goods for lines that lost a promise and are due within the fixed days of their product.

    Before that they are matched anew like all others. Gives how many lines. Raises EventError, ChainConflictError.
    """
    today, count = day_in_china(at), 0
    for product in Product.objects.order_by("pk"):
        until = today + timedelta(days=product.freeze_days)
        due = OrderLine.objects.filter(product=product, window__starts_on__lte=until, window__ends_on__gte=today)
        lost = due.filter(state__in=(*OPEN_LINES, LineState.FIRM), allocations__state=AllocationState.RELEASED)
        waiting = lost.exclude(proposals__answer="", proposals__isnull=False).distinct().order_by("pk")
        for line, most in _with_rations(waiting):
            entry = _entry(line.pk, f"shortage {today}", at)
            member = answering_for(line.order.channel)
            count += bool(shortages.cover(line=line, entry=entry, membership=member, at=at, most=most))
    return count


@transaction.atomic
def _with_rations(lines: QuerySet[OrderLine]) -> list[tuple[OrderLine, Decimal]]:
    found = list(lines.select_related("order__channel__organisation", "order__channel__clerk", "product"))
    most = rations(found)
    return [(line, most[line.pk]) for line in found]


def _channel(one: Allocation) -> Channel:
    return one.line.order.channel


def _entry(about: UUID, what: str, at: datetime) -> Entry:
    return Entry(id=uuid5(about, what), time=at)
