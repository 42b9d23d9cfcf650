"""Intake: scan, find the delivery, weigh it, take it in or send it back."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.cards import card_of, find_by_card
from accounts.requests import PartyRequest
from accounts.web.access import acts_as_kind, records_for_party
from traceability.queries.plant import scan, waiting_deliveries
from traceability.services.intake import take_in
from traceability.services.shipments import accept, refuse
from traceability.web.plant.desk import MAKERS
from traceability.web.plant.forms.scale import AcceptForm, RefuseForm, TakeInForm
from traceability.web.refusals import refusals_on


@acts_as_kind(*MAKERS)
def desk(request: PartyRequest) -> HttpResponse:
    """Show the box for the scanner, what it found, and what is on the way."""
    text = request.GET.get("code", "").strip()
    found = scan(request.membership, text) if text else None
    card = card_of(found.supplier) if found and found.supplier else ""
    context = {"code": text, "found": found, "card": card, "waiting": waiting_deliveries(request.membership)}
    return render(request, "traceability/plant/intake.html", context)


@acts_as_kind(*MAKERS)
@records_for_party
def weigh(request: PartyRequest, shipment_id: UUID) -> HttpResponse:
    """Weigh a delivery and accept it."""
    shipment = get_object_or_404(waiting_deliveries(request.membership), pk=shipment_id)
    form = AcceptForm(request.POST or None, initial={"slip": shipment.slip})
    if form.is_valid():
        with refusals_on(form):
            accepted = accept(
                shipment=shipment,
                acceptance=form.acceptance(),
                entry=form.entry(),
                membership=request.membership,
                at=timezone.now(),
            )
            messages.success(request, _("Accepted. The lot is in your hands."))
            return redirect("plant:shipment", accepted.pk)
    return render(request, "traceability/plant/weigh.html", {"form": form, "shipment": shipment})


@acts_as_kind(*MAKERS)
@records_for_party
def send_back(request: PartyRequest, shipment_id: UUID) -> HttpResponse:
    """Refuse a delivery."""
    shipment = get_object_or_404(waiting_deliveries(request.membership), pk=shipment_id)
    form = RefuseForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            refuse(
                shipment=shipment,
                refusal=form.refusal(),
                entry=form.entry(),
                membership=request.membership,
                at=timezone.now(),
            )
            messages.success(request, _("Refused. The lot stays with its sender."))
            return redirect("plant:shipment", shipment.pk)
    return render(request, "traceability/plant/refuse.html", {"form": form, "shipment": shipment})


@acts_as_kind(*MAKERS)
@records_for_party
def unannounced(request: PartyRequest, card: str = "") -> HttpResponse:
    """Take in what nobody recorded before."""
    supplier = find_by_card(card)
    if card and (supplier is None or supplier.pk == request.membership.organisation_id):
        raise Http404
    form = TakeInForm(request.POST or None, supplier=supplier)
    if form.is_valid():
        with refusals_on(form):
            lot = take_in(
                delivery=form.delivery(), entry=form.entry(), membership=request.membership, at=timezone.now()
            )
            messages.success(request, _("Taken in as lot %(code)s.") % {"code": lot.code})
            return redirect("farm:lot", lot.pk)
    return render(request, "traceability/plant/take_in.html", {"form": form, "supplier": supplier})
