import json
from datetime import timedelta
from typing import Any

import hypothesis
import pytest
from django.core.files.storage import storages
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from pytest_django import Settings

from accounts.models import Membership
from tests.factories import epcis, farm
from tests.factories.epcis import bare, faults_of, new_rows, run, send, take
from tests.traceability.epcis.samples import (
    CONTEXT,
    PADDY,
    amount,
    any_json,
    damaged_events,
    document,
    milling,
    observation,
)
from traceability import tasks
from traceability.enums import CaptureState
from traceability.epcis.documents import read
from traceability.epcis.errors import DocumentError, EpcisError, SizeError
from traceability.errors import MESSAGES
from traceability.models import CaptureJob, EpcisEvent, Lot, OutboxEntry, TaskRequest
from traceability.services import capture
from traceability.services.capture import TooManyEventsError, take_one
from traceability.services.captured_events import RepeatedEventError, capture_events
from traceability.services.chain import OutboxFullError

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_keys")]

GOOD = observation(eventID="urn:x:good")
NEGATIVE = observation(eventID="urn:x:bad", quantityList=[amount(PADDY, -1)])
JOB_ROWS = {"traceability_capturejob": 1, "traceability_taskrequest": 1}


def many(number: int) -> list[dict[str, Any]]:
    return [observation(eventID=f"urn:x:{one}", quantityList=[amount(f"urn:x:lot:{one}", 1)]) for one in range(number)]


def files() -> int:
    storage = storages["attachments"]
    return sum(len(storage.listdir(folder)[1]) for folder in storage.listdir("")[0])


class TestAllOrNothing:
    def test_good_events_are_all_captured(self, processor: Membership) -> None:
        job = send(processor, GOOD, milling())

        assert (job.state, job.captured, job.errors) == (CaptureState.SUCCEEDED, 2, [])
        assert job.finished_at == farm.NOW
        assert EpcisEvent.objects.count() == 2

    def test_one_bad_event_leaves_nothing_of_the_document(self, processor: Membership) -> None:
        before, stored = epcis.rows(), files()

        job = send(processor, GOOD, NEGATIVE, {**GOOD, "eventID": "urn:x:2", "bizStep": "selling"})

        assert (job.state, job.captured) == (CaptureState.FAILED, 0)
        assert faults_of(job) == [
            ("/epcisBody/eventList/1/quantityList/0/quantity", "below_minimum"),
            ("/epcisBody/eventList/2/bizStep", "unknown_word"),
        ]
        assert new_rows(before) == JOB_ROWS
        assert files() == stored + 1

    def test_one_event_that_does_not_fit_what_is_there_leaves_nothing_either(self, processor: Membership) -> None:
        send(processor, GOOD)
        before = epcis.rows()

        job = send(processor, milling(eventID="urn:x:new"), GOOD, GOOD)

        assert faults_of(job) == [
            ("/epcisBody/eventList/1/eventID", "repeated_event"),
            ("/epcisBody/eventList/2/eventID", "repeated_event"),
        ]
        assert new_rows(before) == JOB_ROWS

    def test_a_document_without_events_has_none_to_capture(self, processor: Membership) -> None:
        job = send(processor)

        assert (job.state, job.captured) == (CaptureState.SUCCEEDED, 0)

    def test_what_is_wrong_around_the_events_is_told_at_once(self, processor: Membership) -> None:
        before = epcis.rows()

        with pytest.raises(EpcisError, match="/epcisFooter"):
            take(processor, document(GOOD, epcisFooter={}))

        assert new_rows(before) == {}


