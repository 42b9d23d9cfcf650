"""Guards of pages: who is not logged in is asked to, who acts for nobody is asked for whom."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from allauth.account.decorators import reauthentication_required
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.enums import OrganisationKind
from accounts.queries.memberships import acting_membership, acts_as, may_manage, may_record
from accounts.requests import PartyRequest

View = Callable[..., HttpResponse]


def acts_for_party(view: View) -> View:
    """Let in who is logged in and acts for an organisation; the view may rely on `request.membership`."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if acting_membership(request) is None:
            return redirect("accounts:parties")
        return view(cast("PartyRequest", request), *args, **kwargs)

    return guarded


def acts_as_kind(*kinds: OrganisationKind) -> Callable[[View], View]:
    """Let in members of organisations of these kinds that have the powers of their kind; to others it is not there."""

    def guard(view: View) -> View:
        @acts_for_party
        @wraps(view)
        def guarded(request: PartyRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not acts_as(request.membership, *kinds):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return guard


def records_for_party(view: View) -> View:
    """Let in who may write records for the organisation; viewers, and who waits for confirmation, are refused."""

    @acts_for_party
    @wraps(view)
    def guarded(request: PartyRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_record(request.membership):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def manages_party(view: View) -> View:
    """Let in owners of the organisation."""

    @acts_for_party
    @wraps(view)
    def guarded(request: PartyRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_manage(request.membership):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def asks_again(view: View) -> View:
    """Ask whoever changes something weighty who they are, unless they said so within ten minutes (ASVS V7.5.1).

    A phone that was left lying about unlocked gives nobody keys, power or money. Stands below the guards: whoever may
    not do it is turned away and not asked. Looking is free, and what was typed is sent on after the answer.
    """
    return cast("View", reauthentication_required(view, allow_get=True))
