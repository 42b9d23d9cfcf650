"""Published documents over HTTP: every one answered as its publishers say, and given back as it came."""

from typing import Any

import pytest

from tests.factories import epcis, log
from tests.factories.epcis import Partner, exactly
from tests.traceability.epcis import vectors
from traceability.epcis.documents import read
from traceability.epcis.identifiers import item_name
from traceability.epcis.items import items_of
from traceability.epcis.trace import trace_back
from traceability.models import EpcisEvent, Lot
from traceability.queries.lots import ancestors_of
from traceability.queries.trace import descents

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_keys")]

EXPECTED = vectors.read("expected-validation.json")
TRACES = vectors.read("trace/expected.json") or {"cases": []}


def contexts(value: Any) -> list[Any]:
    context = value.get("@context", [])
    return context if isinstance(context, list) else [context]


def sent_events(data: bytes) -> list[Any]:
    """Give the events of a document as they must come back: each with the contexts that held for it."""
    value = exactly(data)
    if "epcisBody" not in value:
        return [value]
    body = value["epcisBody"]
    listed = body["eventList"] if "eventList" in body else body["queryResults"]["resultsBody"]["eventList"]
    return [{**event, "@context": contexts(value) + contexts(event)} for event in listed]


@vectors.cases(case for case in EXPECTED if case["schema_valid"])
def test_a_valid_document_is_taken_and_comes_back_whole(partner: Partner, case: Any) -> None:
    data = vectors.read_bytes(case["file"])

    job = partner.capture(data)

    assert (job["success"], job["running"], job["errors"]) == (True, False, [])
    assert job["captured"] == case["events"]
    given, sent = partner.events(perPage="100"), sent_events(data)
    assert len(given) == len(sent)
    for ours, theirs in zip(given, sent, strict=True):
        added = ours.keys() - theirs.keys()
        assert added <= {"recordTime", "eventID"}
        assert {name: value for name, value in ours.items() if name not in added} == theirs
        assert "recordTime" in ours
    assert {event["type"] for event in given} == set(case["event_types"])


@vectors.cases(case for case in EXPECTED if not case["schema_valid"])
def test_an_invalid_document_is_refused_by_the_members_name(partner: Partner, case: Any) -> None:
    before = epcis.rows()
    data = vectors.read_bytes(case["file"])

    answer = partner.post("capture", data)

    told = answer.json()
    faults = told["errors"]
    assert faults
    for fault in faults:
        assert exists(exactly(data), fault["pointer"])
    if answer.status_code == 202:
        assert (told["success"], told["captured"]) == (False, 0)
        assert epcis.new_rows(before) == {"traceability_capturejob": 1, "traceability_taskrequest": 1}
    else:
        assert answer.status_code == 400
        assert epcis.new_rows(before) == {}


def exists(value: Any, pointer: str) -> bool:
    """Whether a pointer leads to a member, or to one that is missing from an object that is there."""
    *steps, last = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]] or [""]
    for step in steps:
        value = value[int(step) if isinstance(value, list) else step]
    return isinstance(value, dict) or int(last) < len(value)


@vectors.cases(case for case in EXPECTED if case["schema_valid"])
def test_a_document_that_is_sent_again_is_a_conflict(partner: Partner, case: Any) -> None:
    data = vectors.read_bytes(case["file"])
    partner.capture(data)
    before = epcis.rows()

    job = partner.capture(data)

    assert {error["status"] for error in job["errors"]} == {409}
    assert len(job["errors"]) == case["events"]
    assert epcis.new_rows(before) == {"traceability_capturejob": 1, "traceability_taskrequest": 1}


@vectors.cases(case for case in EXPECTED if case["schema_valid"] and case["file"].rpartition("/")[2].startswith("bare"))
def test_a_bare_event_is_taken_once(partner: Partner, case: Any) -> None:
    data = vectors.read_bytes(case["file"])

    first, second = partner.post("events", data), partner.post("events", data)

    assert (first.status_code, second.status_code) == (201, 409)
    assert second.json()["errors"][0]["pointer"] == "/eventID"
    (event,) = exactly(partner.client.get(first.headers["Location"]).content)["epcisBody"]["queryResults"][
        "resultsBody"
    ]["eventList"]
    assert event["eventID"] == first.json()["eventID"]


@vectors.needs_vectors
def test_all_published_documents_together_leave_a_clean_log(partner: Partner) -> None:
    valid = [case for case in EXPECTED if case["schema_valid"]]

    jobs = [partner.capture(vectors.read_bytes(case["file"]), proceed=True) for case in valid]

    # Some tell of an event that another document tells of, too.
    assert {error["rule"] for job in jobs for error in job["errors"]} == {"repeated_event"}
    assert EpcisEvent.objects.count() == sum(job["captured"] for job in jobs) > 40
    log.publish()
    assert epcis.is_clean()


@vectors.cases(TRACES["cases"])
def test_the_genealogy_of_a_published_set_is_that_of_its_events(partner: Partner, case: Any) -> None:
    data = vectors.read_bytes(f"trace/{case['file']}")
    job = partner.capture(data, proceed=True)
    # Three of its events bear an empty transformationID, which is no URI; and a query document has no header.
    assert (job["captured"], sorted(error["pointer"].rpartition("/")[2] for error in job["errors"])) == (
        28,
        ["epcisHeader", "transformationID", "transformationID", "transformationID"],
    )
    events = [read(bytes(one.document)).events[0] for one in EpcisEvent.objects.all()]

    lot = Lot.objects.get(epc=item_name(case["start"]))
    ancestors = {one.lot.epc for one in ancestors_of(lot)}

    # The wide trace follows, of an event that only uses an item, its other inputs, too. What is left without them:
    assert ancestors == narrow_trace(events, lot.epc)
    assert {step.source for step in descents(lot)} == {one.lot.pk for one in ancestors_of(lot)}
    wide = {item.id for event in trace_back(events, [case["start"]]) for item in items_of(event)}
    assert ancestors < wide


def narrow_trace(events: Any, start: str) -> set[str]:
    """Follow items back by hand: from outputs to inputs, from parents to children."""
    sources: dict[str, set[str]] = {}
    for event in events:
        items = items_of(event)
        if event.value.get("action") == "DELETE":
            continue
        for item in items:
            behind = {"output": "input", "parent": "child"}.get(str(item.role))
            sources.setdefault(item.id, set()).update(one.id for one in items if str(one.role) == behind)
    reached: set[str] = set()
    frontier = {start}
    while frontier:
        frontier = {source for name in frontier for source in sources.get(name, ())} - reached
        reached |= frontier
    return reached - {start}
