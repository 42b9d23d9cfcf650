"""How captured events and capture jobs are written for whoever asks."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext

from traceability.enums import CaptureState
from traceability.epcis.documents import parse, write
from traceability.errors import MESSAGES
from traceability.models import CaptureJob, EpcisEvent
from traceability.services.captured_events import FOREIGN_GTIN, FOREIGN_ITEM, MAX_EVENT_BYTES, REPEATED_EVENT

_CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
# What the same fault is answered with where one event is sent by itself; any other is a bad request.
_STATUSES = {
    REPEATED_EVENT: HTTPStatus.CONFLICT,
    FOREIGN_ITEM: HTTPStatus.FORBIDDEN,
    FOREIGN_GTIN: HTTPStatus.FORBIDDEN,
    "too_large_to_record": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "too_many_bytes": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
}


def job_answer(job: CaptureJob) -> dict[str, Any]:
    """Tell how a job stands (EPCIS 2.0, CaptureJob), its faults in the reader's language."""
    return {
        "captureID": str(job.pk),
        "createdAt": job.created_at.isoformat(),
        "finishedAt": job.finished_at.isoformat() if job.finished_at else None,
        "running": job.state == CaptureState.RUNNING,
        # Of a job that still runs it says that nothing went wrong so far.
        "success": job.state != CaptureState.FAILED,
        "captureErrorBehaviour": "proceed" if job.proceed else "rollback",
        "captured": job.captured,
        "documentDigest": f"sha-256:{job.document_sha256}",
        "errors": [_problem(fault) for fault in job.errors],
    }


def query_document(events: Sequence[EpcisEvent], *, at: datetime) -> bytes:
    """Write an EPCISQueryDocument with these events, each with all members and digits that it came with."""
    head = {
        "@context": [_CONTEXT],
        "type": "EPCISQueryDocument",
        "schemaVersion": "2.0",
        "creationDate": at.isoformat(),
    }
    results = {"queryName": "SimpleEventQuery", "resultsBody": {"eventList": list(map(_event, events))}}
    return write({**head, "epcisBody": {"queryResults": results}})


def _event(event: EpcisEvent) -> dict[str, Any]:
    members: dict[str, Any] = parse(bytes(event.document), limit=MAX_EVENT_BYTES)
    # Who sent none asks for it by the id that it got here; and what another repository recorded stays its own word.
    ours = {"eventID": event.event_id, "recordTime": event.record_time.isoformat()}
    return {**members, **{name: value for name, value in ours.items() if name not in members}}


def _problem(fault: Mapping[str, Any]) -> dict[str, Any]:
    message = gettext(MESSAGES[fault["rule"]]).format(**fault["params"])
    return {
        "type": f"urn:suyuan:rule:{fault['rule']}",
        "title": gettext("An event was not captured"),
        "status": _STATUSES.get(fault["rule"], HTTPStatus.BAD_REQUEST).value,
        "detail": f"{fault['pointer']} {message}".strip(),
        "pointer": fault["pointer"],
        "rule": fault["rule"],
    }
