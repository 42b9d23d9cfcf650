import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as live_settings
from pytest_django.fixtures import Settings

from config.demo import published
from config.demo.scenes import Stage
from tests.config.demo.conftest import clock
from traceability.enums import CaptureState
from traceability.epcis.documents import read
from traceability.models import CaptureJob, EpcisEvent, LogEntry, Lot, LotLink, Plot
from traceability.queries import history

VECTORS = live_settings.ROOT.parent / "shared" / "vectors" / "epcis"
SOURCES = published.sources(VECTORS) if VECTORS.is_dir() else []
needs_vectors = pytest.mark.skipif(not SOURCES, reason="the published documents are not beside the project")


def event(number: int, **members: Any) -> dict[str, Any]:
    return {
        "type": "ObjectEvent",
        "eventID": f"urn:uuid:00000000-0000-4000-8000-{number:012}",
        "eventTime": "2026-05-05T08:00:00Z",
        "eventTimeZoneOffset": "+08:00",
        "action": "OBSERVE",
        "epcList": [f"urn:epc:id:sgtin:9521234.012345.{number}"],
        "bizStep": "inspecting",
        **members,
    }


def document(*events: dict[str, Any]) -> bytes:
    value = {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-05-05T08:00:00Z",
        "epcisBody": {"eventList": list(events)},
    }
    return json.dumps(value).encode()


@pytest.fixture
def source(tmp_path: Path) -> published.Source:
    """A document at hand; a test fills it."""
    return published.Source("examples/gs1/document.jsonld", tmp_path / "document.jsonld", "epcis")


def take(source: published.Source, stage: Stage, *events: dict[str, Any]) -> published.Taken:
    source.path.write_bytes(document(*events))
    return published.take(source, stage, clock=clock)


def test_document_is_taken_once(source: published.Source, stage: Stage) -> None:
    first = take(source, stage, event(1), event(2))
    second = take(source, stage, event(1), event(2))

    assert (first.is_new, first.events, first.captured) == (True, 2, 2)
    assert (second.is_new, second.events, second.captured) == (False, 2, 2)
    assert EpcisEvent.objects.count() == 2


def test_event_that_is_sent_again_is_told_from_one_that_takes_its_name(source: published.Source, stage: Stage) -> None:
    take(source, stage, event(1), event(2))

    taken = take(source, stage, event(1), event(2, bizStep="shipping"), event(3))

    assert (taken.captured, taken.repeats, len(taken.conflicts)) == (1, 1, 1)
    assert taken.conflicts == [event(2)["eventID"]]


def test_event_that_is_refused_is_named_with_its_rule(source: published.Source, stage: Stage) -> None:
    taken = take(source, stage, event(1), event(2, eventTime="2031-01-01T00:00:00Z"))

    assert (taken.captured, taken.repeats, taken.conflicts) == (1, 0, [])
    assert taken.refusals == ["/epcisBody/eventList/1/eventTime: in_the_future"]


def test_document_that_a_cut_left_half_done_is_taken_to_its_end(source: published.Source, stage: Stage) -> None:
    take(source, stage, event(1))
    CaptureJob.objects.update(state=CaptureState.RUNNING, captured=0, finished_at=None)

    taken = published.take(source, stage, clock=clock)

    assert (taken.captured, taken.refusals) == (1, [])
    assert CaptureJob.objects.get().state == CaptureState.SUCCEEDED


def test_full_outbox_does_not_leave_a_document_waiting(
    source: published.Source, stage: Stage, settings: Settings
) -> None:
    settings.OUTBOX_LIMIT = 2
    take(source, stage, event(1))

    taken = take(source, stage, event(2))

    assert taken.captured == 1
    assert LogEntry.objects.exists()


@needs_vectors
def test_food_chain_comes_first_and_in_its_order() -> None:
    names = [source.path.name for source in SOURCES[:5]]

    assert names[:4] == [
        "harvest-cte.jsonld",
        "cooling-cte.jsonld",
        "receiving-cte.jsonld",
        "transformation-cte.jsonld",
    ]
    assert [source.party for source in SOURCES[:5]] == ["fsma"] * 4 + ["epcis"]
    assert len(SOURCES) == 37


@needs_vectors
@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_every_valid_document_is_taken_whole(source: published.Source, stage: Stage) -> None:
    taken = published.take(source, stage, clock=clock)

    assert taken.captured == taken.events == len(read(source.path.read_bytes()).events)
    assert EpcisEvent.objects.count() == taken.events


@needs_vectors
def test_food_chain_links_the_salad_to_the_field(stage: Stage) -> None:
    for source in SOURCES[:4]:
        published.take(source, stage, clock=clock)

    salad = Lot.objects.get(gtin="10860009998039", code="SALAD-20260420-A")
    sources = set(LotLink.objects.filter(product=salad).values_list("source__code", flat=True))
    assert sources == {"ABC1234", "DEF2345"}
    assert history.of(salad.entity)[-1].leaf.actor.party == str(stage.cast.parties["fsma"].public_id)


@needs_vectors
def test_of_all_documents_only_repeats_are_not_taken(stage: Stage) -> None:
    taken = [published.take(source, stage, clock=clock) for source in SOURCES]

    assert sum(one.events for one in taken) == 51
    assert sum(one.captured for one in taken) == 42
    assert sum(one.repeats for one in taken) == 6
    assert [one.source.path.stem for one in taken for _ in one.conflicts] == [
        "object_event_all_possible_fields",
        "SensorDataExample17",
        "bare_TransformationEvent",
    ]
    assert [refusal for one in taken for refusal in one.refusals] == []


@needs_vectors
def test_published_plots_are_registered_once(stage: Stage) -> None:
    assert [published.register_all(VECTORS, stage, clock=clock) for _ in range(2)] == [2, 2]

    plots = Plot.objects.order_by("number").values_list("number", "declared_mu", "division_code", "holder__provenance")
    assert [(number, str(mu), code, said) for number, mu, code, said in plots] == [
        ("CI-HP-0234", "369.00", "", "EXAMPLE"),
        ("GH-AH-0121", "376.50", "", "EXAMPLE"),
    ]
