"""The bank's pages: by a consent's reference and no other way."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import OrganisationKind
from accounts.models import Membership
from finance.models import AuditRow, BankClient
from tests.factories import credit
from tests.factories.bank import make_key, public
from tests.factories.credit import Scorer
from tests.factories.pages import client_of
from tests.factories.parties import make_member

pytest_plugins = ["tests.factories.credit"]
pytestmark = pytest.mark.django_db
PAGES = ["home", "clients"]


def test_a_bank_asks_and_downloads_the_evidence(bank: Membership, farmer: Membership, scorer: Scorer) -> None:
    until = timezone.localdate() + timedelta(days=30)
    consent = credit.make_consent(farmer, bank, at=timezone.now(), until=until)
    desk = client_of(bank)
    form = desk.get(reverse("bank:home")).context["form"]
    sent = {
        "record_id": form["record_id"].value(),
        "opened_at": form["opened_at"].value(),
        "day": timezone.localdate().isoformat(),
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


def test_a_reference_of_nothing_is_told_like_anothers(bank: Membership, farmer: Membership, scorer: Scorer) -> None:
    other = make_member(OrganisationKind.BANK, name="别行")
    until = timezone.localdate() + timedelta(days=30)
    consent = credit.make_consent(farmer, other, at=timezone.now(), until=until)
    desk = client_of(bank)
    for reference in (consent.pk, uuid4()):
        form = desk.get(reverse("bank:home")).context["form"]
        sent = {name: form[name].value() for name in ("record_id", "opened_at")}
        told = {"consent": str(reference), "purpose": "loan_pre_assessment", "categories": ["score"]}

        answer = desk.post(reverse("bank:home"), {**sent, "day": timezone.localdate().isoformat(), **told})

        assert answer.status_code == 404
    assert AuditRow.objects.filter(outcome="unknown").count() == 2


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


@pytest.mark.parametrize("name", PAGES)
def test_nobody_but_banks_finds_these_pages(farmer: Membership, name: str) -> None:
    assert client_of(farmer).get(reverse(f"bank:{name}")).status_code == 404
