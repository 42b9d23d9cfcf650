"""Shipments: what goes out, what comes in, how it was answered."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.queries.memberships import may_record
from accounts.requests import PartyRequest
from accounts.web.access import acts_as_kind, records_for_party
from traceability.enums import ShipmentState
from traceability.queries.lots import stock_of, to_ship_of
from traceability.queries.plant import shipments_from, shipments_of, shipments_to
from traceability.services.shipments import ship, void
from traceability.web.forms.entries import EntryForm
from traceability.web.plant.desk import MAKERS
from traceability.web.plant.forms.scale import ShipForm
from traceability.web.refusals import refusals_on

PAGE = 20


class TakeBackForm(EntryForm):
    """Nothing but the entry itself."""

    day = None  # type: ignore[assignment]


@acts_as_kind(*MAKERS)
def shipments(request: PartyRequest) -> HttpResponse:
    """List what the party sent, or was sent."""
    incoming = request.GET.get("way") == "in"
    found = shipments_to(request.membership) if incoming else shipments_from(request.membership)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "incoming": incoming, "stock": stock_of(request.membership)[:PAGE]}
    return render(request, "traceability/plant/shipments.html", context)


@acts_as_kind(*MAKERS)
def shipment(request: PartyRequest, shipment_id: UUID) -> HttpResponse:
    """Show one shipment to its sender and its receiver."""
    found = get_object_or_404(shipments_of(request.membership), pk=shipment_id)
    waits, party = found.state == ShipmentState.SHIPPED, request.membership.organisation_id
    writes = may_record(request.membership) and waits
    difference = found.received_kg - found.kg if found.received_kg is not None and found.kg is not None else None
    context = {
        "shipment": found,
        "difference": difference,
        "mine": found.lot.custodian_id == party,
        "answers": writes and found.receiver_id == party,
        "takes_back": TakeBackForm() if writes and found.sender_id == party else None,
    }
    return render(request, "traceability/plant/shipment.html", context)


@acts_as_kind(*MAKERS)
@records_for_party
def take_back(request: PartyRequest, shipment_id: UUID) -> HttpResponse:
    """Take a shipment back that nobody has answered."""
    found = get_object_or_404(shipments_from(request.membership), pk=shipment_id)
    form = TakeBackForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            void(shipment=found, entry=form.entry(), membership=request.membership, at=timezone.now())
            messages.success(request, _("Taken back. The lot is in your stock again."))
            return redirect("plant:shipment", found.pk)
    return render(request, "traceability/plant/take_back.html", {"form": form, "shipment": found})


@acts_as_kind(*MAKERS)
@records_for_party
def send(request: PartyRequest, lot_id: UUID) -> HttpResponse:
    """Ship a lot or a part of it."""
    lot = get_object_or_404(to_ship_of(request.membership), pk=lot_id)
    form = ShipForm(request.POST or None, membership=request.membership, lot=lot)
    if form.is_valid():
        with refusals_on(form):
            sent = ship(
                lot=lot,
                consignment=form.consignment(),
                entry=form.entry(),
                membership=request.membership,
                at=timezone.now(),
            )
            messages.success(request, _("On the way. It is yours until the receiver accepts it."))
            return redirect("plant:shipment", sent.pk)
    return render(request, "traceability/plant/ship.html", {"form": form, "lot": lot})
