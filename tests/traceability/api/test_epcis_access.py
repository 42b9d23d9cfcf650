"""Who may come in: a partner's machine by its key, a member by his session, and nobody else."""

import json
from typing import Any

import pytest
from django.test import Client

from accounts.enums import KeyRole
from accounts.models import Membership
from accounts.services.keys import revoke_key
from tests.factories import epcis
from tests.factories.epcis import WHEN, Partner, bare
from tests.factories.parties import MORNING
from tests.traceability.epcis.samples import document, observation
from traceability.models import EpcisEvent

pytestmark = pytest.mark.django_db

EVENT = observation(eventID="urn:x:1", **WHEN)
PATHS = ["capture", "events"]
ENGLISH = {"accept-language": "en"}


def status(answer: Any) -> int:
    if answer.status_code >= 400:
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["status"] == answer.status_code
    return int(answer.status_code)


@pytest.mark.parametrize("path", PATHS)
def test_a_stranger_is_asked_for_a_key(db: None, path: str) -> None:
    before = epcis.rows()

    answer = Client(headers=ENGLISH).post(f"/api/epcis/{path}", bare(EVENT), content_type="application/json")

    assert status(answer) == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert epcis.new_rows(before) == {}


@pytest.mark.parametrize("path", ["events", "events/urn:x:1", "capture/00000000-0000-0000-0000-000000000000"])
def test_a_stranger_reads_nothing(db: None, path: str) -> None:
    assert status(Client().get(f"/api/epcis/{path}")) == 401


@pytest.mark.parametrize("path", PATHS)
def test_a_revoked_key_opens_nothing(processor: Membership, path: str) -> None:
    partner = Partner(processor)
    revoke_key(key=partner.key, by=processor, at=MORNING)

    assert status(partner.post(path, bare(EVENT))) == 401
    assert status(partner.get("events")) == 401


@pytest.mark.parametrize("path", PATHS)
def test_a_viewers_key_reads_and_records_nothing(processor: Membership, path: str) -> None:
    epcis.send(processor, EVENT)
    viewer = Partner(processor, role=KeyRole.VIEWER)
    before = epcis.rows()

    assert status(viewer.post(path, bare({**EVENT, "eventID": "urn:x:2"}))) == 403
    assert len(viewer.events()) == 1
    assert epcis.new_rows(before) == {}


def test_a_viewer_who_is_logged_in_records_nothing(viewer: Membership) -> None:
    client = Client(headers=ENGLISH)
    client.force_login(viewer.user)

    assert status(client.post("/api/epcis/events", bare(EVENT), content_type="application/json")) == 403
    assert status(client.get("/api/epcis/events")) == 200


def test_a_member_who_is_logged_in_needs_the_token_of_a_form(farmer: Membership) -> None:
    client = Client(headers=ENGLISH, enforce_csrf_checks=True)
    client.force_login(farmer.user)

    refused = client.post("/api/epcis/events", bare(EVENT), content_type="application/json")
    client.get("/account/login/")
    token = client.cookies["csrftoken"].value if "csrftoken" in client.cookies else "0" * 32
    client.cookies["csrftoken"] = token
    taken = client.post(
        "/api/epcis/events", bare(EVENT), content_type="application/json", headers={"x-csrftoken": token}
    )

    assert (status(refused), status(taken)) == (403, 201)
    assert EpcisEvent.objects.get().party == farmer.organisation


def test_a_key_needs_no_token(processor: Membership) -> None:
    partner = Partner(processor)
    partner.client.handler.enforce_csrf_checks = True

    assert status(partner.post("events", bare(EVENT))) == 201


def test_another_partys_job_and_events_do_not_exist(processor: Membership, stranger: Membership) -> None:
    theirs, ours = Partner(processor), Partner(stranger)
    job = theirs.capture(document(EVENT))

    assert status(ours.get(f"capture/{job['captureID']}")) == 404
    assert status(ours.get("events/urn:x:1")) == 404
    assert ours.events() == []
    assert ours.events(EQ_eventID="urn:x:1") == []
    assert len(theirs.events(EQ_eventID="urn:x:1")) == 1


def test_a_job_that_was_never_made_does_not_exist(partner: Partner) -> None:
    assert status(partner.get("capture/00000000-0000-0000-0000-000000000000")) == 404
    assert status(partner.get("capture/not-an-id")) == 404


def test_a_party_may_not_speak_of_anothers_lot(processor: Membership, stranger: Membership) -> None:
    Partner(processor).post("events", bare(observation(action="ADD", **WHEN)))
    other = Partner(stranger)
    before = epcis.rows()

    answer = other.post("events", bare(EVENT))

    assert status(answer) == 403
    (fault,) = answer.json()["errors"]
    assert (fault["pointer"], fault["rule"]) == ("/quantityList/0", "foreign_item")
    assert fault["message"] == (
        "https://id.gs1.org/01/06901234000016/10/PJ240928A01 was registered by another party and is not in your hands"
    )
    assert epcis.new_rows(before) == {}


def test_what_belongs_to_one_party_stays_out_of_shared_caches(partner: Partner) -> None:
    assert partner.get("events").headers["Cache-Control"] == "no-store"


def test_the_key_of_a_closed_account_opens_nothing(processor: Membership) -> None:
    partner = Partner(processor)
    processor.user.is_active = False
    processor.user.save()

    assert status(partner.get("events")) == 401
    assert json.loads(partner.get("events").content)["title"] == "Log in first"
