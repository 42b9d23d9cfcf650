"""Public pages given again as the bytes that they were, before language, session or address are looked at.

What is kept is the answer of the whole stack, header for header, under everything of a request that the stack reads:
whoever says the same is told the same. Nobody who says who they are is answered from here. Whether a page would still
be the same is asked each time, by one statement (traceability.web.trace.kept).
"""

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from http import HTTPStatus

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch
from django.utils.cache import get_conditional_response

from traceability import replica
from traceability.web.trace.kept import Ground, PageResponse, holds

# Some ten kilobytes each, in each process.
_MOST_KEPT = 500
# Everything that an answer to a stranger's GET hangs on; a header that is read anew belongs in here.
_READ = (
    *("wsgi.url_scheme", "HTTP_HOST", "SERVER_NAME", "SERVER_PORT"),
    *("SCRIPT_NAME", "PATH_INFO", "RAW_URI", "REQUEST_URI", "QUERY_STRING"),
    *("HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE", "HTTP_ACCEPT_ENCODING"),
)
_OF_THE_BODY = frozenset({"Content-Length", "Content-Type", "Content-Encoding"})
_Key = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class _Answer:
    content: bytes
    headers: Mapping[str, str]
    match: ResolverMatch | None
    ground: Ground
    until: float


class KeptPagesMiddleware:
    """Gives pages again; see the module."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response
        self._answers: dict[_Key, _Answer] = {}
        self._lock = threading.Lock()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with a page that is kept, or pass the request on and keep what may be."""
        if not _is_a_strangers(request):
            return self._get_response(request)
        key = _key_of(request)
        answer = self._answers.get(key)
        if answer and _may_be_given(answer):
            request.resolver_match = answer.match
            return _given(answer, request)
        response = self._get_response(request)
        if isinstance(response, PageResponse) and response.status_code == HTTPStatus.OK:
            self._keep(key, _answer_of(response, request.resolver_match))
        return response

    def _keep(self, key: _Key, answer: _Answer) -> None:
        with self._lock:
            # The newest stands last, and the oldest goes.
            self._answers.pop(key, None)
            self._answers[key] = answer
            if len(self._answers) > _MOST_KEPT:
                del self._answers[next(iter(self._answers))]


def _is_a_strangers(request: HttpRequest) -> bool:
    return (
        request.method == "GET"
        and bool(settings.PAGE_SECONDS)
        and "HTTP_AUTHORIZATION" not in request.META
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
    )


def _key_of(request: HttpRequest) -> _Key:
    said = (request.META.get(name) for name in _READ)
    # Whether it came by TLS may stand in a header of our own proxy.
    return (request.scheme, request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME), *said)


def _may_be_given(answer: _Answer) -> bool:
    if time.time() >= answer.until:
        return False
    try:
        with replica.reading() if replica.keeps_up() else nullcontext():
            return holds(answer.ground)
    except Error:
        # The whole stack finds another connection, or says that there is none.
        return False


def _answer_of(response: PageResponse, match: ResolverMatch | None) -> _Answer:
    return _Answer(response.content, dict(response.items()), match, response.page.ground, response.page.until)


def _given(answer: _Answer, request: HttpRequest) -> HttpResponseBase:
    whole = HttpResponse(answer.content, headers=answer.headers)
    given = get_conditional_response(request, etag=answer.headers["ETag"], response=whole) or whole
    if given is not whole:
        for name in answer.headers.keys() - _OF_THE_BODY:
            given.headers.setdefault(name, answer.headers[name])
    return given
