"""EPCIS 2.0 over HTTP: capture, capture jobs, events."""

from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
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
from accounts.api.permissions import ActsForParty, CanRecord, WithinScope
from accounts.enums import KeyScope
from accounts.models import User
from traceability.api.epcis_answers import job_answer, query_document
from traceability.epcis.errors import SizeError
from traceability.models import CaptureJob
from traceability.queries import epcis_events
from traceability.queries.epcis_events import QueryError
from traceability.services import capture
from traceability.services.captured_events import Capturer

_JSON_TYPES = ("application/json", "application/ld+json")
_BEHAVIOUR = "GS1-Capture-Error-Behaviour"
_BEHAVIOURS = ("rollback", "proceed")
# What clients discover by OPTIONS (EPCIS 2.0, 12.6); every answer bears it.
_DISCOVERY = {
    **{f"GS1-{standard}-{bound}": "2.0.0" for standard in ("EPCIS", "CBV") for bound in ("Version", "Min", "Max")},
    "GS1-EPC-Format": "Never_Translates",
    "GS1-EPCIS-Capture-Limit": str(capture.MAX_EVENTS),
    "GS1-EPCIS-Capture-File-Size-Limit": str(capture.MAX_BYTES),
}
# Chosen by the reader for any address here; no parameter of a query.
_LANGUAGE = "lang"


class JsonLdRenderer(JSONRenderer):
    """Serves who asks for JSON-LD by its own name."""

    media_type = "application/ld+json"


class EpcisView(APIView):
    """What all EPCIS endpoints share: who may come in, and what they say of themselves."""

    authentication_classes = [ApiKeyAuthentication, SessionAuthentication]
    permission_classes = [ActsForParty, CanRecord, WithinScope]
    scope = KeyScope.EPCIS
    renderer_classes = [JSONRenderer, JsonLdRenderer]
    throttle_scope = "events"

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:  # noqa: ARG002
        """Answer with headers alone, as the REST bindings have it."""
        return Response(status=204)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Name versions and limits in every answer, and keep what belongs to one party out of shared caches."""
        finished = super().finalize_response(request, response, *args, **kwargs)
        for name, value in {**_DISCOVERY, "Cache-Control": "no-store"}.items():
            finished.headers[name] = value
        return finished


class Capture(EpcisView):
    """Takes documents."""

    throttle_scope = "capture"

    @extend_schema(
        operation_id="capture",
        request=dict.fromkeys(_JSON_TYPES, OpenApiTypes.OBJECT),
        parameters=[OpenApiParameter(_BEHAVIOUR, str, OpenApiParameter.HEADER, enum=list(_BEHAVIOURS))],
        responses={202: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request) -> Response:
        """Take an EPCIS document or a bare event, and answer with the job that captures it."""
        proceed = _behaviour(request) == "proceed"
        job = capture.take(_body(request), capturer=_capturer(request), proceed=proceed, at=timezone.now())
        location = reverse("epcis:capture-job", args=[job.pk])
        return Response(job_answer(job), status=202, headers={"Location": location})

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Say as well that both behaviours can be asked for."""
        finished = super().finalize_response(request, response, *args, **kwargs)
        finished.headers[_BEHAVIOUR] = "all"
        return finished


class CaptureJobDetail(EpcisView):
    """One job."""

    @extend_schema(operation_id="capture_job", responses={200: OpenApiTypes.OBJECT})
    def get(self, request: Request, job_id: UUID) -> Response:
        """Tell how a capture job stands, with the errors of its events."""
        return Response(job_answer(get_object_or_404(CaptureJob, pk=job_id, party=acting_party(request))))


class Events(EpcisView):
    """All events of the party."""

    @extend_schema(
        operation_id="events",
        parameters=[OpenApiParameter(name, int if name == "perPage" else str) for name in epcis_events.PARAMETERS],
        responses={200: OpenApiTypes.OBJECT},
    )
    def get(self, request: Request) -> HttpResponse:
        """List the events that the party captured, each as it came."""
        parameters = _parameters(request)
        page = epcis_events.events_of(acting_party(request), parameters)
        response = _answer(request, query_document(page.events, at=timezone.now()))
        if page.next_token:
            query = urlencode({**parameters, "nextPageToken": page.next_token})
            response.headers["Link"] = f'<{request.build_absolute_uri(request.path)}?{query}>; rel="next"'
        return response

    @extend_schema(
        operation_id="capture_event",
        request=dict.fromkeys(_JSON_TYPES, OpenApiTypes.OBJECT),
        responses={201: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request) -> Response:
        """Capture one bare event at once."""
        event_id = capture.take_one(_body(request), capturer=_capturer(request), at=timezone.now())
        # Slashes escaped, too: on the way proxies make one of several.
        location = f"{reverse('epcis:events')}/{quote(event_id, safe=':')}"
        return Response({"eventID": event_id}, status=201, headers={"Location": location})


class EventDetail(EpcisView):
    """The events of one eventID."""

    @extend_schema(operation_id="event", responses={200: OpenApiTypes.OBJECT})
    def get(self, request: Request, event_id: str) -> HttpResponse:
        """List the events that bear an eventID: the first, and those that declare it wrong."""
        found = list(epcis_events.events_named(acting_party(request), event_id))
        if not found:
            raise Http404
        return _answer(request, query_document(found, at=timezone.now()))


def _capturer(request: Request) -> Capturer:
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - the permissions let nobody else in
    return Capturer(party=acting_party(request), user=user)


def _behaviour(request: Request) -> str:
    behaviour = request.headers.get(_BEHAVIOUR, _BEHAVIOURS[0])
    if behaviour not in _BEHAVIOURS:
        raise QueryError(f"/{_BEHAVIOUR}", "not_in_list", choices=", ".join(_BEHAVIOURS))
    return behaviour


def _body(request: Request) -> bytes:
    media = (request.content_type or "").partition(";")[0].strip().lower()
    if media not in _JSON_TYPES:
        raise UnsupportedMediaType(media or "none")
    try:
        return bytes(request.body)
    except RequestDataTooBig as error:
        # So long that Django does not even read it.
        size = request.META["CONTENT_LENGTH"]
        raise SizeError("", "too_many_bytes", size=size, limit=capture.MAX_BYTES) from error


def _parameters(request: Request) -> dict[str, str]:
    found = {}
    for name, values in request.query_params.lists():
        if len(values) > 1:
            raise QueryError(f"/{name[:80]}", "repeated_parameter", name=name[:80])
        found[name] = str(values[0])
    found.pop(_LANGUAGE, None)
    return found


def _answer(request: Request, content: bytes) -> HttpResponse:
    return HttpResponse(content, content_type=f"{request.accepted_media_type}; charset=utf-8")
