"""Whoever has no smartphone gives a consent with the code on the own phone: to a technician, or to a village agent."""

import re
from typing import Any

import pytest

from accounts.enums import OrganisationKind, Role
from accounts.models import Membership
from accounts.services.stand_ins import allow_party
from accounts.sms import MemorySender
from finance.enums import ConsentState
from finance.models import Consent
from finance.services import messages
from tests.factories.credit import NOW, make_draft
from tests.factories.pages import client_of, errors_of, send
from tests.factories.parties import make_member, make_user

pytestmark = pytest.mark.django_db
HELPED = "/credit/helped/"


@pytest.fixture
def helper(farmer: Membership) -> Membership:
    made = make_member(OrganisationKind.COOPERATIVE, name="青苇合作社")
    allow_party(party=made.organisation, by=farmer, at=NOW)
    return made


def _draft(helper: Membership, farmer: Membership, bank: Membership) -> Consent:
    said: dict[str, Any] = {"recipient": bank.organisation.pk, "purpose": "loan_pre_assessment", "lasts": "30"}
    said |= {"categories": ["score"], "max_queries": "3"}
    answer = send(client_of(helper), f"{HELPED}{farmer.organisation.public_id}/new/", **said)
    made = Consent.objects.get()
    assert answer.url == f"/credit/consents/{made.pk}/code/"
    return made


def _code_sent(consent: Consent, by: Membership) -> str:
    answer = client_of(by).post(f"/credit/consents/{consent.pk}/send/")
    assert answer.status_code == 302
    (digits,) = re.findall(r"\b\d{6}\b", MemorySender.outbox[-1].text, re.ASCII)
    return str(digits)


def test_a_technician_writes_down_what_the_owner_says_with_the_code(
    helper: Membership, farmer: Membership, bank: Membership
) -> None:
    assert "王家" in client_of(helper).get(HELPED).content.decode()
    consent = _draft(helper, farmer, bank)
    path = f"/credit/consents/{consent.pk}/code/"
    assert "Send the code first" in client_of(helper).get(path).content.decode()
    code = _code_sent(consent, helper)
    assert MemorySender.outbox[-1].phone == farmer.user.phone

    wrong = send(client_of(helper), path, method="sms", code="000000" if code != "000000" else "000001")
    answer = send(client_of(helper), path, method="sms", code=code)

    consent.refresh_from_db()
    assert errors_of(wrong) == {"code": ["The code is not the one that was sent, or it is too old"]}
    assert answer.url == HELPED
    assert (consent.state, consent.method, consent.granted_by) == (ConsentState.GRANTED, "sms", helper.user)
    assert (
        "by a code sent to the own phone" in client_of(farmer).get(f"/credit/consents/{consent.pk}/").content.decode()
    )
    # What it has written down is the farm's from now on.
    assert client_of(helper).get(path).status_code == 404
    messages.deliver_receipt(consent.pk)
    assert MemorySender.outbox[-1].phone == farmer.user.phone


def test_a_village_agent_needs_a_witness_besides(helper: Membership, farmer: Membership, bank: Membership) -> None:
    consent = _draft(helper, farmer, bank)
    code, path = _code_sent(consent, helper), f"/credit/consents/{consent.pk}/code/"

    alone = send(client_of(helper), path, method="agent", code=code)
    send(client_of(helper), path, method="agent", code=code, witness="李书记")

    consent.refresh_from_db()
    assert errors_of(alone) == {"witness": ["A village agent needs a witness"]}
    assert (consent.state, consent.method, consent.witness) == (ConsentState.GRANTED, "agent", "李书记")


def test_a_code_is_sent_once_a_minute(helper: Membership, farmer: Membership, bank: Membership) -> None:
    consent = _draft(helper, farmer, bank)
    _code_sent(consent, helper)
    count = len(MemorySender.outbox)

    answer = client_of(helper).post(f"/credit/consents/{consent.pk}/send/", follow=True)

    assert "A code was sent a moment ago; wait a minute before the next" in answer.content.decode()
    assert len(MemorySender.outbox) == count


def test_a_message_that_cannot_be_sent_is_said(
    helper: Membership, farmer: Membership, bank: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    consent = _draft(helper, farmer, bank)

    def fail(_self: MemorySender, *, phone: str, text: str) -> None:
        raise OSError

    monkeypatch.setattr(MemorySender, "send", fail)
    answer = client_of(helper).post(f"/credit/consents/{consent.pk}/send/", follow=True)

    assert "The message could not be sent." in answer.content.decode()


def test_the_farms_own_people_use_the_owners_code_too(farmer: Membership, bank: Membership) -> None:
    clerk = Membership.objects.create(user=make_user("儿子"), organisation=farmer.organisation, role=Role.RECORDER)
    consent = make_draft(farmer, bank)
    page = client_of(clerk).get(f"/credit/consents/{consent.pk}/").content.decode()
    assert f"/credit/consents/{consent.pk}/code/" in page

    code = _code_sent(consent, clerk)
    answer = send(client_of(clerk), f"/credit/consents/{consent.pk}/code/", method="sms", code=code)

    consent.refresh_from_db()
    assert answer.url == f"/credit/consents/{consent.pk}/"
    assert (consent.state, consent.granted_by) == (ConsentState.GRANTED, clerk.user)


def test_nobody_else_finds_farm_or_draft(
    helper: Membership, farmer: Membership, bank: Membership, stranger: Membership, viewer: Membership
) -> None:
    consent = _draft(helper, farmer, bank)
    other = Membership.objects.create(user=make_user("同事"), organisation=helper.organisation, role=Role.RECORDER)
    paths = [f"{HELPED}{farmer.organisation.public_id}/new/", f"/credit/consents/{consent.pk}/code/"]

    assert [client_of(stranger).get(path).status_code for path in paths] == [404, 404]
    assert client_of(stranger).post(f"/credit/consents/{consent.pk}/send/").status_code == 404
    assert "王家" not in client_of(stranger).get(HELPED).content.decode()
    assert [client_of(viewer).get(path).status_code for path in (HELPED, *paths)] == [403, 403, 403]
    # A colleague helps the farm as well, and still sees nobody's draft but the own.
    assert [client_of(other).get(path).status_code for path in paths] == [200, 404]
    assert client_of(None).get(HELPED).status_code == 302
