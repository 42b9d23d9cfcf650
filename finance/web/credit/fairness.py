"""Sex and age, said by choice so that cards can be tested for fairness."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.enums import OrganisationKind
from accounts.requests import PartyRequest
from accounts.web.access import acts_as_kind, manages_party
from finance.notice import fairness_notice
from finance.queries.traits import trait_of
from finance.services import traits
from finance.web.credit.forms import NowForm, TraitForm
from traceability.web.refusals import refusals_on


@never_cache
@acts_as_kind(OrganisationKind.HOUSEHOLD)
@manages_party
def home(request: PartyRequest) -> HttpResponse:
    """Show the notice and what was said, and take what is said now."""
    known = trait_of(request.membership.organisation)
    form = TraitForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            traits.give(said=form.said(), entry=form.entry(), membership=request.membership, at=timezone.now())
            messages.success(request, _("Thank you. It is kept for these tests alone."))
            return redirect("credit:fairness")
    context = {"form": form, "known": known, "now": NowForm(auto_id=False), "notice": fairness_notice().splitlines()}
    return render(request, "finance/credit/fairness.html", context)


@require_POST
@acts_as_kind(OrganisationKind.HOUSEHOLD)
@manages_party
def erase(request: PartyRequest) -> HttpResponse:
    """Delete what was said."""
    form = NowForm(request.POST)
    if form.is_valid():
        traits.erase(entry=form.entry(), membership=request.membership, at=timezone.now())
        messages.success(request, _("Deleted."))
    return redirect("credit:fairness")
