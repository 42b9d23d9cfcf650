from datetime import timedelta
from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Membership
from finance.fitting import population
from finance.models import Loan, Scorecard
from finance.queries import outcomes
from finance.services import training
from tests.factories import lending
from traceability.errors import NotYoursError, RefusedError
from traceability.ledger.scores import parse_card
from traceability.models import EntityHead
from traceability.services.entries import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_keys")]


@pytest.fixture
def lent(operator: Membership, bank: Membership, farmer: Membership) -> Scorecard:
    return lending.lend(600, operator=operator, bank=bank, farmer=farmer)


def entry() -> Entry:
    return Entry(id=uuid4(), time=lending.NOW)


def test_outcomes_between_200_and_1000_give_a_blend(lent: Scorecard) -> None:
    card, about = training.train(on=lending.TODAY)

    assert card.kind == "blend"
    assert about["labels"]["good"] + about["labels"]["bad"] == 600
    assert about["learnt_from"]["loans"] == 480
    assert about["tried_on"]["loans"] == 120
    assert float(about["out_of_time"]["auc"]) > 0.7
    assert {one.name for one in card.variables} == set(population.DIRECTIONS)


def test_too_few_outcomes_give_no_card(operator: Membership, bank: Membership, farmer: Membership) -> None:
    lending.lend(150, operator=operator, bank=bank, farmer=farmer)

    with pytest.raises(RefusedError) as caught:
        training.train(on=lending.TODAY)

    assert caught.value.rule == "too_few_outcomes"


def test_young_loans_are_counted_and_not_learnt_from(lent: Scorecard) -> None:
    Loan.objects.filter(loan_ref__in=["G-0", "G-1"]).update(disbursed_on=lending.TODAY - timedelta(days=100))

    _, about = training.train(on=lending.TODAY)

    assert about["labels"]["immature"] == 2
    assert about["learnt_from"]["loans"] + about["tried_on"]["loans"] == 598


def test_rejected_applicants_are_counted_and_never_given_an_outcome(lent: Scorecard) -> None:
    Loan.objects.filter(loan_ref="G-5").update(state="rejected", disbursed_on=None)

    found = outcomes.lessons(on=lending.TODAY)

    assert [one.label.value for one in found if one.disbursed_on is None] == ["rejected"]
    assert len(outcomes.matured(found)) == 599


def test_a_registered_card_waits_for_approval_and_stands_in_the_log(lent: Scorecard, operator: Membership) -> None:
    card, about = training.train(on=lending.TODAY)

    row = training.register_trained(card=card, about=about, entry=entry(), membership=operator, at=lending.NOW)

    assert (row.pk, row.kind, row.state) == (card.id, "blend", "registered")
    assert row.about["out_of_time"] == about["out_of_time"]
    assert EntityHead.objects.get(entity=row.entity).eseq in {0, 1}


def test_nobody_but_the_operator_registers(lent: Scorecard, farmer: Membership) -> None:
    card, about = training.train(on=lending.TODAY)

    with pytest.raises(NotYoursError):
        training.register_trained(card=card, about=about, entry=entry(), membership=farmer, at=lending.NOW)


def test_what_was_learnt_from_generated_farmers_is_not_registered(operator: Membership) -> None:
    card, about = training.train_on_generated(1500, seed=1, on=lending.TODAY)

    with pytest.raises(RefusedError):
        training.register_trained(card=card, about=about, entry=entry(), membership=operator, at=lending.NOW)

    assert card.kind == "fitted"
    assert not Scorecard.objects.filter(pk=card.id).exists()


def test_the_command_writes_card_and_model_card(tmp_path: Path) -> None:
    out = tmp_path / "card.json"

    call_command("train_scorecard", "--generated", "1200", "--out", str(out), stdout=StringIO())

    card = parse_card(out.read_bytes())
    assert card.kind == "fitted"
    assert '"generated": true' in (tmp_path / "card.about.json").read_text(encoding="utf-8")


def test_the_command_says_why_there_is_no_card() -> None:
    with pytest.raises(CommandError, match="0"):
        call_command("train_scorecard", stdout=StringIO())
