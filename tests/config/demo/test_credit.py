"""What the demonstration shows of credit: nothing of it is written by hand into a table."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.test import Client

from config.demo import credit, verdict
from config.demo.bank_machine import asker, key_of, machine
from config.demo.scenes import Stage
from config.demo.seed import Seed
from config.demo.story import Told
from config.demo.summary import summary
from finance.models import AuditRow, BankClient, BankNotice, Consent, Credential, Dispute, Loan, LoanPosting, Score
from finance.queries.scores import evidence_bytes
from finance.services.audit_check import check_books
from tests.config.demo.conftest import clock
from tests.factories.farm import NOW
from traceability.ledger.scores.verify import verify_score
from traceability.models import Receipt

SIZE = 172


def play(stage: Stage, now: datetime = NOW) -> Told:
    return credit.play(stage, clock=lambda: now, settle=settle, advance=lambda: None)


def settle() -> None:
    verdict.settle(clock=clock, patience_seconds=0)


@pytest.mark.slow
def test_credit_is_told_once_from_consent_to_repayment(stage: Stage, client: Client) -> None:
    told = play(stage)
    records = Receipt.objects.count()

    again = play(stage)

    assert (told, again) == (Told(now=SIZE, before=0, later=0), Told(now=0, before=SIZE, later=0))
    assert Receipt.objects.count() == records
    assert BankClient.objects.count() == 1
    _check_the_consents()
    _check_the_scores()
    _check_the_loan()
    _check_the_summary(client)
    assert list(check_books()) == []


def _check_the_consents() -> None:
    states = Consent.objects.order_by("granted_at", "purpose").values_list("purpose", "state", "queries_used")
    assert list(states) == [
        ("underwriting", "exhausted", 1),
        ("underwriting", "revoked", 1),
        ("loan_pre_assessment", "granted", 1),
        ("own_view", "granted", 1),
    ]
    assert Counter(AuditRow.objects.values_list("outcome", flat=True)) == {
        "answered": 4,
        "consent_revoked": 1,
        "purpose_mismatch": 1,
    }
    assert Counter(BankNotice.objects.values_list("kind", flat=True)) == {"revoked": 1, "referred": 1}


def _check_the_scores() -> None:
    assert [one.grade for one in Score.objects.order_by("computed_at", "pk")] == ["C", "B", "B", "B"]
    newest = Score.objects.order_by("computed_at").last()
    assert newest is not None
    verified = verify_score(evidence_bytes(newest), vkeys=()).judged.scored
    assert verified is not None
    assert verified.score == newest.score
    assert Credential.objects.get().revoked_at is None
    assert Dispute.objects.get().state == "open"


def _check_the_loan() -> None:
    loan = Loan.objects.get()
    assert (loan.state, loan.amount_fen, loan.repaid_fen) == ("closed", 3_000_000, 3_072_300)
    assert (loan.yearly_cost_bp, loan.worst_days_past_due, str(loan.closed_on)) == (435, 0, "2026-11-06")
    assert LoanPosting.objects.count() == 8


def _check_the_summary(client: Client) -> None:
    (path,) = [one["path"] for one in summary()["pages"] if one["path"].startswith("/certificate/")]
    assert client.get(path).status_code == 200


def test_before_its_time_nothing_is_lent(stage: Stage) -> None:
    early = datetime.fromisoformat("2025-06-01T00:00:00+00:00")

    told = play(stage, early)

    assert (told.now, told.later > 100) == (11, True)
    assert not Consent.objects.exists()


def test_the_machine_has_the_key_that_follows_from_the_seed(stage: Stage) -> None:
    made = machine(stage, at=NOW)

    assert made == machine(stage, at=NOW + timedelta(days=1))
    assert made.key_set["keys"] == [key_of(Seed(7)).export_public(as_dict=True)]
    assert "d" not in made.key_set["keys"][0]
    assert asker(stage, at=NOW).client_id == made.application.client_id
    assert key_of(Seed(8)).thumbprint() != key_of(Seed(7)).thumbprint()
