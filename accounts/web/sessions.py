"""Where one is logged in, and how one ends it there (ASVS V7.5.2)."""

from allauth.account.decorators import reauthentication_required
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.queries.sessions import sessions_of
from accounts.requests import UserRequest
from accounts.services import sessions as service
from accounts.web.devices import device_name


@login_required
@require_safe
def sessions(request: UserRequest) -> HttpResponse:
    """List the log-ins of whoever asks."""
    rows = [_row(request, one) for one in sessions_of(request.user)]
    return render(request, "accounts/sessions.html", {"rows": rows})


@login_required
@require_POST
@reauthentication_required  # type: ignore[untyped-decorator]
def end_session(request: UserRequest, session_number: int) -> HttpResponse:
    """End one of them."""
    service.end_session(user=request.user, number=session_number)
    messages.success(request, _("That device is logged out."))
    return redirect("accounts:sessions")


@login_required
@require_POST
@reauthentication_required  # type: ignore[untyped-decorator]
def end_other_sessions(request: UserRequest) -> HttpResponse:
    """End all but this one."""
    ended = service.end_other_sessions(user=request.user, keep=request.session.session_key)
    text = ngettext("%(count)s other device is logged out.", "%(count)s other devices are logged out.", ended)
    messages.success(request, text % {"count": ended})
    return redirect("accounts:sessions")


def _row(request: UserRequest, one: UserSession) -> dict[str, object]:
    return {
        "number": one.pk,
        "device": device_name(one.user_agent),
        "address": one.ip,
        "since": timezone.localtime(one.created_at),
        "is_this": one.session_key == request.session.session_key,
    }
