"""Loans as the bank tells of them, by hand."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.requests import PartyRequest
from accounts.web.access import acts_as_kind, records_for_party
from finance.models import Loan
from finance.queries.banks import loans_of_bank
from finance.services import loans
from finance.web.bank.asking import BANK, asker_of
from finance.web.bank.forms import LoanForm, PostingForm
from traceability.errors import NotYoursError
from traceability.web.refusals import refusals_on

_NEWEST = 100


@acts_as_kind(BANK)
@records_for_party
@never_cache
def home(request: PartyRequest) -> HttpResponse:
    """List the bank's loans, and tell of a new one by the farmer's consent."""
    form = LoanForm(request.POST or None)
    if form.is_valid():
        posting = form.posting(consent_ref=form.cleaned_data["consent"], loan_ref=form.cleaned_data["loan_ref"])
        with refusals_on(form):
            try:
                made = loans.post(posting=posting, asker=asker_of(request), at=timezone.now())
                messages.success(request, _("Written down. The farmer sees it."))
                return redirect("bank:loan", made.loan_id)
            except NotYoursError:
                form.add_error("consent", _("There is no consent of this reference for your bank."))
    found = loans_of_bank(request.membership.organisation)[:_NEWEST]
    return render(request, "finance/bank/loans.html", {"form": form, "loans": found})


@acts_as_kind(BANK)
@records_for_party
@never_cache
def show(request: PartyRequest, loan_id: UUID) -> HttpResponse:
    """Show a loan with what was told of it, and tell what happened since."""
    loan: Loan = get_object_or_404(loans_of_bank(request.membership.organisation), pk=loan_id)
    form = PostingForm(request.POST or None, kinds=loans.may_follow(loan))
    if form.is_valid():
        posting = form.posting(consent_ref=loan.consent_id, loan_ref=loan.loan_ref)
        with refusals_on(form):
            loans.post(posting=posting, asker=asker_of(request), at=timezone.now())
            messages.success(request, _("Written down. The farmer sees it."))
            return redirect("bank:loan", loan.pk)
    postings = loan.postings.order_by("-on", "-told_at")
    return render(request, "finance/bank/loan.html", {"loan": loan, "form": form, "postings": postings})
