"""EPCIS documents into the chain: all of a document or nothing, or as much of it as is good."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from traceability.enums import CaptureState
from traceability.epcis.documents import EVENT_TYPES, Document, Event, read
from traceability.epcis.errors import EpcisError
from traceability.epcis.validation import check_document, check_event, event_errors
from traceability.errors import TraceabilityError
from traceability.ledger import LedgerError
from traceability.models import CaptureJob
from traceability.services import attachments, task_outbox
from traceability.services.captured_events import Capturer, capture_event, record_id_of
from traceability.services.chain import OutboxFullError
from traceability.services.transactions import business_transaction

logger = logging.getLogger("suyuan.capture")

CAPTURE = "traceability.capture"
MAX_BYTES = 8 * 1024 * 1024
# A document of so few events is done while its sender waits; a longer one goes to the workers.
INLINE_EVENTS = 50
MAX_EVENTS = 2000
_MEDIA = "application/ld+json"


class TooManyEventsError(EpcisError):
    """A document has more events than one job takes, or is no single event where one is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One error of a job: the member, the rule it breaks, and what fills the rule's message."""

    event: str
    pointer: str
    rule: str
    params: dict[str, str]

    @classmethod
    def of(cls, error: Exception, event: Event) -> "Fault":
        """Tell an error of an event so that it can be kept, and told in any language later."""
        if isinstance(error, EpcisError):
            params = {name: str(value) for name, value in error.params.items()}
            return cls(event=event.pointer, pointer=error.pointer, rule=error.rule, params=params)
        return cls(event=event.pointer, pointer=event.pointer, rule="refused", params={"detail": str(error)})


def take(data: bytes, *, capturer: Capturer, proceed: bool, at: datetime) -> CaptureJob:
    """Take a document and capture it: at once where it is short, by the workers where it is long.

    With `proceed` good events are kept beside bad ones; without, one bad event refuses all. Whether it went well stands
    in the job. Raises EpcisError, before anything is kept, where the bytes are no EPCIS document.
    """
    document = _read(data)
    job = _begin(data, capturer=capturer, proceed=proceed, at=at)
    if len(document.events) <= INLINE_EVENTS:
        _run_now(job, document, at=at)
    return job


def take_one(data: bytes, *, capturer: Capturer, at: datetime) -> UUID:
    """Capture one bare event at once, and give the id of its record. Raises what `capture_event` raises."""
    document = _read(data)
    if document.type not in EVENT_TYPES:
        raise TooManyEventsError("/type", "not_an_epcis_type", value=document.type)
    (event,) = document.events
    check_event(event, at=at)
    record_id = uuid4()
    business_transaction(capture_event)(event, capturer=capturer, record_id=record_id, at=at)
    return record_id


def run(job_id: UUID, *, clock: Callable[[], datetime]) -> None:
    """Capture the document of a job that waits. Safe to run twice: what was captured already is found again."""
    job = CaptureJob.objects.select_related("party", "user").get(pk=job_id)
    if job.state == CaptureState.RUNNING:
        document = _read(attachments.load(job.document_sha256))
        _run(job, document, at=clock())


def _read(data: bytes) -> Document:
    document = read(data, limit=MAX_BYTES)
    check_document(document)
    if len(document.events) > MAX_EVENTS:
        raise TooManyEventsError("", "too_many_items", limit=MAX_EVENTS)
    return document


@business_transaction
def _begin(data: bytes, *, capturer: Capturer, proceed: bool, at: datetime) -> CaptureJob:
    job = CaptureJob.objects.create(
        id=uuid4(),
        party=capturer.party,
        user=capturer.user,
        created_at=at,
        proceed=proceed,
        document_sha256=attachments.store(data, media=_MEDIA).sha256,
    )
    # Asked for even where it runs at once: should this process die now, a worker ends the job.
    task_outbox.request(CAPTURE, job.pk, at=at)
    return job


def _run_now(job: CaptureJob, document: Document, *, at: datetime) -> None:
    try:
        _run(job, document, at=at)
    except OutboxFullError:
        logger.info("job %s waits for a worker: the outbox is full", job.pk)


def _run(job: CaptureJob, document: Document, *, at: datetime) -> None:
    keep = _keep_good if job.proceed else _keep_all_or_none
    faults = keep(job, document.events, at=at)
    refused = {fault.event for fault in faults} if job.proceed else {event.pointer for event in document.events}
    job.captured = len(document.events) - len(refused if faults else ())
    job.errors = [{"pointer": one.pointer, "rule": one.rule, "params": one.params} for one in faults]
    job.state = CaptureState.FAILED if faults else CaptureState.SUCCEEDED
    job.finished_at = at
    job.save(update_fields=["captured", "errors", "state", "finished_at"])


def _keep_good(job: CaptureJob, events: Sequence[Event], *, at: datetime) -> list[Fault]:
    faults = []
    for event in events:
        wrong = event_errors(event, at=at)
        faults += [Fault.of(error, event) for error in wrong] or _captured(job, [event], at=at)
    return faults


def _keep_all_or_none(job: CaptureJob, events: Sequence[Event], *, at: datetime) -> list[Fault]:
    faults = [Fault.of(error, event) for event in events for error in event_errors(event, at=at)]
    return faults or _captured(job, events, at=at)


def _captured(job: CaptureJob, events: Sequence[Event], *, at: datetime) -> list[Fault]:
    """Capture events in one transaction; give the fault of the first that is refused, none being kept then."""
    reached = events[0]
    capturer = Capturer(party=job.party, user=job.user)

    @business_transaction
    def capture_them() -> None:
        nonlocal reached
        for event in events:
            reached = event
            capture_event(event, capturer=capturer, record_id=record_id_of(job.pk, event), at=at)

    try:
        capture_them()
    except OutboxFullError:
        raise
    except (TraceabilityError, LedgerError) as error:
        return [Fault.of(error, reached)]
    return []
