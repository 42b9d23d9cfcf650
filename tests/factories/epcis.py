"""EPCIS documents, sent as a partner's machine sends them."""

import json
import secrets
from typing import Any

from django.db import connection
from django.test import Client

from accounts.enums import KeyRole
from accounts.models import Membership
from accounts.services.keys import RANDOM_BYTES, create_key
from tests.factories import farm
from tests.factories.parties import MORNING
from tests.traceability.epcis.samples import CONTEXT, document, milling, observation, packing
from traceability.models import CaptureJob, EpcisEvent, Lot
from traceability.services import capture
from traceability.services.captured_events import Capturer
from traceability.services.fsck import Fsck

# Long past by any clock: what comes over HTTP is judged by the machine's own.
WHEN = {"eventTime": "2024-09-28T16:30:00+08:00", "eventTimeZoneOffset": "+08:00"}


def capturer(member: Membership) -> Capturer:
    return Capturer(party=member.organisation, user=member.user)


def send(member: Membership, *events: dict[str, Any], proceed: bool = False) -> CaptureJob:
    """Send events in one document, and give the job as it stands then."""
    return take(member, document(*events), proceed=proceed)


def a_chain() -> list[dict[str, Any]]:
    """Give a harvest, a milling told in two parts, a packing, and an event that was declared wrong."""
    run = {"transformationID": "https://mill.example.cn/runs/17"}
    into, out = milling(eventID="urn:x:into", **run), milling(eventID="urn:x:out", **run)
    del into["outputQuantityList"], out["inputQuantityList"]
    sold = observation(eventID="urn:x:sold", action="DELETE", bizStep="retail_selling", disposition="retail_sold")
    wrong = {"errorDeclaration": {"declarationTime": "2026-09-29T08:00:00+08:00", "reason": "did_not_occur"}}
    harvest = observation(eventID="urn:x:harvest", action="ADD", bizStep="commissioning")
    return [harvest, into, out, packing(eventID="urn:x:packing"), sold, {**sold, **wrong}]


def take(member: Membership, data: bytes, *, proceed: bool = False) -> CaptureJob:
    """Send bytes, and give the job as it stands then."""
    return capture.take(data, capturer=capturer(member), proceed=proceed, at=farm.NOW)


def run(job: CaptureJob) -> CaptureJob:
    """Do what a worker does with a job that waits, and give it as it stands then."""
    capture.run(job.pk, clock=lambda: farm.NOW)
    job.refresh_from_db()
    return job


def faults_of(job: CaptureJob) -> list[tuple[str, str]]:
    return [(fault["pointer"], fault["rule"]) for fault in job.errors]


def lot(epc: str) -> Lot:
    return Lot.objects.get(epc=epc)


def bare(event: dict[str, Any]) -> bytes:
    """Write an event as a document of its own."""
    return json.dumps({"@context": [CONTEXT], **event}).encode()


def exactly(data: bytes) -> Any:
    """Read JSON with its numbers as they are spelled: 1.0 and 1.00 are not the same."""

    def spelled(text: str) -> tuple[str, str]:
        return "number", text

    return json.loads(data.removeprefix(b"\xef\xbb\xbf"), parse_float=spelled, parse_int=spelled)


def rows() -> dict[str, int]:
    """Count the rows of every table."""
    tables = connection.introspection.table_names()
    with connection.cursor() as cursor:
        counted = {}
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            (counted[table],) = cursor.fetchone()
    return counted


def new_rows(before: dict[str, int]) -> dict[str, int]:
    return {table: count - before[table] for table, count in rows().items() if count != before[table]}


def is_clean() -> bool:
    """Whether the whole log, and every row that rests on it, is in order."""
    found = list(Fsck().faults())
    assert found == []
    return EpcisEvent.objects.exists()


class Partner:
    """A machine that speaks for a party by its key."""

    def __init__(self, member: Membership, *, role: KeyRole = KeyRole.RECORDER, language: str = "en") -> None:
        self.key, text = create_key(
            by=member, name="ERP", role=role, random=secrets.token_bytes(RANDOM_BYTES), at=MORNING
        )
        self.client = Client(headers={"authorization": f"Bearer {text}", "accept-language": language})

    def post(self, path: str, data: bytes, *, media: str = "application/ld+json", **headers: str) -> Any:
        # Said twice: Django's client says nothing of the media where there is no body.
        named = {"content-type": media, **headers}
        return self.client.post(f"/api/epcis/{path}", data, content_type=media, headers=named)

    def get(self, path: str, **query: str) -> Any:
        return self.client.get(f"/api/epcis/{path}", query)

    def capture(self, data: bytes, *, proceed: bool = False) -> Any:
        """Send a document, and give the job as its own address tells of it."""
        answer = self.post("capture", data, **({"GS1-Capture-Error-Behaviour": "proceed"} if proceed else {}))
        assert answer.status_code == 202, answer.content
        job = self.client.get(answer.headers["Location"])
        assert job.json() == answer.json()
        return job.json()

    def events(self, path: str = "events", **query: str) -> list[Any]:
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.content
        return list(exactly(answer.content)["epcisBody"]["queryResults"]["resultsBody"]["eventList"])
