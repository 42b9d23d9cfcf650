"""What follows because time has passed: silence counts as acceptance, who does not answer gets the money back.

Each is recorded by whom the channel's party named to answer for it, under an id that follows from what it is about:
however often a deadline is looked at, it is recorded once.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypeVar
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import QuerySet

from orders.enums import OPEN_LINES, AllocationState, Answer, LineState
from orders.models import Allocation, Channel, OrderLine, Product, SubstitutionProposal
from orders.services import fulfilment, settlement, shortages, substitutes
from orders.services.channels import answering_for
from orders.services.rations import rations
from traceability.errors import TraceabilityError
from traceability.services.chain import ChainConflictError
from traceability.services.entries import Entry
from traceability.standards.days import day_in_china

logger = logging.getLogger("suyuan.orders")

T = TypeVar("T")


def accept_silently(*, at: datetime) -> int:
    """Accept the deliveries that nobody answered in time, and give how many."""

    def accept(one: Allocation) -> int:
        entry, member = _entry(one.pk, "silence", at), answering_for(one.line.order.channel)
        fulfilment.accept(allocation=one, entry=entry, membership=member, at=at)
        return 1

    return _each(fulfilment.silent_since(day_in_china(at)), accept)


def expire_proposals(*, at: datetime) -> int:
    """End the proposals that no buyer answered in time, and give how many."""

    def expire(one: SubstitutionProposal) -> int:
        entry, member = _entry(one.pk, "silence", at), answering_for(one.line.order.channel)
        substitutes.answer(proposal=one, said=Answer.EXPIRED, entry=entry, membership=member, at=at)
        return 1

    return _each(substitutes.overdue(at), expire)


def state_what_is_due(*, at: datetime) -> int:
    """Write the statements that are due today, and give how many."""
    today = day_in_china(at)
    accepted = Allocation.objects.filter(state=AllocationState.ACCEPTED).values("line__order__channel")
    channels = Channel.objects.filter(pk__in=accepted).select_related("organisation", "clerk")

    def state(one: Channel) -> int:
        entry = _entry(one.organisation.public_id, f"statements {today}", at)
        return len(settlement.issue_statements(entry=entry, membership=answering_for(one), today=today, at=at))

    return _each(channels.order_by("organisation", "pk").distinct("organisation"), state)


def cover_shortages(*, at: datetime) -> int:
    """Look for goods for lines that lost a promise and are due within the fixed days of their product.

    Before that they are matched anew like all others. Gives how many lines.
    """
    today, count = day_in_china(at), 0

    def cover(found: tuple[OrderLine, Decimal]) -> int:
        line, most = found
        entry, member = _entry(line.pk, f"shortage {today}", at), answering_for(line.order.channel)
        return bool(shortages.cover(line=line, entry=entry, membership=member, at=at, most=most))

    for product in Product.objects.order_by("pk"):
        until = today + timedelta(days=product.freeze_days)
        due = OrderLine.objects.filter(product=product, window__starts_on__lte=until, window__ends_on__gte=today)
        lost = due.filter(state__in=(*OPEN_LINES, LineState.FIRM), allocations__state=AllocationState.RELEASED)
        waiting = lost.exclude(proposals__answer="", proposals__isnull=False).distinct().order_by("pk")
        count += _each(_with_rations(waiting), cover)
    return count


def _each(found: Iterable[T], work: Callable[[T], int]) -> int:
    """Sum up what work on each gives; one that cannot be done stays as it is, and does not stop the others."""
    count = 0
    for one in found:
        try:
            count += work(one)
        except (TraceabilityError, ChainConflictError):
            logger.exception("deadlines: one is left as it is")
    return count


@transaction.atomic
def _with_rations(lines: QuerySet[OrderLine]) -> list[tuple[OrderLine, Decimal]]:
    found = list(lines.select_related("order__channel__organisation", "order__channel__clerk", "product"))
    most = rations(found)
    return [(line, most[line.pk]) for line in found]


def _entry(about: UUID, what: str, at: datetime) -> Entry:
    return Entry(id=uuid5(about, what), time=at)
