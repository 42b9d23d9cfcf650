"""How the log stands, what verification found, and closing what was found."""

from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import OrganisationKind
from accounts.queries.memberships import may_record
from accounts.requests import PartyRequest
from accounts.web.access import View, acts_as_kind
from traceability import log_key
from traceability.models import Finding, VerificationRun
from traceability.queries import log
from traceability.queries.verification import closed_findings, health, open_findings, recent_runs
from traceability.queries.witnesses import PolicyError, Vouched, standings
from traceability.services import findings

_RUNS = 40
_FINDINGS = 100
_BAR_WIDTH = 120


class ClosingForm(forms.Form):
    """Why a finding needs nobody any more."""

    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


def operates(view: View) -> View:
    """Let in the operator's people and superusers; to others the page is not there."""
    for_members = acts_as_kind(OrganisationKind.OPERATOR)(view)

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_active and request.user.is_superuser:
            return view(request, *args, **kwargs)
        return for_members(request, *args, **kwargs)

    return guarded


@never_cache
@require_safe
@operates
def overview(request: HttpRequest) -> HttpResponse:
    """Show the log, its verification, findings and keys."""
    return render(request, "traceability/operator/log.html", _shown())


@require_POST
@operates
def close_finding(request: PartyRequest, finding_id: int) -> HttpResponse:
    """Close a finding with a reason. Who may only look at the operator's records may only look here, too."""
    if not request.user.is_superuser and not may_record(request.membership):
        raise PermissionDenied
    finding = get_object_or_404(open_findings(), pk=finding_id)
    form = ClosingForm(request.POST)
    if not form.is_valid():
        return render(request, "traceability/operator/log.html", _shown(refused=finding, form=form), status=422)
    findings.close(finding=finding, reason=form.cleaned_data["reason"], user=request.user, at=timezone.now())
    messages.success(request, _("The finding is closed."))
    return redirect("operator:log")


def _shown(*, refused: Finding | None = None, form: ClosingForm | None = None) -> dict[str, object]:
    standing = log.standing()
    found = open_findings()
    return {
        "standing": standing,
        "health": health(standing, at=timezone.now()),
        "found": [
            (one, form if one == refused else ClosingForm(auto_id=f"id_{one.pk}_%s")) for one in found[:_FINDINGS]
        ],
        "found_count": found.count(),
        "closed": closed_findings(20),
        "runs": _with_bars(recent_runs(_RUNS)),
        "vkey": _vkey(),
        "witnesses": _witnesses(),
        "bar_width": _BAR_WIDTH,
    }


def _with_bars(runs: list[VerificationRun]) -> list[tuple[VerificationRun, int]]:
    """Put beside each run the width of its bar: how long it took, as part of the longest shown."""
    longest = max((run.seconds for run in runs), default=0) or 1
    return [(run, max(1, round(_BAR_WIDTH * run.seconds / longest))) for run in runs]


def _witnesses() -> list[Vouched]:
    try:
        return standings()
    except (PolicyError, log_key.LogKeyError):
        # Then the publisher's finding says so on this very page.
        return []


def _vkey() -> str:
    try:
        return log_key.vkey()
    except log_key.LogKeyError:
        return ""
