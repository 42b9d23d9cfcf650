"""What the bank answers to instructions: that it paid, when, and under which number of its own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from accounts.models import Membership
from orders.access import check_owns, check_records
from orders.enums import StatementState
from orders.models import Allocation, PayoutInstruction, Statement
from orders.services.events import say
from orders.services.standing import settle
from traceability.errors import RefusedError
from traceability.services.entries import Entry, members
from traceability.services.transactions import business_transaction
from traceability.standards.days import day_in_china

# Who pays small suppliers late owes 0.05 % a day where nothing else was agreed (State Council order 802, 2025).
_LATE_PER_MYRIAD = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class BankReceipt:
    """What the bank answers: its own number, how much it paid and when."""

    number: str
    fen: int
    paid_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One line of a bank's answer to many instructions: to which, and what."""

    payout: UUID
    receipt: BankReceipt


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
    if not _check(locked, receipt, at=at):
        return locked
    return _paid(locked, statement, receipt, entry=entry, membership=membership, at=at)


@business_transaction
def take_receipts(
    *, answered: Sequence[Answered], entry: Entry, membership: Membership, at: datetime
) -> list[tuple[PayoutInstruction, bool]]:
    """Record all that a bank answered, or nothing of it; what was recorded before changes nothing.

    Gives each line's instruction, and whether it is news. Raises NotYoursError, EventError, ChainConflictError, and
    RefusedError, which names what is wrong in every line by its place, as `/receipts/3/fen`; then nothing is recorded.
    """
    check_records(membership)
    refused: list[RefusedError] = []
    taken: list[tuple[PayoutInstruction, bool]] = []
    # Nothing stays of it where one is refused, in a caller's own transaction either.
    with transaction.atomic():
        locked = _locked(membership, {one.payout for one in answered})
        for place, one in enumerate(answered):
            try:
                taken.append(_taken(locked, one, entry, membership, at))
            except RefusedError as error:
                refused.append(error)
                error.pointer = f"/receipts/{place}{error.pointer}"
        if refused:
            refused[0].others = refused[1:]
            raise refused[0]
    return taken


def late_interest(fen: int, *, due_on: date, on: date) -> int:
    """Give what is owed in fen for paying late: 0.05 % a day, rounded down to whole fen."""
    return fen * _LATE_PER_MYRIAD * max((on - due_on).days, 0) // 10_000


def interest_so_far(statement: Statement, *, today: date) -> int:
    """Give what is owed in fen for paying late: what was reckoned at payment, or what has come up until today."""
    if statement.state == StatementState.PAID:
        return statement.interest_fen
    return late_interest(statement.net_fen, due_on=statement.due_on, on=today)


_Locked = dict[UUID, tuple[PayoutInstruction, Statement]]


def _locked(membership: Membership, ids: Iterable[UUID]) -> _Locked:
    """Lock a payer's own statements and instructions, in the order of their ids; others' are as if there were none."""
    own = Statement.objects.select_for_update(of=("self",)).filter(payer=membership.organisation_id, payouts__in=ids)
    statements = {one.pk: one for one in own.order_by("pk")}
    payouts = PayoutInstruction.objects.select_for_update().filter(pk__in=ids, statement__in=statements).order_by("pk")
    return {one.pk: (one, statements[one.statement_id]) for one in payouts}


def _taken(
    locked: _Locked, one: Answered, entry: Entry, membership: Membership, at: datetime
) -> tuple[PayoutInstruction, bool]:
    if one.payout not in locked:
        raise RefusedError("/payout", "unknown_payout")
    payout, statement = locked[one.payout]
    if not _check(payout, one.receipt, at=at):
        return payout, False
    own = Entry(id=entry.id_of(f"receipt {one.payout}"), time=entry.time)
    return _paid(payout, statement, one.receipt, entry=own, membership=membership, at=at), True


def _check(payout: PayoutInstruction, receipt: BankReceipt, *, at: datetime) -> bool:
    """Check a receipt against its instruction; False where just this one was taken before. Raises RefusedError."""
    if payout.receipt and payout.receipt != receipt.number:
        raise RefusedError("/number", "receipt_differs", receipt=payout.receipt)
    if receipt.fen != payout.fen:
        raise RefusedError("/fen", "amount_differs", fen=payout.fen)
    if payout.receipt and payout.paid_on != receipt.paid_on:
        raise RefusedError("/paid_on", "differs_from_first")
    if receipt.paid_on > day_in_china(at):
        raise RefusedError("/paid_on", "in_the_future")
    return not payout.receipt


def _paid(  # noqa: PLR0913 - what the bank paid of what, and who says so
    payout: PayoutInstruction,
    statement: Statement,
    receipt: BankReceipt,
    *,
    entry: Entry,
    membership: Membership,
    at: datetime,
) -> PayoutInstruction:
    body, private = members(paid_on=receipt.paid_on), members(fen=receipt.fen, receipt=receipt.number)
    say("statement.paid", statement.entity, entry=entry, membership=membership, at=at, body=body, private=private)
    payout.receipt, payout.paid_on = receipt.number, receipt.paid_on
    payout.save(update_fields=["receipt", "paid_on"])
    statement.state, statement.paid_on = StatementState.PAID, receipt.paid_on
    statement.interest_fen = late_interest(statement.net_fen, due_on=statement.due_on, on=receipt.paid_on)
    statement.save(update_fields=["state", "paid_on", "interest_fen"])
    # Under their lock: a dispute may begin meanwhile.
    for one in Allocation.objects.select_for_update().filter(statement_lines__statement=statement).order_by("pk"):
        settle(one)
    return payout
