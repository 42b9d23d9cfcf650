"""Programs that come without TLS are refused, not led on: else nobody would notice what they sent in the clear."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from config.errors import Problem, answer_json

# What production's SECURE_REDIRECT_EXEMPT leaves to this middleware (ASVS V4.1.2).
FOR_PROGRAMS = ("/api/", "/oauth/")


class PlainHttpMiddleware:
    """Answers 403 where pages would be led to https."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Refuse the request, or pass it on."""
        if settings.SECURE_SSL_REDIRECT and not request.is_secure() and request.path_info.startswith(FOR_PROGRAMS):
            text = gettext("Come by https. Whatever you sent, a key as well, has gone over the net in the clear.")
            return answer_json(request, Problem(HTTPStatus.FORBIDDEN, detail=text))
        return self._get_response(request)
