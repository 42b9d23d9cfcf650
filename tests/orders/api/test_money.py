"""Statements, instructions and receipts, as a payer's machine and its bank exchange them."""

from uuid import uuid4

import pytest

from accounts.models import Membership
from orders.models import PayoutInstruction, Statement
from tests.factories import market
from tests.factories.api import Machine
from tests.orders.api.sent import found, rules, said
from traceability.queries import history

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn")]


@pytest.fixture
def others(season: market.Season, processor: Membership) -> list[PayoutInstruction]:
    return [market.instruct(season, fen, by=processor) for fen in (1100, 1200)]


def test_both_sides_read_a_statement_with_its_deliveries_and_what_is_late(
    farmer: Membership, processor: Membership, season: market.Season
) -> None:
    for member in (farmer, processor):
        (read,) = found(Machine(member).get("statements", overdue="true"))
        # 300 kg at 4.20 yuan, of which 20 yuan are disputed; due on the 16th of October, 37 days ago.
        assert (read["net_fen"], read["due_on"], read["interest_fen"]) == (124_000, "2026-10-16", 2294)
        (line,) = read["lines"]
        assert (line["allocation"], line["lot"]) == (season.disputed.entity, season.disputed.lot.entity)  # type: ignore[union-attr]
    assert found(Machine(processor).get("statements", overdue="false")) == []
    assert found(Machine(processor).get("statements", state="paid")) == []


def test_a_statement_is_written_instructed_and_paid_once_however_often_it_is_said(
    processor: Membership, season: market.Season
) -> None:
    machine = Machine(processor)
    Statement.objects.update(state="issued")
    PayoutInstruction.objects.all().delete()

    ways = [machine.post(f"statements/{season.statement.pk}/payout", **said()) for _ in range(3)]

    assert [one.status_code for one in ways] == [201, 201, 201], ways[0].content
    (payout,) = {one.json()["id"] for one in ways}
    assert [one["id"] for one in found(machine.get("payouts", open="true"))] == [payout]
    receipt = {"number": "B-7", "fen": 124_000, "paid_on": "2026-10-11"}
    sent = said(**receipt)
    paid = [machine.post(f"payouts/{payout}/receipt", **one) for one in (sent, sent, said(**receipt))]
    assert [one.status_code for one in paid] == [201, 200, 201]
    assert {(one.json()["receipt"], one.json()["paid_on"]) for one in paid} == {("B-7", "2026-10-11")}
    told = [one.leaf.type for one in history.of(season.statement.entity)]
    assert told.count("statement.paid") == 1
    assert found(machine.get("payouts", open="true")) == []
    assert machine.ids("payouts", open="false") == [payout]
    (read,) = found(machine.get("statements", state="paid"))
    assert (read["interest_fen"], read["paid_on"]) == (0, "2026-10-11")


def test_another_receipt_or_another_sum_is_refused(processor: Membership, season: market.Season) -> None:
    machine, payout = Machine(processor), season.payout.pk
    receipt = {"number": "B-7", "fen": 124_000, "paid_on": "2026-10-11"}

    assert rules(machine.post(f"payouts/{payout}/receipt", **said(**{**receipt, "fen": 1}))) == [
        ("/fen", "amount_differs")
    ]
    assert machine.post(f"payouts/{payout}/receipt", **said(**receipt)).status_code == 201
    assert rules(machine.post(f"payouts/{payout}/receipt", **said(**{**receipt, "number": "B-8"}))) == [
        ("/number", "receipt_differs")
    ]


def answered(payout: object, **said: object) -> dict[str, object]:
    return {"payout": str(payout), "number": "B-7", "fen": 124_000, "paid_on": "2026-10-11", **said}


def test_receipts_come_in_a_batch_once_however_often_it_is_sent(
    processor: Membership, season: market.Season, others: list[PayoutInstruction]
) -> None:
    machine = Machine(processor)
    lines = [answered(season.payout.pk), *(answered(one.pk, number=f"B-{one.fen}", fen=one.fen) for one in others)]
    sent = said(receipts=lines)

    ways = [machine.post("payouts/receipts", **one) for one in (sent, sent, said(receipts=lines[::-1]))]

    assert [(one.status_code, one.json()["recorded"]) for one in ways] == [(201, 3), (200, 0), (200, 0)], ways[
        0
    ].content
    assert [one["receipt"] for one in ways[0].json()["payouts"]] == ["B-7", "B-1100", "B-1200"]
    assert ways[1].json() == {**ways[0].json(), "recorded": 0}
    assert [one["payee"]["name"] for one in ways[2].json()["payouts"]] == ["王家", "王家", "王家"]
    told = [one.leaf.type for one in history.of(season.statement.entity)]
    assert told.count("statement.paid") == 1
    assert set(Statement.objects.values_list("state", flat=True)) == {"paid"}
    # What is news beside what is known is recorded alone.
    assert machine.post("payouts/receipts", **said(receipts=[lines[0], lines[0]])).json()["recorded"] == 0


def test_one_bad_receipt_of_a_batch_and_none_is_recorded_and_each_bad_one_is_named(
    processor: Membership, season: market.Season, others: list[PayoutInstruction]
) -> None:
    machine, first, second = Machine(processor), *others
    lines = [
        answered(season.payout.pk),
        answered(first.pk, fen=1),
        answered(uuid4()),
        answered(second.pk, fen=second.fen, paid_on="2099-01-01"),
        answered(season.payout.pk, number="B-8"),
    ]

    refused = machine.post("payouts/receipts", **said(receipts=lines))

    assert (refused.status_code, rules(refused)) == (
        422,
        [
            ("/receipts/1/fen", "amount_differs"),
            ("/receipts/2/payout", "unknown_payout"),
            ("/receipts/3/paid_on", "in_the_future"),
            ("/receipts/4/number", "receipt_differs"),
        ],
    )
    assert set(PayoutInstruction.objects.values_list("receipt", flat=True)) == {""}
    assert [one.leaf.type for one in history.of(season.statement.entity)][-1] == "statement.instructed"
    assert rules(machine.post("payouts/receipts", **said(receipts=[]))) == [("/receipts", "empty")]


def test_a_strangers_batch_finds_nobodys_instructions(
    farmer: Membership, stranger: Membership, season: market.Season
) -> None:
    for member in (farmer, stranger):
        refused = Machine(member).post("payouts/receipts", **said(receipts=[answered(season.payout.pk)]))
        assert (refused.status_code, rules(refused)) == (422, [("/receipts/0/payout", "unknown_payout")])
    assert PayoutInstruction.objects.get(pk=season.payout.pk).receipt == ""


def test_statements_are_written_of_what_is_due(processor: Membership, season: market.Season) -> None:
    machine = Machine(processor)
    assert machine.post("statements", **said()).json() == {"statements": []}
    market.end_dispute(season.disputed, by=processor, outcome="for_grower")

    made = machine.post("statements", **said())

    ((written,),) = [made.json()["statements"]]
    assert (made.status_code, written["net_fen"]) == (201, 2000)


def test_neither_grower_nor_stranger_pays_for_the_payer(
    farmer: Membership, stranger: Membership, season: market.Season
) -> None:
    for member in (farmer, stranger):
        machine = Machine(member)
        assert machine.ids("payouts") == []
        assert machine.post(f"statements/{season.statement.pk}/payout", **said()).status_code == 404
        assert machine.post(f"payouts/{season.payout.pk}/receipt", **said()).status_code == 404
    assert Machine(stranger).ids("statements") == []
