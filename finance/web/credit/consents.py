"""Giving a consent in two steps, looking at it, taking it back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.queries.memberships import may_manage, may_record
from accounts.requests import PartyRequest
from accounts.web.access import acts_as_kind, manages_party, records_for_party
from finance.enums import Category, ConsentState
from finance.models import Consent
from finance.queries.own import banks, consents_of
from finance.services import consents
from finance.web.credit.forms import ConsentForm, NowForm, RevokeForm
from finance.web.credit.receipt import receipt_pdf
from finance.web.credit.views import FARMS
from traceability.web.refusals import refusals_on

_ENDS_BY_FARM = (ConsentState.GRANTED, ConsentState.EXHAUSTED)


@acts_as_kind(*FARMS)
@records_for_party
def new(request: PartyRequest) -> HttpResponse:
    """Say what a bank may see. Nothing is allowed by this yet."""
    form = ConsentForm(request.POST or None, membership=request.membership)
    if form.is_valid():
        with refusals_on(form):
            made = consents.draft(
                terms=form.terms(),
                subject=request.membership.organisation,
                language=get_language() or "zh-hans",
                entry=form.entry(),
                membership=request.membership,
                at=timezone.now(),
            )
            return redirect("credit:give" if may_manage(request.membership) else "credit:code", made.pk)
    return render(request, "finance/credit/consent_new.html", {"form": form, "banks": banks().exists()})


@acts_as_kind(*FARMS)
@manages_party
def give(request: PartyRequest, consent_id: UUID) -> HttpResponse:
    """Read what was prepared, word for word, and say yes to it."""
    found = get_object_or_404(consents_of(request.membership), pk=consent_id)
    if found.state != ConsentState.DRAFT:
        return redirect("credit:consent", found.pk)
    form = NowForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            consents.grant(consent=found, entry=form.entry(), membership=request.membership, at=timezone.now())
            messages.success(request, _("Allowed. You find the receipt below; you can take it back at any time."))
            return redirect("credit:consent", found.pk)
    return render(request, "finance/credit/give.html", {"form": form, "consent": found})


@require_safe
@acts_as_kind(*FARMS)
def show(request: PartyRequest, consent_id: UUID) -> HttpResponse:
    """Show a consent, and who asked by it."""
    found = get_object_or_404(consents_of(request.membership), pk=consent_id)
    context = {
        "consent": found,
        "data": [Category(one).label for one in found.categories],
        "queries": found.queries.select_related("asker").order_by("-at")[:30],
        "lives": found.is_live(timezone.now()),
        "ends": found.state in _ENDS_BY_FARM and may_manage(request.membership),
        "referral": getattr(found, "referral", None),
        "manages": may_manage(request.membership),
        "records": may_record(request.membership),
    }
    return render(request, "finance/credit/consent.html", context)


@acts_as_kind(*FARMS)
@manages_party
def revoke(request: PartyRequest, consent_id: UUID) -> HttpResponse:
    """Take a consent back."""
    found = get_object_or_404(consents_of(request.membership), pk=consent_id)
    if found.state not in _ENDS_BY_FARM:
        return redirect("credit:consent", found.pk)
    form = RevokeForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            note = form.cleaned_data["note"].strip()
            consents.revoke(
                consent=found, note=note, entry=form.entry(), membership=request.membership, at=timezone.now()
            )
            messages.success(request, _("Taken back. From now on no question of the bank is answered."))
            return redirect("credit:consent", found.pk)
    return render(request, "finance/credit/revoke.html", {"form": form, "consent": found})


@require_safe
@acts_as_kind(*FARMS)
def receipt(request: PartyRequest, consent_id: UUID) -> HttpResponse:
    """Give the receipt of a consent as a sheet to keep."""
    given: Consent = get_object_or_404(consents_of(request.membership).exclude(granted_at=None), pk=consent_id)
    answer = HttpResponse(receipt_pdf(given, origin=f"{request.scheme}://{request.get_host()}"))
    answer.headers["Content-Type"] = "application/pdf"
    answer.headers["Content-Disposition"] = 'inline; filename="receipt.pdf"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
