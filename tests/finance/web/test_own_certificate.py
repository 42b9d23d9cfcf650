"""A farmer makes a certificate of the score, shows its code, and takes it back."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Membership
from finance.models import AuditRow, Consent, Credential, Score
from finance.queries.scores import evidence_bytes
from tests.factories import credit, scored
from tests.factories.log import publish
from tests.factories.pages import client_of, shown
from tests.factories.parties import make_member, make_user
from traceability import log_key
from traceability.ledger.scores import verify_score
from traceability.queries import history

pytestmark = pytest.mark.django_db
HOME = reverse("credit:certificates")


@pytest.fixture
def consent(farmer: Membership, bank: Membership) -> Consent:
    return credit.make_consent(farmer, bank, at=timezone.now(), until=credit.soon())


def press(client: Client, url: str) -> Any:
    """Press a button of the list, as the page shows it."""
    page: Any = client.get(HOME)
    return client.post(url, shown(page.context["form"]), follow=True)


@pytest.mark.usefixtures("log_keys")
def test_a_farmer_makes_a_certificate_whose_evidence_the_bank_recomputes(
    farmer: Membership, processor: Membership, laboratory: Membership, operator: Membership, bank: Membership
) -> None:
    scored.make_card(operator)
    scored.furnish(scored.Cast(farmer, processor, laboratory), years=scored.lately(timezone.localdate()))
    consent = credit.make_consent(farmer, bank, at=timezone.now(), until=credit.soon())
    publish()
    client = client_of(farmer)
    make = reverse("credit:certificate_make", args=[consent.pk])

    page = press(client, make)

    made, score = Credential.objects.get(), Score.objects.get()
    assert page.redirect_chain == [(reverse("credit:certificate", args=[made.pk]), 302)]
    assert made.score == score.pk
    assert f"<dd>{score.score} (" in page.content.decode()
    assert verify_score(evidence_bytes(score), vkeys=[log_key.vkey()]).record["score"] == score.score
    assert score.evidence_root in made.document
    # No bank was told anything, and the same within a day is the same certificate.
    assert not AuditRow.objects.exists()
    assert press(client, make).redirect_chain == page.redirect_chain
    assert Credential.objects.count() == 1


@pytest.mark.usefixtures("log_keys")
def test_without_a_number_there_is_nothing_to_certify(
    farmer: Membership, operator: Membership, bank: Membership
) -> None:
    scored.make_card(operator)
    consent = credit.make_consent(farmer, bank, at=timezone.now(), until=credit.soon())
    publish()

    page = press(client_of(farmer), reverse("credit:certificate_make", args=[consent.pk]))

    assert "Too little is known for a number yet, so there is nothing to certify" in page.content.decode()
    assert not Credential.objects.exists()


def test_a_consent_taken_back_makes_no_certificate(farmer: Membership, consent: Consent) -> None:
    client, make = client_of(farmer), reverse("credit:certificate_make", args=[consent.pk])
    credit.revoke(consent, farmer, at=timezone.now())

    page = press(client, make)

    assert "Cannot be done: the consent is taken back" in page.content.decode()
    assert make not in page.content.decode()


def test_a_certificate_is_shown_as_a_code_and_taken_back(farmer: Membership, consent: Consent) -> None:
    made, client = credit.certify(consent, farmer), client_of(farmer)
    address = reverse("credit:certificate", args=[made.pk])
    page: Any = client.get(address)
    assert reverse("credit:certificate_code", args=[made.pk]) in page.content.decode()
    assert f"http://testserver{reverse('certificate:show', args=[made.pk])}" in page.content.decode()
    drawn = client.get(reverse("credit:certificate_code", args=[made.pk]))
    assert (drawn.headers["Content-Type"], drawn.headers["Cache-Control"]) == ("image/svg+xml", "private, no-store")

    sent = shown(page.context["form"])
    for _ in range(2):
        page = client.post(reverse("credit:certificate_take_back", args=[made.pk]), sent, follow=True)

    assert reverse("credit:certificate_code", args=[made.pk]) not in page.content.decode()
    assert "whoever checks it finds that it no longer counts" in page.content.decode()
    made.refresh_from_db()
    assert made.revoked_at is not None
    kinds = [event.leaf.type for event in history.of(made.entity)]
    assert kinds == ["credential.issued", "credential.revoked"]
    consent.refresh_from_db()
    assert consent.state == "granted"


def test_a_certificate_of_the_past_shows_no_code(farmer: Membership, consent: Consent) -> None:
    made = credit.certify(consent, farmer)
    Credential.objects.filter(pk=made.pk).update(valid_until=timezone.now())
    client = client_of(farmer)

    assert "Its time is over" in client.get(reverse("credit:certificate", args=[made.pk])).content.decode()
    assert '<span class="badge badge--plain">over</span>' in client.get(HOME).content.decode()


def test_strangers_find_no_certificate_of_another_farm(farmer: Membership, bank: Membership, consent: Consent) -> None:
    made = credit.certify(consent, farmer)
    names = {"certificate": made.pk, "certificate_code": made.pk}

    for stranger in (make_member(name="李家"), bank):
        client = client_of(stranger)
        for name, key in names.items():
            assert client.get(reverse(f"credit:{name}", args=[key])).status_code == 404
        sent = {"record_id": str(uuid4()), "opened_at": timezone.now().isoformat()}
        for name, key in {"certificate_make": consent.pk, "certificate_take_back": made.pk}.items():
            assert client.post(reverse(f"credit:{name}", args=[key]), sent).status_code == 404
    made.refresh_from_db()
    assert made.revoked_at is None


def test_only_who_manages_the_farm_makes_and_takes_back(farmer: Membership, consent: Consent) -> None:
    made = credit.certify(consent, farmer)
    helper = Membership.objects.create(user=make_user("帮手"), organisation=farmer.organisation, role=Role.RECORDER)
    client = client_of(helper)

    page = client.get(reverse("credit:certificate", args=[made.pk])).content.decode()

    assert "Take this certificate back" not in page
    for name, key in {"certificate_make": consent.pk, "certificate_take_back": made.pk}.items():
        assert client.post(reverse(f"credit:{name}", args=[key]), {}).status_code == 403
