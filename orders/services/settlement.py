"""From accepted goods to money: statements, and instructions to a bank's split account.

The platform never holds money. It says who is owed what and by when; `payments` takes what the bank answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from accounts.models import Membership
from orders.access import check_owns, check_records
from orders.enums import AllocationState, StatementState
from orders.models import Allocation, PayoutInstruction, Statement, StatementLine
from orders.money import PAY_DAYS
from orders.services.events import say
from orders.services.standing import left_to_state
from traceability.services.entries import Entry, members
from traceability.services.transactions import business_transaction

# A statement follows so long after acceptance.
STATEMENT_DAYS = 3


@dataclass(frozen=True, slots=True)
class Owed:
    """One delivery, and what is owed for it in fen now."""

    allocation: Allocation
    fen: int


@business_transaction
def issue_statements(*, entry: Entry, membership: Membership, today: date, at: datetime) -> list[Statement]:
    """Write a statement for each grower of what a payer accepted three days ago and has not stated yet.

    What is disputed waits for a later statement; all else is stated. Raises NotYoursError, EventError.
    """
    check_records(membership)
    due = owed_by(membership, today=today)
    made = []
    for farmer, group in groupby(due, key=lambda one: one.allocation.farmer_id):
        own = Entry(id=entry.id_of(f"statement.{farmer}"), time=entry.time)
        if not own.is_known:
            made.append(_issue(list(group), own, membership, today=today, at=at))
    return made


def owed_by(membership: Membership, *, today: date) -> list[Owed]:
    """List what a payer owes growers and has not stated, by grower: goods accepted at least three days ago."""
    ready = Allocation.objects.select_for_update(of=("self",)).filter(
        line__order__channel__organisation=membership.organisation_id,
        state=AllocationState.ACCEPTED,
        accepted_on__lte=today - timedelta(days=STATEMENT_DAYS),
    )
    rows = ready.select_related("farmer", "lot", "line").prefetch_related("statement_lines")
    found = [Owed(one, left_to_state(one)) for one in rows.order_by("farmer_id", "pk")]
    return [one for one in found if one.fen > 0]


@business_transaction
def instruct(*, statement: Statement, entry: Entry, membership: Membership, at: datetime) -> PayoutInstruction:
    """Instruct the bank to pay a statement, once: the same statement again gives the instruction that there is.

    Raises NotYoursError, RefusedError, EventError, ChainConflictError.
    """
    locked = Statement.objects.select_for_update(of=("self",)).select_related("payer").get(pk=statement.pk)
    check_owns(membership, locked.payer)
    known = PayoutInstruction.objects.filter(statement=locked, payee=locked.farmer_id).first()
    if known:
        return known
    private = members(fen=locked.net_fen)
    say("statement.instructed", locked.entity, entry=entry, membership=membership, at=at, private=private)
    locked.state = StatementState.INSTRUCTED
    locked.save(update_fields=["state"])
    return PayoutInstruction.objects.create(
        pk=entry.id, statement=locked, payee_id=locked.farmer_id, fen=locked.net_fen, instructed_at=entry.time
    )


def _issue(owed: Sequence[Owed], entry: Entry, membership: Membership, *, today: date, at: datetime) -> Statement:
    first = owed[0].allocation
    delivered = min(one.allocation.delivered_on or today for one in owed)
    gross = sum(one.fen for one in owed)
    statement = Statement(
        pk=entry.id,
        farmer=first.farmer,
        payer=membership.organisation,
        number=f"{today:%Y%m%d}-{entry.id.hex[:8].upper()}",
        issued_on=today,
        due_on=delivered + timedelta(days=PAY_DAYS),
        gross_fen=gross,
        net_fen=gross,
        state=StatementState.ISSUED,
    )
    body = members(issued_on=today, due_on=statement.due_on, allocations=len(owed))
    private = members(lines=[_told(one) for one in owed], net_fen=gross)
    inputs = sorted({one.allocation.entity for one in owed})
    say(
        "statement.issued",
        statement.entity,
        entry=entry,
        membership=membership,
        at=at,
        body=body,
        private=private,
        inputs=inputs,
    )
    statement.save(force_insert=True)
    StatementLine.objects.bulk_create(
        StatementLine(statement=statement, allocation=one.allocation, kg=one.allocation.accepted_kg, fen=one.fen)
        for one in owed
    )
    return statement


def _told(one: Owed) -> dict[str, object]:
    lot = one.allocation.lot
    return members(
        allocation=one.allocation.entity,
        lot=lot.entity if lot else None,
        kg=one.allocation.accepted_kg,
        fen=one.fen,
    )
