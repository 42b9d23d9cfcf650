from datetime import datetime, timedelta

from allauth.account.internal.flows.login import get_authentication_records
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts.requests import UserRequest
from accounts.services.sessions import end_other_sessions, rename_session
from accounts.web.forms import NameForm, NewPasswordForm, OldPasswordForm
from accounts.web.limits import check_rate

# So long after a log-in by code one may set a password without the old one.
FRESH = timedelta(minutes=10)


@login_required
def me(request: UserRequest) -> HttpResponse:
    """Show and change one's own name; from here to phone number and password."""
    form = NameForm(request.POST or None, initial={"name": request.user.name})
    if form.is_valid():
        request.user.name = form.cleaned_data["name"]
        request.user.save(update_fields=["name"])
        messages.success(request, _("Saved."))
        return redirect("accounts:me")
    return render(request, "accounts/me.html", {"form": form})


@login_required
@never_cache
@sensitive_post_parameters()
def password(request: UserRequest) -> HttpResponse:
    """Set a new password: after the old one, or after a log-in by code a moment ago."""
    check_rate(request, "old_password", str(request.user.pk))
    form_class = NewPasswordForm if _came_by_code(request, at=timezone.now()) else OldPasswordForm
    form = form_class(request.POST or None, user=request.user)
    if form.is_valid():
        request.user.set_password(form.cleaned_data["new"])
        request.user.save(update_fields=["password"])
        # Other sessions end with the old password; this one goes on under a new key.
        old = request.session.session_key
        update_session_auth_hash(request, request.user)
        rename_session(old=old, new=request.session.session_key)
        end_other_sessions(user=request.user, keep=request.session.session_key)
        messages.success(request, _("The new password holds from now on. Other devices are logged out."))
        return redirect("accounts:me")
    return render(request, "accounts/password.html", {"form": form})


def _came_by_code(request: UserRequest, *, at: datetime) -> bool:
    records = get_authentication_records(request, request.user)
    codes = [record["at"] for record in records if record["method"] == "code"]
    return bool(codes) and at.timestamp() - max(codes) < FRESH.total_seconds()
