"""Writing a consent down for a farm: its owner says yes with the code that comes to the owner's own phone."""

import secrets
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.queries.stand_ins import farms_helped_by
from accounts.requests import PartyRequest
from accounts.web.access import records_for_party
from finance.enums import Method
from finance.models import Consent
from finance.queries.own import banks, prepared_by
from finance.services import consents
from finance.web.credit.forms import CodeForm, ConsentForm
from traceability.errors import RefusedError
from traceability.web.refusals import refusals_on, sentence

_CODES = 10**6


@require_safe
@records_for_party
def home(request: PartyRequest) -> HttpResponse:
    """List the farms for which one may write down a consent, and what waits for their owners."""
    context = {"farms": farms_helped_by(request.membership), "waiting": prepared_by(request.membership)}
    return render(request, "finance/credit/helped.html", context)


@records_for_party
def new(request: PartyRequest, farm_id: UUID) -> HttpResponse:
    """Say for a farm what a bank may see. Nothing is allowed by this yet."""
    farm = get_object_or_404(farms_helped_by(request.membership), public_id=farm_id)
    form = ConsentForm(request.POST or None, membership=None)
    if form.is_valid():
        with refusals_on(form):
            made = consents.draft(
                terms=form.terms(),
                subject=farm,
                language=get_language() or "zh-hans",
                entry=form.entry(),
                membership=request.membership,
                at=timezone.now(),
            )
            return redirect("credit:code", made.pk)
    context = {"form": form, "banks": banks().exists(), "farm": farm}
    return render(request, "finance/credit/consent_new.html", context)


@records_for_party
def code(request: PartyRequest, consent_id: UUID) -> HttpResponse:
    """Let the owner read what was prepared, and write down the code by which the owner says yes."""
    found = get_object_or_404(prepared_by(request.membership), pk=consent_id)
    form = CodeForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            said = form.cleaned_data
            consents.grant(
                consent=found,
                entry=form.entry(),
                membership=request.membership,
                at=timezone.now(),
                method=Method(said["method"]),
                code=said["code"].strip(),
                witness=said["witness"].strip(),
            )
            return _given(request, found)
    context = {"form": form, "consent": found, "sent": _is_sent(found)}
    return render(request, "finance/credit/code.html", context)


@require_POST
@records_for_party
def send(request: PartyRequest, consent_id: UUID) -> HttpResponse:
    """Send the code to the owner's phone."""
    found = get_object_or_404(prepared_by(request.membership), pk=consent_id)
    digits = f"{secrets.randbelow(_CODES):06}"
    try:
        consents.send_code(consent=found, code=digits, membership=request.membership, at=timezone.now())
        messages.success(request, _("The code is on its way to the owner's phone. It counts for ten minutes."))
    except RefusedError as error:
        messages.error(request, sentence(error))
    except OSError:
        messages.error(request, _("The message could not be sent. Try again in a minute."))
    return redirect("credit:code", found.pk)


def _is_sent(consent: Consent) -> bool:
    return consent.code_until is not None and timezone.now() <= consent.code_until


def _given(request: PartyRequest, consent: Consent) -> HttpResponse:
    text = _("Allowed for %(farm)s. The owner gets the receipt by text message, and can take it back at any time.")
    messages.success(request, text % {"farm": consent.subject.name})
    if consent.subject_id == request.membership.organisation_id:
        return redirect("credit:consent", consent.pk)
    return redirect("credit:helped")
