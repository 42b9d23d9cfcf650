"""Statements, instructions and receipts, as a payer's machine and its bank exchange them."""

import pytest

from accounts.models import Membership
from orders.models import PayoutInstruction, Statement
from tests.factories import market
from tests.factories.api import Machine
from tests.orders.api.sent import found, rules, said
from traceability.queries import history

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn")]


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
