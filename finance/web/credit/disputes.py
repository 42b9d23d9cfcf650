"""What a farm holds to be wrong, and the operator's answer."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import OrganisationKind
from accounts.queries.memberships import may_record
from accounts.requests import PartyRequest
from accounts.web.access import acts_as_kind, records_for_party
from finance.enums import DisputeState
from finance.queries.disputed import named
from finance.queries.own import disputes_of, open_disputes
from finance.services import disputes
from finance.web.credit.forms import AnswerForm, DisputeForm, NowForm
from finance.web.credit.views import FARMS
from traceability.web.refusals import refusals_on

_ABOUT = ("feature", "record", "score")


@acts_as_kind(*FARMS)
@records_for_party
def new(request: PartyRequest) -> HttpResponse:
    """Say what is wrong with a figure or a record of the own score."""
    form = DisputeForm(request.POST or None, initial={name: request.GET.get(name, "") for name in _ABOUT})
    if form.is_valid():
        with refusals_on(form):
            made = disputes.open_dispute(
                doubt=form.doubt(), entry=form.entry(), membership=request.membership, at=timezone.now()
            )
            messages.success(request, _("Noted. You get an answer within 20 days."))
            return redirect("credit:dispute", made.pk)
    context = {"form": form, "about": named(str(form["feature"].value() or ""))}
    return render(request, "finance/credit/dispute_new.html", context)


@require_safe
@acts_as_kind(*FARMS)
def show(request: PartyRequest, dispute_id: UUID) -> HttpResponse:
    """Show a dispute and its answer."""
    found = get_object_or_404(disputes_of(request.membership), pk=dispute_id)
    is_open = found.state == DisputeState.OPEN and may_record(request.membership)
    context = {"dispute": found, "about": named(found.feature), "is_open": is_open, "form": NowForm(auto_id=False)}
    return render(request, "finance/credit/dispute.html", context)


@require_POST
@acts_as_kind(*FARMS)
@records_for_party
def withdraw(request: PartyRequest, dispute_id: UUID) -> HttpResponse:
    """Take a dispute back."""
    found = get_object_or_404(disputes_of(request.membership), pk=dispute_id)
    form = NowForm(request.POST)
    if form.is_valid():
        disputes.withdraw(dispute=found, entry=form.entry(), membership=request.membership, at=timezone.now())
    return redirect("credit:dispute", found.pk)


@require_safe
@acts_as_kind(OrganisationKind.OPERATOR)
def waiting(request: PartyRequest) -> HttpResponse:
    """List what the operator has to answer."""
    return render(request, "finance/credit/waiting.html", {"disputes": open_disputes(), "today": timezone.localdate()})


@acts_as_kind(OrganisationKind.OPERATOR)
@records_for_party
def answer(request: PartyRequest, dispute_id: UUID) -> HttpResponse:
    """Answer a dispute."""
    found = get_object_or_404(open_disputes(), pk=dispute_id)
    form = AnswerForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            disputes.answer_dispute(
                dispute=found,
                state=DisputeState(form.cleaned_data["state"]),
                answer=form.cleaned_data["answer"].replace("\r\n", "\n").strip(),
                entry=form.entry(),
                membership=request.membership,
                at=timezone.now(),
            )
            messages.success(request, _("Answered."))
            return redirect("credit:disputes_waiting")
    context = {"form": form, "dispute": found, "about": named(found.feature)}
    return render(request, "finance/credit/answer.html", context)
