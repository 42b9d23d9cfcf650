"""Certificates in farmers' hands: made once, found by anybody who was shown one, taken back with the consent."""

import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from finance.credentials import LIST_BITS, CredentialError, verify_reference
from finance.models import Consent, Credential
from finance.services.credentials import Place
from tests.factories import credit
from tests.factories.credit import certify, make_bank
from traceability.errors import RefusedError

pytestmark = pytest.mark.django_db


@pytest.fixture
def consent(farmer: Membership) -> Consent:
    until = timezone.localdate() + timedelta(days=60)
    return credit.make_consent(farmer, make_bank(), at=timezone.now(), until=until)


def check(client: Client, made: Credential) -> None:
    document = client.get(reverse("certificate:document", args=[made.pk]))
    assert document.content.decode() == made.document
    verify_reference(
        json.loads(document.content),
        controller=json.loads(client.get("/.well-known/did.json").content),
        listed=json.loads(client.get(reverse("certificate:status", args=[made.list_number])).content),
        now=timezone.now(),
    )


def test_whoever_was_shown_a_certificate_can_check_it(client: Client, consent: Consent, farmer: Membership) -> None:
    made = certify(consent, farmer)

    check(client, made)

    page = client.get(reverse("certificate:show", args=[made.pk]), headers={"accept-language": "en"})
    assert "not a personal credit report" in page.content.decode()
    shown = re.findall(r'data-said="(\w+)">(\w+)<', page.content.decode())
    assert shown == [("score", "641"), ("low", "620"), ("high", "660"), ("grade", "B")]
    assert page.headers["X-Robots-Tag"] == "noindex"
    # No name of the farm anywhere in it, nor anything but its pseudonym.
    assert farmer.organisation.name not in made.document
    assert json.loads(made.document)["credentialSubject"]["id"] == f"urn:uuid:{farmer.organisation.public_id}"


def test_a_stranger_finds_nothing_by_trying(client: Client) -> None:
    for name in ("show", "document"):
        assert client.get(reverse(f"certificate:{name}", args=[uuid4()])).status_code == 404


def test_revoking_the_consent_flips_the_bit(client: Client, consent: Consent, farmer: Membership) -> None:
    made, other = certify(consent, farmer), certify(consent, farmer)
    assert made.position != other.position
    check(client, made)

    credit.revoke(consent, farmer, at=timezone.now())

    for one in (made, other):
        with pytest.raises(CredentialError, match="revoked: taken back"):
            check(client, one)
    with pytest.raises(RefusedError):
        certify(consent, farmer)


def test_the_same_score_has_one_certificate(consent: Consent, farmer: Membership) -> None:
    score = uuid4()

    assert certify(consent, farmer, id=score) == certify(consent, farmer, id=score)


def test_a_position_lies_in_the_list() -> None:
    with pytest.raises(ValueError, match="outside of a list"):
        Place(origin="x", position=LIST_BITS)
