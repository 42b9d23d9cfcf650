"""Pages about certificates: issuing, voiding, finding and collecting them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from accounts.models import Membership
from accounts.requests import PartyRequest
from accounts.web.access import acts_for_party, records_for_party
from traceability.events.inspection import BASES
from traceability.models import Certificate, Lot
from traceability.queries import history
from traceability.queries.certificates import (
    certificate_of,
    certificates_numbered,
    certificates_seen_by,
    grew_it_all,
    may_collect,
    need_of_lot,
)
from traceability.services.certificates import collect, issue, void
from traceability.standards.certificates import Need, promise_of
from traceability.standards.divisions import place
from traceability.web.forms.certificates import CertificateForm, CollectForm, FindForm, VoidForm
from traceability.web.inspection.access import visible_lot
from traceability.web.lot_words import trace_url
from traceability.web.refusals import refusals_on
from traceability.web.words import word


@records_for_party
def create(request: PartyRequest, lot_id: UUID) -> HttpResponse:
    """Issue a certificate for a lot in the party's hands."""
    lot = visible_lot(request.membership, lot_id)
    if lot.custodian_id != request.membership.organisation_id:
        raise Http404
    initial = CertificateForm.initial_of(lot, origin=_origin(lot))
    form = CertificateForm(request.POST or None, initial=initial)
    if form.is_valid():
        with refusals_on(form):
            found = issue(
                lot=lot, entry=form.entry(), facts=form.facts(), membership=request.membership, at=timezone.now()
            )
            messages.success(request, _("The certificate is issued. Print it and hand it over with the goods."))
            return redirect("inspection:certificate", found.pk)
    promise = promise_of("producer" if grew_it_all(request.membership, lot) else "buyer")
    return render(request, "traceability/inspection/issue.html", {"form": form, "lot": lot, "promise": promise})


@acts_for_party
def certificate(request: PartyRequest, certificate_id: UUID) -> HttpResponse:
    """Show a certificate: to whom it concerns with the contact, to other members without."""
    found = get_object_or_404(Certificate.objects.select_related("issuer", "lot"), pk=certificate_id)
    return render(request, "traceability/inspection/certificate.html", shown(request.membership, found))


@acts_for_party
def paper(request: PartyRequest, certificate_id: UUID) -> HttpResponse:
    """Show a certificate as it is printed: a label of 100 x 70 mm, or a sheet of A4."""
    found = get_object_or_404(certificates_seen_by(request.membership), pk=certificate_id)
    size = "a4" if request.GET.get("size") == "a4" else "label"
    # The paper is Chinese, in whatever language its issuer reads.
    with override("zh-hans"):
        chinese = [(word(code), code in found.basis.split()) for code in BASES]
    context = shown(request.membership, found) | {"size": size, "chinese_bases": chinese}
    return render(request, "traceability/inspection/paper.html", context)


@records_for_party
def annul(request: PartyRequest, certificate_id: UUID) -> HttpResponse:
    """Void a certificate of one's own."""
    own = Certificate.objects.filter(issuer=request.membership.organisation, voided_on=None)
    found = get_object_or_404(own.select_related("issuer", "lot"), pk=certificate_id)
    form = VoidForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            void(
                certificate=found,
                entry=form.entry(),
                reason=form.grounds(),
                membership=request.membership,
                at=timezone.now(),
            )
            messages.success(request, _("The certificate is void. It stays on record with the reason."))
            return redirect("inspection:certificate", found.pk)
    return render(request, "traceability/inspection/void.html", {"form": form, "certificate": found})


@records_for_party
def take(request: PartyRequest, certificate_id: UUID) -> HttpResponse:
    """Collect a certificate that came with the goods."""
    others = Certificate.objects.exclude(issuer=request.membership.organisation).filter(voided_on=None)
    found = get_object_or_404(others.select_related("issuer", "lot"), pk=certificate_id)
    if not may_collect(request.membership, found):
        raise Http404
    form = CollectForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            collect(certificate=found, entry=form.entry(), membership=request.membership, at=timezone.now())
            messages.success(request, _("Collected. It is kept with the lot."))
            return redirect("inspection:certificate", found.pk)
    return render(request, "traceability/inspection/collect.html", {"form": form, "certificate": found})


@acts_for_party
def find(request: PartyRequest) -> HttpResponse:
    """Find a certificate by the number on the paper."""
    form = FindForm(request.GET or None)
    found = list(certificates_numbered(form.cleaned_data["number"])[:20]) if form.is_valid() else []
    if len(found) == 1:
        return redirect("inspection:certificate", found[0].pk)
    context = {"form": form, "found": found, "asked": form.is_bound and form.is_valid()}
    return render(request, "traceability/inspection/find_certificate.html", context)


def shown(membership: Membership, found: Certificate) -> dict[str, Any]:
    """Give what a page shows of a certificate; whom to call only where it concerns the member."""
    concerned = certificates_seen_by(membership).filter(pk=found.pk).exists()
    collected = found.collections.select_related("collector").order_by("collected_on", "pk")
    return {
        "certificate": found,
        "bases": [(word(code), code in found.basis.split()) for code in BASES],
        "private": _private(found) if concerned else {},
        "concerned": concerned,
        "collections": collected if concerned else [],
        "void_reason": word(found.void_reason) if found.void_reason else "",
        "is_own": found.issuer_id == membership.organisation_id,
        "may_collect": _is_to_collect(membership, found),
        "trace_url": trace_url(found.lot),
    }


def _is_to_collect(membership: Membership, found: Certificate) -> bool:
    if found.voided_on or found.issuer_id == membership.organisation_id:
        return False
    taken = found.collections.filter(collector=membership.organisation_id).exists()
    return not taken and may_collect(membership, found)


def standing_of(membership: Membership, lot: Lot) -> dict[str, Any]:
    """Give what a lot's page says of its certificate: the one that stands, or whether one is needed."""
    found, need = certificate_of(lot), need_of_lot(lot, on=timezone.localdate())
    in_hand = lot.custodian_id == membership.organisation_id and not lot.held
    has_own = found is not None and found.lot_id == lot.pk
    return {
        "certificate": found,
        "certificate_needed": need is Need.REQUIRED,
        "certificate_known": need is not Need.OUTSIDE,
        "may_issue": in_hand and not has_own and need is not Need.OUTSIDE,
    }


def _private(found: Certificate) -> dict[str, object]:
    events = history.of(found.lot.entity)
    return next((dict(one.private) for one in events if one.leaf.id == str(found.pk)), {})


def _origin(lot: Lot) -> str:
    code = lot.season.plot.division_code if lot.season else ""
    return place(code, get_language() or "zh-hans") if code else ""
