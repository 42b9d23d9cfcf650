"""How promises of the story are kept: picked, shipped, delivered, accepted, disputed, stated and paid."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction

from config.demo.scenes import Scene, Stage
from config.demo.tables import moment, table
from orders.models import Allocation, PayoutInstruction, Statement
from orders.services import disputes, fulfilment, settlement
from orders.services.payments import BankReceipt, take_receipt
from traceability.services.entries import Entry

Row = Mapping[str, Any]


def scenes(stage: Stage) -> Iterator[Scene]:
    """Give what happens to each plan's promises, and the money for them."""
    for row in table("market")["brought"]:
        time = moment(row["time"])
        days = zip((0, *row["days"]), (_pick, _ship, _deliver, _accept), strict=True)
        for step, (after, play) in enumerate(days):
            later = time + timedelta(days=after, minutes=step)
            yield Scene(name=f"market brought: {row['plan']} {step}", time=later, play=partial(play, stage, row))
    for row in table("market")["disputes"]:
        yield Scene(name=f"market dispute: {row['plan']}", time=moment(row["time"]), play=partial(_dispute, stage, row))
    for row in table("market")["statements"]:
        name = f"market statement: {row['key']}"
        yield Scene(name=name, time=moment(row["time"]), play=partial(_state, stage, row))
        if "paid" in row:
            paid = partial(_pay, stage, row, name)
            yield Scene(name=f"market paid: {row['key']}", time=moment(row["paid"]), play=paid)


def _promises(stage: Stage, row: Row) -> list[Allocation]:
    plan = stage.id_of(f"market plans: {row['plan']}")
    found = Allocation.objects.filter(supply__plan=plan).select_related("line__order__channel__organisation")
    # The first is recorded under the scene's own id.
    return list(found.order_by("-firm_kg", "pk"))


def _entries(entry: Entry, promises: list[Allocation]) -> Iterator[tuple[Allocation, Entry]]:
    for place, one in enumerate(promises):
        yield one, entry if place == 0 else Entry(id=entry.id_of(str(one.pk)), time=entry.time)


@transaction.atomic
def _pick(stage: Stage, row: Row, *, entry: Entry, at: datetime) -> None:
    lot, member = stage.lot(row["lot"]), stage.cast.member(row["party"])
    for one, own in _entries(entry, _promises(stage, row)):
        fulfilment.pick(allocation=one, lot=lot, kg=one.firm_kg, entry=own, membership=member, at=at)


@transaction.atomic
def _ship(stage: Stage, row: Row, *, entry: Entry, at: datetime) -> None:
    member = stage.cast.member(row["party"])
    for one, own in _entries(entry, _promises(stage, row)):
        fulfilment.ship(allocation=one, kg=one.picked_kg, entry=own, membership=member, at=at)


@transaction.atomic
def _deliver(stage: Stage, row: Row, *, entry: Entry, at: datetime) -> None:
    for one, own in _entries(entry, _promises(stage, row)):
        member = _seller(stage, one)
        fulfilment.deliver(allocation=one, kg=one.shipped_kg, entry=own, membership=member, at=at)


@transaction.atomic
def _accept(stage: Stage, row: Row, *, entry: Entry, at: datetime) -> None:
    for one, own in _entries(entry, _promises(stage, row)):
        fulfilment.accept(allocation=one, entry=own, membership=_seller(stage, one), at=at)


def _dispute(stage: Stage, row: Row, *, entry: Entry, at: datetime) -> Allocation:
    one = _promises(stage, row)[0]
    said = {"fen": row["fen"], "note": row["note"]}
    return disputes.dispute(allocation=one, entry=entry, membership=_seller(stage, one), at=at, **said)


@transaction.atomic
def _state(stage: Stage, row: Row, *, entry: Entry, at: datetime) -> None:
    member = stage.cast.member(row["party"])
    issue = Entry(id=entry.id_of("issue"), time=entry.time)
    made = settlement.issue_statements(entry=issue, membership=member, today=entry.day, at=at)
    for place, one in enumerate(made):
        own = entry if place == 0 else Entry(id=entry.id_of(str(one.pk)), time=entry.time)
        settlement.instruct(statement=one, entry=own, membership=member, at=at)


@transaction.atomic
def _pay(stage: Stage, row: Row, stated: str, *, entry: Entry, at: datetime) -> None:
    member = stage.cast.member(row["party"])
    stated_on = Entry(id=stage.id_of(stated), time=moment(row["time"])).day
    own = Statement.objects.filter(payer=member.organisation, issued_on=stated_on)
    for place, payout in enumerate(PayoutInstruction.objects.filter(statement__in=own).order_by("pk")):
        paid = entry if place == 0 else Entry(id=entry.id_of(str(payout.pk)), time=entry.time)
        receipt = BankReceipt(number=f"DEMO-{payout.pk.hex[:8].upper()}", fen=payout.fen, paid_on=entry.day)
        take_receipt(payout=payout, receipt=receipt, entry=paid, membership=member, at=at)


def _seller(stage: Stage, one: Allocation) -> Any:
    party = one.line.order.channel.organisation
    key = next(key for key, known in stage.cast.parties.items() if known.pk == party.pk)
    return stage.cast.member(key)
