"""Public pages come from the replica where there is one."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from traceability import replica

# What anybody may read without a log-in. A bag's page is not among them: to read it is to be counted.
_PUBLIC = frozenset({"trace:lot", "trace:item", "trace:bundle", "trace:proof", "trace:photo", "checkpoint"})
_OF_A_BAG = "/21/"


class ReplicaMiddleware:
    """Answers public reads of strangers from the replica, and everything else from the primary."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Call the view on the replica; None, by which Django calls it itself, where the primary must answer."""
        if not _is_public(request) or not replica.keeps_up():
            return None
        try:
            with replica.reading():
                response = view(request, *args, **kwargs)
        except Exception:  # noqa: BLE001 - whatever it was, the primary says it, and says it through all middleware
            return None
        # What is not found may only not have arrived yet.
        return response if response.status_code < HTTPStatus.BAD_REQUEST else None


def _is_public(request: HttpRequest) -> bool:
    match = request.resolver_match
    return (
        request.method in {"GET", "HEAD"}
        and match is not None
        and match.view_name in _PUBLIC
        and _OF_A_BAG not in request.path_info
        # Whoever is logged in may have written a moment ago, and must see it.
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
    )