class TestProceed:
    def test_good_events_are_kept_beside_bad_ones(self, processor: Membership) -> None:
        job = send(processor, NEGATIVE, GOOD, GOOD, {**NEGATIVE, "bizStep": "selling"}, proceed=True)

        assert (job.state, job.captured) == (CaptureState.FAILED, 1)
        assert faults_of(job) == [
            ("/epcisBody/eventList/0/quantityList/0/quantity", "below_minimum"),
            ("/epcisBody/eventList/2/eventID", "repeated_event"),
            ("/epcisBody/eventList/3/bizStep", "unknown_word"),
        ]
        assert EpcisEvent.objects.get().event_id == "urn:x:good"
        assert epcis.is_clean()

    def test_what_is_wrong_around_the_events_is_a_fault_of_the_job(self, processor: Membership) -> None:
        job = take(processor, document(NEGATIVE, GOOD, epcisFooter={}), proceed=True)

        assert faults_of(job) == [
            ("/epcisFooter", "unprefixed_member"),
            ("/epcisBody/eventList/0/quantityList/0/quantity", "below_minimum"),
        ]
        assert job.captured == 1

    def test_nothing_is_around_a_bare_event(self, processor: Membership) -> None:
        with pytest.raises(EpcisError, match="the member @context is missing"):
            take(processor, json.dumps(GOOD).encode(), proceed=True)

        assert not CaptureJob.objects.exists()

    def test_an_event_may_build_on_the_one_before_and_not_on_one_that_was_refused(self, processor: Membership) -> None:
        made = observation(eventID="urn:x:made", action="ADD")
        refused = milling(eventID="urn:x:made", inputQuantityList=[amount(PADDY, 300)])

        job = send(processor, made, refused, milling(inputQuantityList=[amount(PADDY, 200)]), proceed=True)

        assert job.captured == 2
        assert str(Lot.objects.get(epc=PADDY).kg) == "800.000"


