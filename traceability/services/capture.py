"""EPCIS documents into the chain: all of a document or nothing, or as much of it as is good."""

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.db import OperationalError

from traceability.enums import CaptureState
from traceability.epcis.documents import EVENT_TYPES, Document, Event, read, write
from traceability.epcis.errors import DocumentError, EpcisError, SizeError
from traceability.epcis.validation import check_document, check_event, event_errors
from traceability.models import CaptureJob
from traceability.services import attachments, task_outbox
from traceability.services.captured_events import Capturer, Refusal, capture_events, prepare
from traceability.services.captured_records import MEDIA, Prepared
from traceability.services.chain import OutboxFullError
from traceability.services.rows import RowConflictError
from traceability.services.transactions import business_transaction

logger = logging.getLogger("suyuan.capture")

CAPTURE = "traceability.capture"
MAX_BYTES = 8 * 1024 * 1024
MAX_EVENTS = 2000
# The contexts of a document are kept with each of its events: many events would multiply a long one.
MAX_CONTEXT_BYTES = 16 * 1024
# A document of so few events is done while its sender waits; a longer one goes to the workers.
INLINE_EVENTS = 50
# Where good events are kept beside bad ones, so many go into one transaction: others wait for what it holds.
_PART = 200
# A job tells of so many faults, and of the beginnings of long names: all of it comes from the sender.
_MOST_FAULTS = 500
_LONGEST = 300
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]")
# How often a transaction is tried again in which another took a name first.
_ATTEMPTS = 3


class TooManyEventsError(EpcisError):
    """A document has more events than one job takes."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one event of a job, by the event's pointer; None for what stands around the events."""

    event: str | None
    error: EpcisError

    def kept(self) -> dict[str, Any]:
        """Give the fault as the job's row keeps it, so that it can be told in any language later."""
        error = self.error
        params = {name: _short(str(value)) for name, value in error.params.items()}
        return {"pointer": _short(error.pointer), "rule": error.rule, "params": params}


def take(data: bytes, *, capturer: Capturer, proceed: bool, at: datetime) -> CaptureJob:
    """Take a document and capture it: at once where it is short, by the workers where it is long.

    With `proceed` good events are kept beside bad ones; without, one bad event refuses all. Whether it went well stands
    in the job. Raises EpcisError, before anything is kept, where the bytes are no EPCIS document; what is wrong around
    the events is only a fault of the job where it is to proceed.
    """
    document = _read(data)
    if not proceed or document.type in EVENT_TYPES:
        check_document(document)
    job = _begin(data, capturer=capturer, proceed=proceed, at=at)
    if len(document.events) <= INLINE_EVENTS:
        _run_now(job, document, at=at)
    return job


def take_one(data: bytes, *, capturer: Capturer, at: datetime) -> str:
    """Capture one bare event at once, and give its eventID. Raises EpcisError, OutboxFullError, RowConflictError."""
    document = _read(data)
    if document.type not in EVENT_TYPES:
        raise DocumentError("/type", "not_an_epcis_type", value=document.type)
    check_document(document)
    (event,) = document.events
    check_event(event, at=at)
    prepared = prepare(event, record_id=uuid4())
    capture_it = business_transaction(capture_events)
    for refusal in _again_after_conflict(lambda: capture_it([prepared], capturer=capturer, keep_good=False, at=at)):
        raise refusal.error
    return str(prepared.body["event_id"])


def run(job_id: UUID, *, clock: Callable[[], datetime]) -> None:
    """Capture the document of a job that waits. Safe to run twice: what was captured already is found again."""
    job = CaptureJob.objects.select_related("party", "user").get(pk=job_id)
    if job.state == CaptureState.RUNNING:
        _run(job, _read(attachments.load(job.document_sha256)), clock=clock)


def record_id_of(job_id: UUID, event: Event) -> UUID:
    """Give the id of the record that a job makes of an event: the same each time that the job runs."""
    return uuid5(job_id, f"event {event.pointer}")


