"""EPCIS 2.0 over HTTP: capture, capture jobs, events."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import orjson
from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.authentication import ApiKeyAuthentication
from accounts.api.parties import acting_party
from accounts.api.permissions import ActsForParty, CanRecord
from accounts.models import User
from traceability.enums import CaptureState
from traceability.epcis.errors import EpcisError
from traceability.errors import MESSAGES
from traceability.models import CaptureJob, EpcisEvent
from traceability.queries import epcis_events
from traceability.services import capture
from traceability.services.captured_events import REPEATED_EVENT, Capturer

_JSON_TYPES = ("application/json", "application/ld+json")
_VERSIONS = {"GS1-EPCIS-Version": "2.0.0", "GS1-CBV-Version": "2.0.0"}
_BEHAVIOURS = ("rollback", "proceed")
_CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"


class JsonLdRenderer(JSONRenderer):
    """Serves who asks for JSON-LD by its own name."""

    media_type = "application/ld+json"


class EpcisView(APIView):
    """What all EPCIS endpoints share: who may come in, and the versions that are spoken."""

    authentication_classes = [ApiKeyAuthentication, SessionAuthentication]
    permission_classes = [ActsForParty, CanRecord]
    renderer_classes = [JSONRenderer, JsonLdRenderer]

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Name the versions of the standards in every answer."""
        finished = super().finalize_response(request, response, *args, **kwargs)
        for name, version in _VERSIONS.items():
            finished.headers[name] = version
        return finished


class BehaviourError(EpcisError):
    """The header GS1-Capture-Error-Behaviour says neither rollback nor proceed."""


class Capture(EpcisView):
    """Takes documents."""

    @extend_schema(
        operation_id="capture",
        request=dict.fromkeys(_JSON_TYPES, OpenApiTypes.OBJECT),
        parameters=[
            OpenApiParameter("GS1-Capture-Error-Behaviour", str, OpenApiParameter.HEADER, enum=list(_BEHAVIOURS))
        ],
        responses={202: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request) -> Response:
        """Take an EPCIS document or a bare event, and answer with the job that captures it."""
        behaviour = request.headers.get("GS1-Capture-Error-Behaviour", "rollback")
        if behaviour not in _BEHAVIOURS:
            raise BehaviourError("/GS1-Capture-Error-Behaviour", "not_in_list", choices=", ".join(_BEHAVIOURS))
        job = capture.take(
            _body(request), capturer=_capturer(request), proceed=behaviour == "proceed", at=timezone.now()
        )
        location = reverse("epcis:capture-job", args=[job.pk])
        return Response(_job(job), status=202, headers={"Location": location})


class CaptureJobDetail(EpcisView):
    """One job."""

    @extend_schema(operation_id="capture_job", responses={200: OpenApiTypes.OBJECT})
    def get(self, request: Request, job_id: UUID) -> Response:
        """Tell how a capture job stands, with the errors of its events."""
        return Response(_job(get_object_or_404(CaptureJob, pk=job_id, party=acting_party(request))))


class Events(EpcisView):
    """All events of the party."""

    @extend_schema(
        operation_id="events",
        parameters=[
            OpenApiParameter(name, str)
            for name in ("eventType", "EQ_bizStep", "GE_eventTime", "LT_eventTime", "MATCH_anyEPC", "nextPageToken")
        ]
        + [OpenApiParameter("perPage", int)],
        responses={200: OpenApiTypes.OBJECT},
    )
    def get(self, request: Request) -> HttpResponse:
        """List the events that the party captured, each as it came."""
        page = epcis_events.events_of(acting_party(request), request.query_params.dict())
        return _query_document(request, page.events, next_token=page.next_token)

    @extend_schema(
        operation_id="capture_event",
        request=dict.fromkeys(_JSON_TYPES, OpenApiTypes.OBJECT),
        responses={201: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request) -> Response:
        """Capture one bare event at once."""
        record_id = capture.take_one(_body(request), capturer=_capturer(request), at=timezone.now())
        event = EpcisEvent.objects.get(pk=record_id)
        location = reverse("epcis:event", args=[event.event_id])
        return Response({"eventID": event.event_id}, status=201, headers={"Location": location})


class EventDetail(EpcisView):
    """The events of one eventID."""

    @extend_schema(operation_id="event", responses={200: OpenApiTypes.OBJECT})
    def get(self, request: Request, event_id: str) -> HttpResponse:
        """List the events that bear an eventID: the first, and those that declare it wrong."""
        found = EpcisEvent.objects.filter(party=acting_party(request), event_id=event_id).order_by("eseq")
        return _query_document(request, list(found)) if found else Response(status=404)


def _capturer(request: Request) -> Capturer:
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - the permissions let nobody else in
    return Capturer(party=acting_party(request), user=user)


def _body(request: Request) -> bytes:
    media = (request.content_type or "").partition(";")[0].strip().lower()
    if media not in _JSON_TYPES:
        raise UnsupportedMediaType(media or "none")
    data = request.body
    if len(data) > capture.MAX_BYTES:
        raise RequestDataTooBig(f"document: {len(data)} bytes, more than {capture.MAX_BYTES}")
    return data


def _job(job: CaptureJob) -> dict[str, Any]:
    return {
        "captureID": str(job.pk),
        "createdAt": job.created_at.isoformat(),
        "finishedAt": job.finished_at.isoformat() if job.finished_at else None,
        "running": job.state == CaptureState.RUNNING,
        "success": job.state == CaptureState.SUCCEEDED,
        "captureErrorBehaviour": "proceed" if job.proceed else "rollback",
        "captured": job.captured,
        "documentDigest": f"sha-256:{job.document_sha256}",
        "errors": [_problem(error) for error in job.errors],
    }


def _problem(error: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": f"urn:suyuan:rule:{error['rule']}",
        "title": gettext("An event was not captured"),
        "status": 409 if error["rule"] == REPEATED_EVENT else 400,
        "detail": gettext(MESSAGES[error["rule"]]).format(**error["params"]),
        "instance": error["pointer"],
    }


def _query_document(request: Request, events: Sequence[EpcisEvent], *, next_token: str = "") -> HttpResponse:
    content = b"".join(_written(events))
    response = HttpResponse(content, content_type=f"{request.accepted_media_type}; charset=utf-8")
    response.headers["ETag"] = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    if next_token:
        query = urlencode({**request.query_params.dict(), "nextPageToken": next_token})
        response.headers["Link"] = f'<{request.build_absolute_uri(request.path)}?{query}>; rel="next"'
        response.headers["GS1-Next-Page-Token"] = next_token
    return response


def _written(events: Sequence[EpcisEvent]) -> Iterable[bytes]:
    """Write the query document around the events' own bytes: what was captured is not written anew."""
    head = {"@context": [_CONTEXT], "type": "EPCISQueryDocument", "schemaVersion": "2.0"}
    head["creationDate"] = timezone.now().isoformat()
    yield orjson.dumps(head)[:-1]
    yield b',"epcisBody":{"queryResults":{"queryName":"SimpleEventQuery","resultsBody":{"eventList":['
    yield b",".join(_with_record_time(event) for event in events)
    yield b"]}}}}"


def _with_record_time(event: EpcisEvent) -> bytes:
    document = bytes(event.document)
    if b'"recordTime"' in document:
        return document
    return b'{"recordTime":' + orjson.dumps(event.record_time) + b"," + document[1:]
