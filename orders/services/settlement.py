"""From accepted goods to money: statements, instructions to a bank's split account, receipts back.

The platform never holds money. It says who is owed what and by when, and what the bank answered.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from accounts.models import Membership
from orders.access import check_owns, check_records
from orders.enums import AllocationState, StatementState
from orders.models import Allocation, PayoutInstruction, Statement, StatementLine
from orders.money import fen_of
from orders.services.events import say
from orders.services.fulfilment import follow
from traceability.errors import RefusedError
from traceability.services.entries import Entry, members
from traceability.services.transactions import business_transaction

# A statement follows so long after acceptance, and is to be paid so long after delivery.
STATEMENT_DAYS = 3
PAY_DAYS = 15
# Who pays small suppliers late owes 0.05 % a day where nothing else was agreed (State Council order 802, 2025).
_LATE_PER_MYRIAD = 5


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
    found = [Owed(one, _left(one)) for one in ready.select_related("farmer", "lot", "line").order_by("farmer_id", "pk")]
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


@dataclass(frozen=True, slots=True, kw_only=True)
class BankReceipt:
    """What the bank answers: its own number, how much it paid and when."""

    number: str
    fen: int
    paid_on: date


@business_transaction
def take_receipt(
    *, payout: PayoutInstruction, receipt: BankReceipt, entry: Entry, membership: Membership, at: datetime
) -> PayoutInstruction:
    """Record that the bank paid. The same receipt again changes nothing; another one is refused.

    Raises NotYoursError, RefusedError, EventError, ChainConflictError.
    """
    statement = Statement.objects.select_for_update(of=("self",)).select_related("payer").get(pk=payout.statement_id)
    check_owns(membership, statement.payer)
    locked = PayoutInstruction.objects.select_for_update().get(pk=payout.pk)
    if locked.receipt == receipt.number:
        return locked
    if locked.receipt:
        raise RefusedError("/number", "receipt_differs", receipt=locked.receipt)
    if receipt.fen != locked.fen:
        raise RefusedError("/fen", "amount_differs", fen=locked.fen)
    body, private = members(paid_on=receipt.paid_on), members(fen=receipt.fen, receipt=receipt.number)
    say("statement.paid", statement.entity, entry=entry, membership=membership, at=at, body=body, private=private)
    locked.receipt, locked.paid_on = receipt.number, receipt.paid_on
    locked.save(update_fields=["receipt", "paid_on"])
    statement.state, statement.paid_on = StatementState.PAID, receipt.paid_on
    statement.interest_fen = late_interest(statement.net_fen, due_on=statement.due_on, on=receipt.paid_on)
    statement.save(update_fields=["state", "paid_on", "interest_fen"])
    _settle(statement)
    return locked


def late_interest(fen: int, *, due_on: date, on: date) -> int:
    """Give what is owed in fen for paying late: 0.05 % a day, rounded down to whole fen."""
    return fen * _LATE_PER_MYRIAD * max((on - due_on).days, 0) // 10_000


def interest_so_far(statement: Statement, *, today: date) -> int:
    """Give what is owed in fen for paying late: what was reckoned at payment, or what has come up until today."""
    if statement.state == StatementState.PAID:
        return statement.interest_fen
    return late_interest(statement.net_fen, due_on=statement.due_on, on=today)


def _left(allocation: Allocation) -> int:
    whole = fen_of(allocation.accepted_kg, allocation.price_fen_per_kg)
    stated = sum(allocation.statement_lines.values_list("fen", flat=True))
    return whole - stated - allocation.disputed_fen - allocation.forgone_fen


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


def _settle(statement: Statement) -> None:
    lines: Iterable[StatementLine] = statement.lines.select_related("allocation")
    for line in lines:
        allocation = line.allocation
        if allocation.state == AllocationState.ACCEPTED and _left(allocation) <= 0 and not allocation.disputed_fen:
            allocation.state = AllocationState.SETTLED
            allocation.save(update_fields=["state"])
            follow(allocation.line_id)
