"""For which organisation a request acts, and whether whoever asks has proven enough for it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.models import Membership, User
from accounts.queries.factors import owes_factor
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


# Where one sets up a factor, acts for another party, or leaves.
_OPEN = ("mfa_", "account_", "accounts:parties", "accounts:act_for")


class SecondFactorMiddleware:
    """Leads who acts for a party on which many rely to set up a second factor, before anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: object, _args: tuple[Any, ...], _kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Lead a person on and refuse a program; None lets them in. Machines with keys of their own are not asked."""
        if not _owes(request) or str(getattr(request.resolver_match, "view_name", "")).startswith(_OPEN):
            return None
        if request.path_info.startswith("/api/"):
            raise PermissionDenied
        return redirect("mfa_index")


def _owes(request: HttpRequest) -> bool:
    if not settings.SECOND_FACTOR_KINDS or settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    user = request.user
    return isinstance(user, User) and owes_factor(user=user, membership=cast("MaybePartyRequest", request).membership)
