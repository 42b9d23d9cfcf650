"""Where errors get their meaning in HTTP: problem details (RFC 9457) for programs, pages for people."""

import math
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from allauth.core.exceptions import RateLimited
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError
from rest_framework import exceptions as rest

import accounts.errors
import finance.errors
import orders.errors
import traceability.errors
from traceability.epcis.errors import DocumentError, EpcisError, SizeError
from traceability.ledger import LedgerError
from traceability.outages import is_outage
from traceability.queries.epcis_events import QueryError
from traceability.queries.log import NotInLogError
from traceability.queries.proofs import MissingNodeError
from traceability.services.attachments import StorageDownError
from traceability.services.capture import TooManyEventsError
from traceability.services.captured_events import ForeignItemError, RepeatedEventError
from traceability.services.captured_rules import NotFreeError
from traceability.services.chain import ChainConflictError, OutboxFullError
from traceability.services.findings import FindingError
from traceability.services.publisher import PublishError
from traceability.services.rows import RowConflictError
from traceability.services.task_outbox import BrokerDownError
from traceability.services.turns import NoTurnError
from traceability.services.waiting import IntegrationError
from traceability.web.resolver.guessing import TooManyWrongCodesError

# When to come again, where we cannot know better.
RETRY_SECONDS = {HTTPStatus.SERVICE_UNAVAILABLE: 5, HTTPStatus.TOO_MANY_REQUESTS: 60}
MEDIA_TYPE = "application/problem+json"

# What an error means to who asked: the nearest class among an error's ancestors counts; None is our own fault.
STATUSES: Mapping[type[BaseException], HTTPStatus | None] = {
    accounts.errors.AccountsError: HTTPStatus.UNPROCESSABLE_ENTITY,
    accounts.errors.ConflictError: HTTPStatus.CONFLICT,
    accounts.errors.NotAllowedError: HTTPStatus.FORBIDDEN,
    accounts.errors.MayNotRecordError: HTTPStatus.FORBIDDEN,
    accounts.errors.OutOfScopeError: HTTPStatus.FORBIDDEN,
    accounts.errors.NotYoursError: HTTPStatus.NOT_FOUND,
    traceability.errors.TraceabilityError: HTTPStatus.UNPROCESSABLE_ENTITY,
    traceability.errors.NotYoursError: HTTPStatus.NOT_FOUND,
    orders.errors.OrderConflictError: HTTPStatus.CONFLICT,
    finance.errors.FinanceConflictError: HTTPStatus.CONFLICT,
    finance.errors.ConsentError: HTTPStatus.FORBIDDEN,
    finance.errors.StaleCheckpointError: HTTPStatus.CONFLICT,
    NotInLogError: HTTPStatus.NOT_FOUND,
    ChainConflictError: HTTPStatus.CONFLICT,
    RowConflictError: HTTPStatus.CONFLICT,
    RepeatedEventError: HTTPStatus.CONFLICT,
    ForeignItemError: HTTPStatus.FORBIDDEN,
    NotFreeError: HTTPStatus.CONFLICT,
    FindingError: HTTPStatus.CONFLICT,
    DocumentError: HTTPStatus.BAD_REQUEST,
    QueryError: HTTPStatus.BAD_REQUEST,
    SizeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    TooManyEventsError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    OutboxFullError: HTTPStatus.SERVICE_UNAVAILABLE,
    BrokerDownError: HTTPStatus.SERVICE_UNAVAILABLE,
    NoTurnError: HTTPStatus.SERVICE_UNAVAILABLE,
    StorageDownError: HTTPStatus.SERVICE_UNAVAILABLE,
    TooManyWrongCodesError: HTTPStatus.TOO_MANY_REQUESTS,
    MissingNodeError: None,
    IntegrationError: None,
    PublishError: None,
    LedgerError: HTTPStatus.UNPROCESSABLE_ENTITY,
    # The REST bindings of EPCIS 2.0 answer a document that breaks a rule with 400.
    EpcisError: HTTPStatus.BAD_REQUEST,
    RateLimited: HTTPStatus.TOO_MANY_REQUESTS,
    Http404: HTTPStatus.NOT_FOUND,
    PermissionDenied: HTTPStatus.FORBIDDEN,
    BadRequest: HTTPStatus.BAD_REQUEST,
    SuspiciousOperation: HTTPStatus.BAD_REQUEST,
    RequestDataTooBig: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    # The database or the broker is away for a while; nothing was kept, and the same request may come again.
    OperationalError: HTTPStatus.SERVICE_UNAVAILABLE,
    InterfaceError: HTTPStatus.SERVICE_UNAVAILABLE,
    RedisError: HTTPStatus.SERVICE_UNAVAILABLE,
}

