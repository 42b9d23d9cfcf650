"""A bank's answer as a file: the instructions as they were given out, with receipts and days filled in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from accounts.models import Membership
from orders.services.payments import Answered, BankReceipt, take_receipts
from traceability.errors import InputError, RefusedError
from traceability.services.entries import Entry
from traceability.services.transactions import business_transaction
from traceability.sheets import Column, Limits, Problem, Row, day, decimal, identifier, open_sheet, text

LIMITS = Limits(file_bytes=2 << 20, unpacked_bytes=16 << 20, rows=2_000)
_FEN = 100
_UUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
# What is filled in by the bank; a row without either waits for its answer.
_ANSWER = ("number", "paid_on")
COLUMNS = (
    Column("payout", ("instruction", "通知编号"), identifier(_UUID, "5f1c0b6e-3c1d-4a57-9d0f-2b8f6f1d7a10")),
    Column("fen", ("yuan", "金额", "元"), decimal(places=2, least=Decimal("0.01"))),
    Column("number", ("receipt", "回单号"), text(80), required=False),
    Column("paid_on", ("paid_on", "付款日期"), day, required=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a file: how many receipts are news, were known, and are still to come; or what is wrong in it."""

    recorded: int = 0
    known: int = 0
    waiting: int = 0
    problems: Sequence[Problem] = field(default_factory=list)


@business_transaction
def take_file(*, data: bytes, entry: Entry, membership: Membership, at: datetime) -> Taken:
    """Record all that the bank filled in, or nothing: what is wrong is named for every line.

    Raises SheetError where it is no such file, NotYoursError, RefusedError, EventError, ChainConflictError.
    """
    rows = list(open_sheet(data, COLUMNS, LIMITS).rows())
    problems = [one for row in rows for one in _problems(row)]
    answered = [row for row in rows if not row.problems and all(name in row.values for name in _ANSWER)]
    try:
        with transaction.atomic():
            sent = [_answered(row) for row in answered]
            taken = take_receipts(answered=sent, entry=entry, membership=membership, at=at)
            transaction.set_rollback(bool(problems))
    except RefusedError as refused:
        problems += [_refused(answered, one) for one in (refused, *refused.others)]
    if problems:
        return Taken(problems=sorted(problems, key=lambda one: one.line))
    recorded = sum(is_news for _, is_news in taken)
    return Taken(recorded=recorded, known=len(taken) - recorded, waiting=len(rows) - len(taken))


def _problems(row: Row) -> Iterable[Problem]:
    yield from row.problems
    said = [name for name in _ANSWER if name in row.texts]
    if len(said) == 1:
        (missing,) = set(_ANSWER) - set(said)
        yield Problem(row.line, missing, "", "empty_text", {})


def _answered(row: Row) -> Answered:
    said = row.values
    receipt = BankReceipt(number=said["number"], fen=int(said["fen"] * _FEN), paid_on=said["paid_on"])
    return Answered(payout=UUID(said["payout"]), receipt=receipt)


def _refused(rows: Sequence[Row], error: InputError) -> Problem:
    """Turn `/receipts/3/fen` into a line of the file and its column. Raises what is about no line."""
    steps = error.pointer.split("/")
    if len(steps) < len(("", "receipts", "place")):
        raise error
    row, name = rows[int(steps[2])], steps[-1] if len(steps) > len(("", "receipts", "place")) else ""
    return Problem(row.line, name, row.texts.get(name, ""), error.rule, error.params)
