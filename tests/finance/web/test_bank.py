"""The bank's pages: by a consent's reference and no other way."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import escape

from accounts.enums import OrganisationKind
from accounts.models import Membership
from finance.models import AuditRow, BankClient, Loan, Score, TokenBinding
from finance.services.referrals import Wish, refer
from finance.web.bank.asking import EXPLAINED
from tests.factories import credit, scored
from tests.factories.bank import BankMachine, detail, make_key, public
from tests.factories.credit import Scorer
from tests.factories.log import publish
from tests.factories.pages import client_of, errors_of, is_asked_who, send
from tests.factories.parties import make_member
from traceability import log_key
from traceability.queries import history

pytest_plugins = ["tests.factories.credit"]
pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[3]
PAGES = ["home", "clients", "loans"]


def test_a_bank_asks_and_downloads_the_evidence(bank: Membership, farmer: Membership, scorer: Scorer) -> None:
    until = timezone.localdate() + timedelta(days=30)
    consent = credit.make_consent(farmer, bank, at=timezone.now(), until=until)
    desk = client_of(bank)
    form = desk.get(reverse("bank:home")).context["form"]
    sent = {
        "record_id": form["record_id"].value(),
        "opened_at": form["opened_at"].value(),
        "consent": str(consent.pk),
        "purpose": "loan_pre_assessment",
        "categories": ["score", "records"],
    }

    page = desk.post(reverse("bank:home"), sent)

    assert page.templates[0].name == "finance/bank/answer.html", page.context["form"].errors
    row = AuditRow.objects.get()
    assert (row.outcome, row.client_id) == ("answered", "portal")
    file = desk.post(reverse("bank:evidence", args=[row.pk]))
    assert file.content.startswith(b"evidence of")
    assert AuditRow.objects.count() == 2


def test_a_bank_sees_what_a_farm_asks_of_it_until_the_consent_is_taken_back(
    bank: Membership, farmer: Membership, scorer: Scorer
) -> None:
    at = timezone.now()
    consent = credit.make_consent(farmer, bank, at=at, until=timezone.localdate() + timedelta(days=30))
    wish = Wish(fen=5_000_000, months=8, reason="买稻种")
    refer(consent=consent, wish=wish, entry=credit.entry(at), membership=farmer, at=at)
    wished = f"{farmer.organisation.name}: 50,000.00 yuan for 8 months, 买稻种"

    assert wished in client_of(bank).get(reverse("bank:home")).content.decode()
    credit.revoke(consent, farmer, at=timezone.now())

    page = client_of(bank).get(reverse("bank:home")).content.decode()
    assert "买稻种" not in page
    assert str(consent.pk) in page


def ask(desk: Client, reference: object, **said: Any) -> Any:
    told = {"consent": str(reference), "purpose": "loan_pre_assessment", "categories": ["score"], **said}
    return send(desk, reverse("bank:home"), **told)


def explained(outcome: str) -> str:
    with translation.override("en"):
        return str(EXPLAINED[outcome])


def test_a_reference_of_nothing_is_told_like_anothers(bank: Membership, farmer: Membership, scorer: Scorer) -> None:
    other = make_member(OrganisationKind.BANK, name="别行")
    until = timezone.localdate() + timedelta(days=30)
    consent = credit.make_consent(farmer, other, at=timezone.now(), until=until)
    desk = client_of(bank)
    for reference in (consent.pk, uuid4()):
        answer = ask(desk, reference)

        assert answer.status_code == 404
        assert errors_of(answer) == {"consent": [explained("unknown")]}
    assert AuditRow.objects.filter(outcome="unknown").count() == 2


def test_each_refusal_is_explained_at_once_and_afterwards(bank: Membership, farmer: Membership, scorer: Scorer) -> None:
    consent = credit.make_consent(farmer, bank, at=timezone.now(), until=credit.soon(), max_queries=1)
    desk = client_of(bank)

    refused = {
        "purpose_mismatch": ask(desk, consent.pk, purpose="underwriting"),
        "consent_missing": ask(desk, consent.pk, categories=["features"]),
    }
    assert ask(desk, consent.pk).status_code == 200
    refused["query_limit"] = ask(desk, consent.pk)
    credit.revoke(consent, farmer, at=timezone.now())
    refused["consent_revoked"] = ask(desk, consent.pk)

    for outcome, page in refused.items():
        assert errors_of(page) == {"__all__": [explained(outcome)]}
        row = AuditRow.objects.get(outcome=outcome)
        shown = desk.get(reverse("bank:query", args=[row.pk])).content.decode()
        assert escape(explained(outcome)) in shown
        assert bytes(row.row_hash).hex() in shown
    assert "consent taken back" in desk.get(reverse("bank:home")).content.decode()


def test_a_query_of_another_bank_is_not_there(bank: Membership, farmer: Membership, scorer: Scorer) -> None:
    other = client_of(make_member(OrganisationKind.BANK, name="别行"))
    consent = credit.make_consent(farmer, bank, at=timezone.now(), until=credit.soon())
    ask(client_of(bank), consent.pk, categories=["records"])
    row = AuditRow.objects.get()

    assert other.get(reverse("bank:query", args=[row.pk])).status_code == 404
    assert other.post(reverse("bank:evidence", args=[row.pk])).status_code == 404
    assert AuditRow.objects.count() == 1


@pytest.mark.usefixtures("log_keys")
def test_the_downloaded_evidence_is_verified_by_the_command_that_the_page_shows(  # noqa: PLR0917
    farmer: Membership,
    processor: Membership,
    laboratory: Membership,
    operator: Membership,
    bank: Membership,
    tmp_path: Path,
) -> None:
    scored.make_card(operator)
    scored.furnish(scored.Cast(farmer, processor, laboratory), years=scored.lately(timezone.localdate()))
    consent = credit.make_consent(farmer, bank, at=timezone.now(), until=credit.soon())
    publish()
    desk = client_of(bank)
    page = ask(desk, consent.pk, categories=["score", "records"]).content.decode()
    row, score = AuditRow.objects.get(), Score.objects.get()
    command = f"python -m traceability.ledger verify evidence-{row.pk}.json"
    assert command in page
    file = desk.post(reverse("bank:evidence", args=[row.pk]))
    assert file.headers["Content-Disposition"] == f'attachment; filename="evidence-{row.pk}.json"'
    (tmp_path / f"evidence-{row.pk}.json").write_bytes(file.content)

    ran = run([sys.executable, *command.split()[1:], "--vkey", log_key.vkey()], tmp_path)

    assert ran.returncode == 0, ran.stderr
    assert str(score.score) in ran.stdout


def run(command: list[str], folder: Path) -> "subprocess.CompletedProcess[str]":
    found = {"PYTHONPATH": str(ROOT), "PATH": os.defpath}
    return subprocess.run(command, cwd=folder, env=found, capture_output=True, text=True, check=False)


def test_a_bank_tells_of_a_loan_by_hand(bank: Membership, farmer: Membership) -> None:
    consent = credit.make_consent(farmer, bank, at=timezone.now(), until=credit.soon())
    desk, today = client_of(bank), timezone.localdate()
    loans = reverse("bank:loans")
    first = {"consent": str(consent.pk), "loan_ref": "L-7", "kind": "application", "amount_fen": "50000.50"}

    answer = send(desk, loans, **first)

    loan = Loan.objects.get()
    assert answer.url == reverse("bank:loan", args=[loan.pk])
    assert (loan.loan_ref, loan.state, loan.amount_fen) == ("L-7", "submitted", 5_000_050)
    assert (loan.postings.get().signature, loan.subject) == ("", farmer.organisation)
    assert [event.leaf.type for event in history.of(loan.entity)] == ["loan.posted"]
    send(desk, answer.url, kind="approval", amount_fen="50000", yearly_cost_bp="4.35")
    send(desk, answer.url, kind="disbursement", amount_fen="50000", due_on=(today + timedelta(days=200)).isoformat())
    send(desk, answer.url, kind="standing", days_past_due="12")
    page = desk.get(answer.url).content.decode()
    loan.refresh_from_db()
    assert (loan.state, loan.yearly_cost_bp, loan.days_past_due) == ("active", 435, 12)
    assert "1 to 30 days late" in page
    assert "by hand" in page
    send(desk, answer.url, kind="closure", amount_fen="50000")
    assert "This loan has ended; nothing can follow." in desk.get(answer.url).content.decode()
    assert "L-7" in desk.get(loans).content.decode()


def test_what_is_told_wrongly_is_shown_beside_its_field(bank: Membership, farmer: Membership) -> None:
    consent = credit.make_consent(farmer, bank, at=timezone.now(), until=credit.soon())
    desk, loans = client_of(bank), reverse("bank:loans")
    told = {"consent": str(consent.pk), "loan_ref": "L-7", "kind": "application", "amount_fen": "1"}
    tomorrow = (timezone.localdate() + timedelta(days=2)).isoformat()

    assert set(errors_of(send(desk, loans, **{**told, "amount_fen": ""}))) == {"amount_fen"}
    assert set(errors_of(send(desk, loans, **{**told, "on": tomorrow}))) == {"on"}
    assert set(errors_of(send(desk, loans, **{**told, "consent": str(uuid4())}))) == {"consent"}
    assert set(errors_of(send(desk, loans, **{**told, "kind": "closure"}))) == {"kind"}
    assert not Loan.objects.exists()
    loan = reverse("bank:loan", args=[credit.lend_first(consent, bank).pk])
    assert set(errors_of(send(desk, loan, kind="approval", amount_fen=""))) == {"amount_fen"}


def test_a_loan_of_another_bank_is_not_there(bank: Membership, farmer: Membership) -> None:
    consent = credit.make_consent(farmer, bank, at=timezone.now(), until=credit.soon())
    loan = credit.lend_first(consent, bank)
    other = client_of(make_member(OrganisationKind.BANK, name="别行"))

    assert other.get(reverse("bank:loan", args=[loan.pk])).status_code == 404
    assert "L-1" not in other.get(reverse("bank:loans")).content.decode()
    told = {"consent": str(consent.pk), "loan_ref": "L-9", "kind": "application", "amount_fen": "1"}
    assert set(errors_of(send(other, reverse("bank:loans"), **told))) == {"consent"}
    assert Loan.objects.count() == 1


def test_a_machine_changes_its_key_while_both_count(bank: Membership) -> None:
    machine, fresh, desk = BankMachine(bank), make_key("k2"), client_of(bank)
    page = reverse("bank:client", args=[machine.client.pk])
    old = machine.key

    assert send(desk, page, key=json.dumps(public(fresh))).status_code == 302
    for key in (old, fresh):
        machine.key = key
        assert machine.token(detail(uuid4()))
    answer = desk.post(reverse("bank:key_remove", args=[machine.client.pk]), {"kid": "k1"}, follow=True)

    assert "Taken away" in answer.content.decode()
    assert not TokenBinding.objects.exists()
    assert machine.token(detail(uuid4()))
    machine.key = old
    refused = machine.form("/oauth/token", machine.authenticated(grant_type="client_credentials"))
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")


def test_keys_that_cannot_be_added_or_taken_away(bank: Membership) -> None:
    machine, desk = BankMachine(bank), client_of(bank)
    page = reverse("bank:client", args=[machine.client.pk])
    private = make_key("k2").export(as_dict=True)

    wrong: list[object] = [private, public(make_key("k1")), {"kty": "oct"}, []]
    for key in wrong:
        assert set(errors_of(send(desk, page, key=json.dumps(key)))) == {"key"}
    assert set(errors_of(send(desk, page, key="{"))) == {"key"}
    for kid, told in {"k1": "Is the only key", "k9": "There is no key of this name"}.items():
        answer = desk.post(reverse("bank:key_remove", args=[machine.client.pk]), {"kid": kid}, follow=True)
        assert told in answer.content.decode()
    machine.client.refresh_from_db()
    assert [one["kid"] for one in machine.client.key_set["keys"]] == ["k1"]
    foreign = client_of(make_member(OrganisationKind.BANK, name="别行"))
    assert foreign.get(page).status_code == 404
    assert foreign.post(reverse("bank:key_remove", args=[machine.client.pk]), {"kid": "k1"}).status_code == 404


def test_an_owner_registers_a_machine_and_lets_it_in_no_more(bank: Membership) -> None:
    desk = client_of(bank)
    sent = {"name": "core", "key_set": json.dumps({"keys": [public(make_key())]}), "redirect_uris": ""}

    assert desk.post(reverse("bank:clients"), sent).status_code == 302
    client = BankClient.objects.get()
    assert client.organisation == bank.organisation
    private = {**sent, "key_set": json.dumps({"keys": [make_key().export(as_dict=True)]})}
    assert desk.post(reverse("bank:clients"), private).status_code == 200
    foreign = client_of(make_member(OrganisationKind.BANK, name="别行"))
    assert foreign.post(reverse("bank:revoke", args=[client.pk])).status_code == 404
    assert desk.post(reverse("bank:revoke", args=[client.pk])).status_code == 302
    client.refresh_from_db()
    assert client.revoked_at is not None
    assert BankClient.objects.count() == 1


def test_keys_of_machines_are_given_after_the_password(bank: Membership) -> None:
    machine = BankMachine(bank)
    for url in (reverse("bank:clients"), reverse("bank:client", args=[machine.client.pk])):
        assert is_asked_who(bank, url)


@pytest.mark.parametrize("name", PAGES)
def test_nobody_but_banks_finds_these_pages(farmer: Membership, name: str) -> None:
    assert client_of(farmer).get(reverse(f"bank:{name}")).status_code == 404