class TestWorkers:
    def test_a_long_document_waits_for_a_worker(self, processor: Membership) -> None:
        job = send(processor, *many(51))
        assert (job.state, job.captured, EpcisEvent.objects.count()) == (CaptureState.RUNNING, 0, 0)
        (request,) = TaskRequest.objects.filter(name=capture.CAPTURE, argument=str(job.pk))

        tasks.capture_document(request.pk)

        job.refresh_from_db()
        request.refresh_from_db()
        assert (job.state, job.captured) == (CaptureState.SUCCEEDED, 51)
        assert request.done_at

    def test_a_job_that_is_done_is_left_alone(self, processor: Membership) -> None:
        job = run(send(processor, *many(51)))
        before = epcis.rows()

        run(job)

        assert new_rows(before) == {}
        assert (job.state, job.captured) == (CaptureState.SUCCEEDED, 51)

    def test_a_worker_that_dies_between_two_parts_is_followed_by_one_that_ends_the_job(
        self, processor: Membership, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(capture, "_PART", 20)
        job = send(processor, *many(50), NEGATIVE, proceed=True)
        die_after(monkeypatch, parts=1)
        with pytest.raises(WorkerDiedError):
            run(job)
        assert EpcisEvent.objects.count() == 20
        monkeypatch.setattr(capture, "capture_events", capture_events)

        run(job)

        assert (job.state, job.captured) == (CaptureState.FAILED, 50)
        assert faults_of(job) == [("/epcisBody/eventList/50/quantityList/0/quantity", "below_minimum")]
        assert EpcisEvent.objects.count() == 50
        assert epcis.is_clean()

    def test_a_worker_that_dies_before_it_says_so_is_followed_by_one_that_does(
        self, processor: Membership, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        job = send(processor, *many(51))
        monkeypatch.setattr(capture, "_finish", died)
        with pytest.raises(WorkerDiedError):
            run(job)
        monkeypatch.setattr(capture, "_finish", finish)

        run(job)

        assert (job.state, job.captured, job.errors) == (CaptureState.SUCCEEDED, 51, [])
        assert EpcisEvent.objects.count() == 51

    def test_tomorrow_is_judged_by_when_the_server_heard_of_it(self, processor: Membership) -> None:
        soon = (farm.NOW + timedelta(hours=1)).isoformat()
        job = send(processor, *many(50), observation(eventTime=soon))

        capture.run(job.pk, clock=lambda: farm.NOW + timedelta(days=1))

        job.refresh_from_db()
        assert faults_of(job) == [("/epcisBody/eventList/50/eventTime", "in_the_future")]
        assert job.finished_at == farm.NOW + timedelta(days=1)

    def test_a_job_waits_while_the_outbox_is_full(self, processor: Membership, settings: Settings) -> None:
        send(processor, GOOD)
        fill_outbox(settings)

        job = send(processor, milling())

        assert (job.state, job.captured) == (CaptureState.RUNNING, 0)
        with pytest.raises(OutboxFullError):
            run(job)
        settings.OUTBOX_LIMIT = 4096
        assert (run(job).state, job.captured) == (CaptureState.SUCCEEDED, 1)

    def test_a_document_may_have_more_leaves_than_the_outbox_takes(
        self, processor: Membership, settings: Settings
    ) -> None:
        fill_outbox(settings)

        job = run(send(processor, *many(60)))

        assert job.state == CaptureState.SUCCEEDED
        assert OutboxEntry.objects.count() == 120


class TestOneEvent:
    def take(self, member: Membership, data: bytes) -> str:
        return take_one(data, capturer=epcis.capturer(member), at=farm.NOW)

    def test_it_is_captured_at_once(self, processor: Membership) -> None:
        assert self.take(processor, bare(GOOD)) == "urn:x:good"
        assert EpcisEvent.objects.get().event_id == "urn:x:good"

    def test_without_an_id_it_gets_its_hash(self, processor: Membership) -> None:
        event_id = self.take(processor, bare(milling()))

        assert event_id.startswith("ni:///sha-256;")
        with pytest.raises(RepeatedEventError):
            self.take(processor, bare(milling()))

    def test_another_partys_event_of_this_id_is_another_event(
        self, processor: Membership, stranger: Membership
    ) -> None:
        self.take(processor, bare(GOOD))

        self.take(stranger, bare(observation(eventID="urn:x:good", quantityList=[amount("urn:x:own", 1)])))

        assert len({one.entity_id for one in EpcisEvent.objects.filter(event_id="urn:x:good")}) == 2

    @pytest.mark.parametrize(
        ("data", "error", "pointer", "rule"),
        [
            (document(GOOD), DocumentError, "/type", "not_an_epcis_type"),
            (json.dumps(GOOD).encode(), EpcisError, "/@context", "missing_member"),
            (bare(NEGATIVE), EpcisError, "/quantityList/0/quantity", "below_minimum"),
            (bare({**GOOD, "ln:x": "x" * 2**20}), SizeError, "", "too_many_bytes"),
        ],
    )
    def test_what_is_wrong_with_it_is_told(
        self, processor: Membership, data: bytes, error: type[EpcisError], pointer: str, rule: str
    ) -> None:
        before = epcis.rows()

        with pytest.raises(error) as caught:
            self.take(processor, data)

        assert (caught.value.pointer, caught.value.rule) == (pointer, rule)
        assert new_rows(before) == {}

    def test_a_full_outbox_refuses_it(self, processor: Membership, settings: Settings) -> None:
        send(processor, milling())
        fill_outbox(settings)
        before = epcis.rows()

        with pytest.raises(OutboxFullError):
            self.take(processor, bare(GOOD))

        assert new_rows(before) == {}


class TestBounds:
    def test_a_document_has_so_many_events_at_most(self, processor: Membership) -> None:
        with pytest.raises(TooManyEventsError) as caught:
            send(processor, *many(2001))

        assert (caught.value.pointer, caught.value.params) == ("/epcisBody/eventList", {"limit": 2000})

    def test_a_document_has_so_many_bytes_at_most(self, processor: Membership) -> None:
        with pytest.raises(SizeError, match="at most 8388608 are taken"):
            take(processor, b" " * (8 * 1024 * 1024 + 1))

    def test_a_long_context_is_refused_for_it_is_kept_with_every_event(self, processor: Membership) -> None:
        with pytest.raises(SizeError, match="/@context: has 16401 bytes"):
            take(processor, document(GOOD, **{"@context": ["x" * (16 * 1024 + 13)]}))

    @pytest.mark.parametrize(
        ("members", "faults"), [(90, []), (120, [("/epcisBody/eventList/0", "too_large_to_record")])]
    )
    def test_an_event_fits_into_one_leaf_or_is_refused(
        self, processor: Membership, members: int, faults: list[tuple[str, str]]
    ) -> None:
        used = [f"https://id.gs1.org/01/06901234000023/21/{number:017}" for number in range(members)]

        job = send(processor, milling(inputEPCList=used))

        assert faults_of(job) == faults

    def test_a_job_keeps_the_first_of_many_faults_and_the_beginnings_of_long_names(self, processor: Membership) -> None:
        bad = observation(bizStep="no\0such", disposition="d" * 500, **{"n" * 500: 1})

        job = run(send(processor, *[bad] * 200, proceed=True))

        assert (job.state, len(job.errors)) == (CaptureState.FAILED, 500)
        first = {fault["rule"]: fault for fault in job.errors[:3]}
        assert len(first["unprefixed_member"]["pointer"]) == 301
        assert first["unknown_word"]["params"]["value"] in {"no�such", "d" * 120}


class TestAnything:
    @given(events=st.lists(damaged_events(), min_size=1, max_size=3), proceed=st.booleans())
    @hypothesis.settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_whatever_is_sent_is_captured_or_refused_by_a_rule(
        self,
        processor: Membership,
        events: list[Any],
        proceed: bool,  # noqa: FBT001 - hypothesis draws it
    ) -> None:
        before = EpcisEvent.objects.count()

        job = send(processor, *events, proceed=proceed)

        assert job.state in {CaptureState.SUCCEEDED, CaptureState.FAILED}
        assert (job.captured == len(events)) == (job.errors == [])
        assert EpcisEvent.objects.count() == before + job.captured
        for fault in job.errors:
            assert MESSAGES[fault["rule"]].format(**fault["params"])
            assert fault["pointer"].startswith("/epcisBody/eventList/")

    @given(any_json)
    @hypothesis.settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_any_extension_is_captured_and_kept(self, processor: Membership, value: Any) -> None:
        event = {"@context": [CONTEXT], **milling(), "ln:x": value}

        try:
            taken = take_one(json.dumps(event).encode(), capturer=epcis.capturer(processor), at=farm.NOW)
        except (RepeatedEventError, DocumentError):
            # Drawn before, or with a number that no double needs.
            return

        kept = bytes(EpcisEvent.objects.get(event_id=taken).document)
        assert json.loads(kept) == event


class WorkerDiedError(BaseException):
    """Stands for the end of a process, which no part of the product catches."""


finish = capture._finish


def died(*_args: Any, **_named: Any) -> None:
    raise WorkerDiedError


def die_after(monkeypatch: pytest.MonkeyPatch, *, parts: int) -> None:
    left = iter(range(parts))

    def capture_some(*args: Any, **named: Any) -> Any:
        return capture_events(*args, **named) if next(left, None) is not None else died()

    monkeypatch.setattr(capture, "capture_events", capture_some)


def fill_outbox(settings: Settings) -> None:
    """Let the outbox take one event more, and let every append look."""
    settings.OUTBOX_LIMIT = max(1, OutboxEntry.objects.count() - 1)


def test_the_record_of_an_event_bears_the_same_id_each_time_that_the_job_runs(processor: Membership) -> None:
    job = send(processor, GOOD, milling(eventID="urn:x:2"))
    events = read(document(GOOD, milling(eventID="urn:x:2"))).events

    ids = [capture.record_id_of(job.pk, event) for event in events]

    assert set(ids) == set(EpcisEvent.objects.values_list("record_id", flat=True))