TITLES: Mapping[HTTPStatus, str | Promise] = {
    HTTPStatus.BAD_REQUEST: _("The request cannot be read"),
    HTTPStatus.UNAUTHORIZED: _("Log in first"),
    HTTPStatus.FORBIDDEN: _("You may not do this"),
    HTTPStatus.NOT_FOUND: _("There is no such page, or it is not yours"),
    HTTPStatus.METHOD_NOT_ALLOWED: _("This cannot be done here"),
    HTTPStatus.NOT_ACCEPTABLE: _("No such form of answer"),
    HTTPStatus.CONFLICT: _("It does not fit what is there already"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _("Too large"),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: _("No such form of content"),
    HTTPStatus.UNPROCESSABLE_ENTITY: _("Refused: a rule is broken"),
    HTTPStatus.TOO_MANY_REQUESTS: _("Too many requests"),
    HTTPStatus.INTERNAL_SERVER_ERROR: _("Something failed on our side"),
    HTTPStatus.SERVICE_UNAVAILABLE: _("Out of service for a moment"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One rule that one member of the input breaks."""

    pointer: str
    rule: str
    message: str


@dataclass(frozen=True, slots=True)
class Problem:
    """An error as HTTP tells it (RFC 9457)."""

    status: HTTPStatus
    detail: str = ""
    faults: tuple[Fault, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Name the kind of problem in the language that is active now."""
        return str(TITLES.get(self.status, self.status.phrase))

    def members(self, *, instance: str) -> dict[str, Any]:
        """Give the members of the JSON object; `instance` is the path that was asked for."""
        found: dict[str, Any] = {
            "type": f"urn:suyuan:problem:{self.status.name.lower().replace('_', '-')}",
            "title": self.title,
            "status": self.status.value,
            "detail": self.detail or self.title,
            "instance": instance,
        }
        if self.faults:
            found["errors"] = [
                {"pointer": fault.pointer, "rule": fault.rule, "message": fault.message} for fault in self.faults
            ]
        return found


def problem_of(error: BaseException) -> Problem | None:
    """Tell what an error means to who asked; None for one that is our own fault."""
    if isinstance(error, rest.APIException):
        return _rest_problem(error)
    status = next((STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES), None)
    if status is None and is_outage(error):
        status = HTTPStatus.SERVICE_UNAVAILABLE
    if status is None:
        return None
    faults = tuple(_faults(error))
    return Problem(status, detail=_detail(error, faults), faults=faults, headers=_retry_after(status))


def _retry_after(status: HTTPStatus) -> dict[str, str]:
    return {"Retry-After": str(RETRY_SECONDS[status])} if status in RETRY_SECONDS else {}


def _faults(error: BaseException) -> Iterator[Fault]:
    if isinstance(error, accounts.errors.AccountsError):
        yield Fault(error.pointer, error.rule, error.message)
    if isinstance(error, traceability.errors.InputError):
        for one in (error, *error.others):
            message = gettext(traceability.errors.MESSAGES[one.rule]).format(**one.params)
            yield Fault(one.pointer, one.rule, message)


def _detail(error: BaseException, faults: tuple[Fault, ...]) -> str:
    if faults:
        return f"{faults[0].pointer} {faults[0].message}".strip()
    # Our own errors speak to the reader; texts of the framework and of drivers name paths, hosts and log-ins.
    ours = isinstance(error, traceability.errors.TraceabilityError | LedgerError)
    return str(error) if ours else ""


def _rest_problem(error: rest.APIException) -> Problem:
    faults = tuple(_flatten(error.get_full_details(), "")) if isinstance(error, rest.ValidationError) else ()
    detail = faults[0].message if faults else str(error.detail)
    headers = {}
    if asks := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = asks
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(math.ceil(wait))
    return Problem(HTTPStatus(error.status_code), detail=detail, faults=faults, headers=headers)


def _flatten(details: Any, pointer: str) -> Iterator[Fault]:
    """Walk the tree of a serializer's complaints, whose leaves are {message, code}."""
    if isinstance(details, list):
        numbered = ((pointer if _is_leaf(one) else f"{pointer}/{index}", one) for index, one in enumerate(details))
        for place, one in numbered:
            yield from _flatten(one, place)
    elif _is_leaf(details):
        yield Fault(pointer, str(details["code"]), str(details["message"]))
    else:
        for name, one in details.items():
            whole = name == "non_field_errors"
            yield from _flatten(one, pointer if whole else traceability.errors.child(pointer, name))


def _is_leaf(details: Any) -> bool:
    return isinstance(details, dict) and details.keys() == {"message", "code"}


def problem_response(error: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """Answer an error in an API view; None lets it become a 500. Set as REST framework's EXCEPTION_HANDLER."""
    problem = problem_of(error)
    return None if problem is None else answer_json(context["request"], problem)


def answer_json(request: HttpRequest, problem: Problem) -> JsonResponse:
    """Answer with problem details."""
    return JsonResponse(
        problem.members(instance=request.path),
        status=problem.status,
        content_type=MEDIA_TYPE,
        headers=dict(problem.headers),
        json_dumps_params={"ensure_ascii": False},
    )


def answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Answer a program with problem details and a person with a page."""
    if _wants_json(request):
        return answer_json(request, problem)
    if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        # The frame of a page asks the database who reads; this one asks nothing.
        response = render(None, "500.html", {"problem": problem}, status=problem.status)
    else:
        response = render(request, _template(problem.status), {"problem": problem}, status=problem.status)
    for name, value in problem.headers.items():
        response.headers[name] = value
    return response


def _template(status: HTTPStatus) -> str:
    return f"{status.value}.html" if status.value in {400, 403, 404, 429} else "problem.html"


def _wants_json(request: HttpRequest) -> bool:
    preferred = request.get_preferred_type(["text/html", MEDIA_TYPE, "application/json", "application/ld+json"])
    return request.path.startswith("/api/") or preferred not in {"text/html", None}


class ProblemMiddleware:
    """Turns errors of services and queries, wherever a plain view lets them through, into answers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer an error that has a meaning in HTTP; others become a 500."""
        problem = problem_of(error)
        return None if problem is None else answer(request, problem)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Answer 400; what was wrong is for the log, because Django's texts name internals."""
    return answer(request, Problem(HTTPStatus.BAD_REQUEST))


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Answer 403."""
    return answer(request, Problem(HTTPStatus.FORBIDDEN))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Answer 404."""
    return answer(request, Problem(HTTPStatus.NOT_FOUND))


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Answer 429, for django-allauth's limits."""
    status = HTTPStatus.TOO_MANY_REQUESTS
    return answer(request, Problem(status, headers=_retry_after(status)))


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Answer a form whose token is missing or old (CSRF)."""
    text = gettext(
        "This form is too old, or it came from another site. Go back, load the page again and send it again."
    )
    return answer(request, Problem(HTTPStatus.FORBIDDEN, detail=text))


def failed(request: HttpRequest) -> HttpResponse:
    """Answer what no view could: 503 while the database or the broker is away, else 500."""
    error = sys.exc_info()[1]
    problem = problem_of(error) if error else None
    return answer(request, problem or Problem(HTTPStatus.INTERNAL_SERVER_ERROR))