def _read(data: bytes) -> Document:
    if len(data) > MAX_BYTES:
        raise SizeError("", "too_many_bytes", size=len(data), limit=MAX_BYTES)
    document = read(data, limit=MAX_BYTES)
    if len(document.events) > MAX_EVENTS:
        raise TooManyEventsError(document.events[0].pointer.rpartition("/")[0], "too_many_items", limit=MAX_EVENTS)
    context = write(document.value.get("@context"))
    if len(context) > MAX_CONTEXT_BYTES:
        raise SizeError("/@context", "too_many_bytes", size=len(context), limit=MAX_CONTEXT_BYTES)
    return document


@business_transaction
def _begin(data: bytes, *, capturer: Capturer, proceed: bool, at: datetime) -> CaptureJob:
    job = CaptureJob.objects.create(
        id=uuid4(),
        party=capturer.party,
        user=capturer.user,
        created_at=at,
        proceed=proceed,
        document_sha256=attachments.store(data, media=MEDIA).sha256,
    )
    # Asked for even where it runs at once: should this process die now, a worker ends the job.
    task_outbox.request(CAPTURE, job.pk, at=at)
    return job


def _run_now(job: CaptureJob, document: Document, *, at: datetime) -> None:
    try:
        _run(job, document, clock=lambda: at)
    except (OutboxFullError, OperationalError, RowConflictError) as error:
        logger.info("job %s waits for a worker: %s", job.pk, type(error).__name__)


def _run(job: CaptureJob, document: Document, *, clock: Callable[[], datetime]) -> None:
    good, faults = _judged(job, document)
    if job.proceed or not faults:
        for part in _parts(good, job):
            refusals = _again_after_conflict(partial(_capture_part, job, part, at=clock()))
            faults += [Fault(refusal.event.pointer, refusal.error) for refusal in refusals]
    _finish(job, document, faults, at=clock())


def _judged(job: CaptureJob, document: Document) -> tuple[list[Prepared], list[Fault]]:
    """Part what can be captured from what is wrong whatever else is there."""
    good, faults = [], list(_faults_around(document))
    for event in document.events:
        # By when the server heard of it: a job that waits must not make an event of tomorrow true.
        errors = event_errors(event, at=job.created_at)
        try:
            if not errors:
                good.append(prepare(event, record_id=record_id_of(job.pk, event)))
        except EpcisError as error:
            errors = [error]
        faults += [Fault(event.pointer, error) for error in errors]
    return good, faults


def _faults_around(document: Document) -> Iterator[Fault]:
    try:
        check_document(document)
    except EpcisError as error:
        yield Fault(None, error)


def _parts(good: Sequence[Prepared], job: CaptureJob) -> Iterator[Sequence[Prepared]]:
    size = _PART if job.proceed else len(good)
    return (good[start : start + size] for start in range(0, len(good), size or 1))


@business_transaction
def _capture_part(job: CaptureJob, events: Sequence[Prepared], *, at: datetime) -> list[Refusal]:
    if not _still_runs(job):
        return []
    capturer = Capturer(party=job.party, user=job.user)
    return capture_events(events, capturer=capturer, keep_good=job.proceed, at=at)


@business_transaction
def _finish(job: CaptureJob, document: Document, faults: Sequence[Fault], *, at: datetime) -> None:
    if not _still_runs(job):
        job.refresh_from_db()
        return
    places = {event.pointer: place for place, event in enumerate(document.events)}
    ordered = sorted(faults, key=lambda fault: -1 if fault.event is None else places[fault.event])
    refused = {fault.event for fault in faults if fault.event is not None}
    job.captured = len(document.events) - len(refused) if job.proceed or not faults else 0
    job.errors = [fault.kept() for fault in ordered[:_MOST_FAULTS]]
    job.state = CaptureState.FAILED if faults else CaptureState.SUCCEEDED
    job.finished_at = at
    job.save(update_fields=["captured", "errors", "state", "finished_at"])


def _still_runs(job: CaptureJob) -> bool:
    # Held to the end of the transaction: a task that is delivered twice waits here, and then finds the work done.
    return CaptureJob.objects.select_for_update().get(pk=job.pk).state == CaptureState.RUNNING


def _again_after_conflict(attempt: Callable[[], list[Refusal]]) -> list[Refusal]:
    """Try a transaction again in which another took a name first: the next attempt sees who."""
    for _ in range(_ATTEMPTS - 1):
        try:
            return attempt()
        except RowConflictError as error:
            logger.info("once more: %s", error)
    return attempt()


def _short(text: str) -> str:
    shown = _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"
