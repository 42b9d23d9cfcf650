"""The store: stock by place, moving and counting."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.requests import PartyRequest
from accounts.web.access import acts_as_kind, records_for_party
from traceability.models import Shipment
from traceability.queries.incoming import growing_for, usual_total
from traceability.queries.lots import stock_of
from traceability.queries.plant import places_of, stock_by_place, stock_total, waiting_deliveries
from traceability.services.stores import count, put_away
from traceability.web.plant.desk import MAKERS
from traceability.web.plant.forms.store import CountForm, PutAwayForm
from traceability.web.refusals import refusals_on
from traceability.web.words import stage_name


@acts_as_kind(*MAKERS)
def stock(request: PartyRequest) -> HttpResponse:
    """Show what lies where."""
    lots, kg = stock_total(request.membership)
    context = {"places": stock_by_place(request.membership), "lots": lots, "kg": kg}
    return render(request, "traceability/plant/stock.html", context)


@acts_as_kind(*MAKERS)
@records_for_party
def move(request: PartyRequest, lot_id: UUID) -> HttpResponse:
    """Put a lot away."""
    lot = get_object_or_404(stock_of(request.membership), pk=lot_id)
    form = PutAwayForm(request.POST or None, places=places_of(request.membership), initial={"place": lot.place})
    if form.is_valid():
        with refusals_on(form):
            place = form.cleaned_data["place"]
            put_away(lot=lot, place=place, entry=form.entry(), membership=request.membership, at=timezone.now())
            messages.success(request, _("%(lot)s lies at %(place)s.") % {"lot": lot, "place": place})
            return redirect("plant:stock")
    return render(request, "traceability/plant/move.html", {"form": form, "lot": lot})


@acts_as_kind(*MAKERS)
@records_for_party
def take_stock(request: PartyRequest, lot_id: UUID) -> HttpResponse:
    """Count a lot."""
    lot = get_object_or_404(stock_of(request.membership), pk=lot_id)
    form = CountForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            count(lot=lot, counted=form.count(), entry=form.entry(), membership=request.membership, at=timezone.now())
            messages.success(request, _("Counted."))
            return redirect("plant:stock")
    return render(request, "traceability/plant/count.html", {"form": form, "lot": lot})


@acts_as_kind(*MAKERS)
def incoming(request: PartyRequest) -> HttpResponse:
    """Show what is on the way, and what still grows at known suppliers."""
    today: date = timezone.localdate()
    growing = growing_for(request.membership, year=today.year)
    waiting = list(waiting_deliveries(request.membership))
    context = {
        "waiting": waiting,
        "growing": [(one, stage_name(one.season.crop, one.season.stage)) for one in growing],
        "year": today.year,
        "kg": _sum(waiting),
        "usual_kg": usual_total(growing),
    }
    return render(request, "traceability/plant/incoming.html", context)


def _sum(waiting: list[Shipment]) -> Decimal:
    return sum((one.kg for one in waiting if one.kg), Decimal(0))
