"""Loans as banks tell of them, asking for one, and money that is owed to the farm."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import PartyRequest
from accounts.web.access import acts_as_kind, manages_party
from finance.queries.own import living as living_consents
from finance.queries.own import loans_of
from finance.queries.receivables import receivables_file, receivables_of
from finance.services import referrals
from finance.web.credit.forms import WishForm
from finance.web.credit.views import FARMS
from traceability.web.refusals import refusals_on


@require_safe
@acts_as_kind(*FARMS)
def home(request: PartyRequest) -> HttpResponse:
    """List all loans of the farm, those that run first."""
    found = loans_of(request.membership)
    running = [one for one in found if one.closed_on is None]
    context = {"running": running, "ended": [one for one in found if one.closed_on is not None]}
    return render(request, "finance/credit/loans.html", context)


@require_safe
@acts_as_kind(*FARMS)
def show(request: PartyRequest, loan_id: UUID) -> HttpResponse:
    """Show a loan, and what its bank said of it."""
    found = get_object_or_404(loans_of(request.membership), pk=loan_id)
    context = {"loan": found, "postings": found.postings.order_by("-on", "-told_at")}
    return render(request, "finance/credit/loan.html", context)


@acts_as_kind(*FARMS)
@manages_party
def refer(request: PartyRequest, consent_id: UUID) -> HttpResponse:
    """Ask the bank of a consent for a loan."""
    found = get_object_or_404(living_consents(request.membership), pk=consent_id)
    form = WishForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            referrals.refer(
                consent=found,
                wish=form.wish(),
                entry=form.entry(),
                membership=request.membership,
                at=timezone.now(),
            )
            messages.success(request, _("Sent to the bank. It decides, and will call you."))
            return redirect("credit:consent", found.pk)
    return render(request, "finance/credit/refer.html", {"form": form, "consent": found})


@require_safe
@acts_as_kind(*FARMS)
def receivables(request: PartyRequest) -> HttpResponse:
    """List what buyers owe the farm."""
    found = receivables_of(request.membership.organisation)
    context = {"statements": found, "total": sum(one.net_fen for one in found), "today": timezone.localdate()}
    return render(request, "finance/credit/receivables.html", context)


@require_safe
@acts_as_kind(*FARMS)
def receivables_json(request: PartyRequest) -> HttpResponse:
    """Give it as a file for a financier, with the place of each statement in the log."""
    made = receivables_file(request.membership.organisation, today=timezone.localdate())
    answer = JsonResponse(made, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer.headers["Content-Disposition"] = 'attachment; filename="receivables.json"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
