"""Certificates that a farm holds: made for a bank it allows, shown as a code, taken back."""

import secrets
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.queries.memberships import may_manage
from accounts.requests import PartyRequest
from accounts.web.access import acts_as_kind, manages_party
from finance.credential_key import origin
from finance.credentials import LIST_BITS
from finance.models import Credential
from finance.queries.credentials import certificates_of, held
from finance.queries.own import certifiable, consents_of
from finance.services import own_certificate
from finance.services.credentials import Place
from finance.web.credit.forms import NowForm
from finance.web.credit.views import FARMS
from traceability.errors import InputError
from traceability.web.codes import qr_picture
from traceability.web.refusals import sentence

_NEWEST = 30


@require_safe
@acts_as_kind(*FARMS)
@never_cache
def home(request: PartyRequest) -> HttpResponse:
    """List the farm's certificates, and the banks for which one can be made."""
    at, membership = timezone.now(), request.membership
    context = {
        "held": [held(one, at=at) for one in certificates_of(membership.organisation)[:_NEWEST]],
        "consents": certifiable(membership, at=at),
        "manages": may_manage(membership),
        "form": NowForm(auto_id=False),
    }
    return render(request, "finance/credit/certificates.html", context)


@require_POST
@acts_as_kind(*FARMS)
@manages_party
def make(request: PartyRequest, consent_id: UUID) -> HttpResponse:
    """Make the certificate of the present score for a bank."""
    consent = get_object_or_404(consents_of(request.membership), pk=consent_id)
    form, at = NowForm(request.POST), timezone.now()
    if not form.is_valid():
        return redirect("credit:certificates")
    place = Place(origin=_origin(request), position=secrets.randbelow(LIST_BITS))
    try:
        made = own_certificate.renew(
            consent=consent, place=place, entry=form.entry(), membership=request.membership, at=at
        )
    except InputError as error:
        messages.error(request, sentence(error))
        return redirect("credit:certificates")
    return redirect("credit:certificate", made.pk)


@require_safe
@acts_as_kind(*FARMS)
@never_cache
def show(request: PartyRequest, credential_id: UUID) -> HttpResponse:
    """Show a certificate's code, large enough to be scanned from a phone, and what the bank sees by it."""
    found = held(_own(request, credential_id), at=timezone.now())
    consent = found.credential.consent
    context = {
        "held": found,
        "address": _address(request, credential_id),
        "renews": certifiable(request.membership, at=timezone.now()).filter(pk=consent.pk).exists(),
        "manages": may_manage(request.membership),
        "form": NowForm(auto_id=False),
    }
    return render(request, "finance/credit/certificate.html", context)


@require_safe
@acts_as_kind(*FARMS)
def code(request: PartyRequest, credential_id: UUID) -> HttpResponse:
    """Draw the code that leads to the public page."""
    answer = qr_picture(_address(request, _own(request, credential_id).pk))
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@require_POST
@acts_as_kind(*FARMS)
@manages_party
def take_back(request: PartyRequest, credential_id: UUID) -> HttpResponse:
    """Let a certificate count no more."""
    found, form = _own(request, credential_id), NowForm(request.POST)
    if form.is_valid():
        own_certificate.take_back(
            credential=found, entry=form.entry(), membership=request.membership, at=timezone.now()
        )
        messages.success(request, _("Taken back. Whoever checks it from now on finds that it no longer counts."))
    return redirect("credit:certificate", found.pk)


def _own(request: PartyRequest, credential_id: UUID) -> Credential:
    return get_object_or_404(certificates_of(request.membership.organisation), pk=credential_id)


def _origin(request: PartyRequest) -> str:
    return origin(f"{request.scheme}://{request.get_host()}")


def _address(request: PartyRequest, credential_id: UUID) -> str:
    return _origin(request) + reverse("certificate:show", args=[credential_id])
