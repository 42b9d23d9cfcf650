"""For which organisation a request acts."""

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts.models import Membership
from accounts.queries.memberships import SESSION_KEY, chosen_membership

if TYPE_CHECKING:
    from accounts.requests import MaybePartyRequest


class ActingPartyMiddleware:
    """Set `request.membership`: by which membership the user acts, None for strangers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Find the membership and pass the request on."""
        cast("MaybePartyRequest", request).membership = _membership(request)
        return self.get_response(request)


def _membership(request: HttpRequest) -> Membership | None:
    # Without a session's cookie there is nobody to ask for: a public page then stays one that caches may keep.
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    return chosen_membership(user=request.user, organisation_id=request.session.get(SESSION_KEY))
