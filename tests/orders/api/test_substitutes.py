"""Other goods in place of those that nobody can bring, as a channel's machine proposes and answers."""

import pytest

from accounts.models import Membership
from orders.enums import LineState
from orders.models import Allocation, OrderLine, SubstitutionProposal
from tests.factories import market
from tests.factories.api import Machine
from tests.orders.api.sent import found, rules, said
from traceability.queries import history

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn")]


def test_proposal_is_read_and_the_buyers_yes_passed_on(processor: Membership, season: market.Season) -> None:
    machine, asked = Machine(processor), season.asked
    (read,) = found(machine.get("substitution-proposals", open="true"))
    assert (read["id"], read["kg"], read["answer"]) == (str(asked.pk), "60", "")

    sent = said(accepted=True)
    answers = [machine.post(f"substitution-proposals/{asked.pk}/answer", **sent) for _ in range(2)]

    assert [one.status_code for one in answers] == [201, 200], answers[0].content
    assert {one.json()["answer"] for one in answers} == {"accepted"}
    said_so = [one for one in history.of(asked.line.order.entity) if one.leaf.type == "order.substitute_answered"]
    assert [one.leaf.body["by"] for one in said_so] == ["buyer"]
    assert Allocation.objects.get(line=asked.line).firm_kg == 60
    assert found(machine.get("substitution-proposals", open="true")) == []
    late = machine.post(f"substitution-proposals/{asked.pk}/answer", **said(accepted=False))
    assert rules(late) == [("", "proposal_answered")]


def test_a_no_sends_the_money_back(processor: Membership, season: market.Season) -> None:
    asked = season.asked

    answer = Machine(processor).post(f"substitution-proposals/{asked.pk}/answer", **said(accepted=False))

    assert (answer.status_code, answer.json()["answer"]) == (201, "declined")
    assert OrderLine.objects.get(pk=asked.line_id).state in {LineState.CANCELLED, LineState.REFUNDED}


def test_other_goods_are_found_and_proposed(processor: Membership, season: market.Season) -> None:
    machine = Machine(processor)
    SubstitutionProposal.objects.filter(pk=season.asked.pk).delete()
    line, supply = season.asked.line_id, str(season.asked.supply_id)
    choices = machine.get(f"order-lines/{line}/substitutes").json()["choices"]
    assert supply in [one["supply"] for one in choices]

    sent = said(supply=supply, kg="60")
    made, again = (machine.post(f"order-lines/{line}/substitution", **sent) for _ in range(2))

    assert (made.status_code, again.status_code) == (201, 200), made.content
    assert made.json()["promise"] is None
    assert made.json()["proposal"] == again.json()["proposal"]
    second = machine.post(f"order-lines/{line}/substitution", **said(supply=supply, kg="1"))
    assert rules(second) == [("", "proposal_waits")]
    too_much = machine.post(f"order-lines/{line}/substitution", **said(supply=supply, kg="61"))
    assert rules(too_much)[0][1] == "more_than_before"
    strange = machine.post(f"order-lines/{line}/substitution", **said(supply=str(line), kg="1"))
    assert rules(strange) == [("/supply", "unknown_supply")]


def test_what_the_buyer_allowed_is_promised_at_once(processor: Membership, season: market.Season) -> None:
    SubstitutionProposal.objects.filter(pk=season.asked.pk).delete()
    line = season.asked.line
    OrderLine.objects.filter(pk=line.pk).update(substitution="variety", window=season.asked.supply.window_id)
    sent = said(supply=str(season.asked.supply_id), kg="60")

    made = Machine(processor).post(f"order-lines/{line.pk}/substitution", **sent)

    assert made.status_code == 201, made.content
    assert (made.json()["proposal"], made.json()["promise"]["firm_kg"]) == (None, "60")


def test_a_stranger_sees_no_proposal_and_answers_none(
    stranger: Membership, farmer: Membership, season: market.Season
) -> None:
    line = season.asked.line_id
    for member in (stranger, farmer):
        machine = Machine(member)
        assert machine.ids("substitution-proposals") == []
        assert machine.get(f"order-lines/{line}/substitutes").status_code == 404
        assert machine.post(f"order-lines/{line}/substitution", **said()).status_code == 404
        assert machine.post(f"substitution-proposals/{season.asked.pk}/answer", **said()).status_code == 404
