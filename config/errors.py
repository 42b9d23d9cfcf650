"""Where errors get their meaning in HTTP: problem details (RFC 9457) for programs, pages for people."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from rest_framework.response import Response
from rest_framework.views import exception_handler


class ProblemMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)


def problem_response(error: Exception, context: dict[str, object]) -> Response | None:
    return exception_handler(error, context)
