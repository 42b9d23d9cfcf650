"""What is known of each request: an id that goes from line to line, how long it took, what it appended."""

import logging
import re
import time
from collections.abc import Callable
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from structlog.contextvars import bound_contextvars

from config import metrics
from traceability import trail

logger = logging.getLogger("suyuan.requests")

_GIVEN = re.compile(r"[A-Za-z0-9-]{8,64}")
HEADER = "X-Request-ID"
# A document of many events names its first ones; the count says how many there were.
_MOST_NAMED = 20
# Asked every few seconds by supervisors: lines that nobody reads.
_QUIET = frozenset({"healthz", "readyz", "metrics"})


class RequestMiddleware:
    """Gives each request an id, measures it, and writes one line: route and pseudonyms, no address, no query string."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, and tell of it."""
        request_id = _id_of(request)
        began = time.perf_counter()
        with bound_contextvars(request_id=request_id), trail.followed() as appended:
            response = self._get_response(request)
            seconds = time.perf_counter() - began
            _tell(request, response, seconds, appended)
        response[HEADER] = request_id
        return response


def _id_of(request: HttpRequest) -> str:
    # From our own proxy only: a stranger could give many requests one id, and hide among them.
    given = request.headers.get(HEADER, "") if settings.ALLAUTH_TRUSTED_PROXY_COUNT else ""
    return given if _GIVEN.fullmatch(given) else uuid4().hex


def _tell(request: HttpRequest, response: HttpResponse, seconds: float, appended: list[str]) -> None:
    match = request.resolver_match
    route = match.route if match else "-"
    metrics.REQUESTS.labels(request.method or "-", route, str(response.status_code)).observe(seconds)
    if match and match.view_name in _QUIET:
        return
    # The person as the log knows them, where the request has asked who it is; to tell needs no query.
    user = getattr(request, "_cached_user", None)
    said: dict[str, object] = {
        "method": request.method,
        "route": route,
        "status": response.status_code,
        "ms": round(1000 * seconds, 1),
        "actor": str(getattr(user, "public_id", "")) or None,
    }
    if appended:
        said |= {"records": appended[:_MOST_NAMED], "appended": len(appended)}
    logger.info("request", extra={name: value for name, value in said.items() if value is not None})
