"""Pages about labels and codes."""

from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from accounts.models import Membership
from accounts.queries.memberships import may_record
from accounts.requests import PartyRequest
from accounts.web.access import acts_for_party, records_for_party
from traceability.models import CodeBatch, Lot
from traceability.queries.lots import lots_visible_to
from traceability.queries.scans import batch_of, batches_of, codes_of, flagged_codes
from traceability.services.scans import MOST_IN_AN_HOUR, MOST_SCANS, clear_flag, end_codes, make_codes
from traceability.web.labels.forms import BagsForm, EndForm, PaperForm, ShelfForm
from traceability.web.labels.sheets import bag_labels, sheet_response, shelf_labels
from traceability.web.refusals import refusals_on
from traceability.web.trace.text import product

# On a page for ticking, more than these nobody looks through.
_NEWEST = 40
_PAGE = 50


@acts_for_party
def home(request: PartyRequest) -> HttpResponse:
    """Choose lots and paper for a sheet; show the batches of codes, and those that look copied."""
    lots = _labelled(request.membership)
    newest = lots.filter(pk__in=lots.values("pk")[:_NEWEST])
    form = ShelfForm(request.GET if "paper" in request.GET else None, lots=lots)
    if form.is_valid():
        with refusals_on(form):
            labels = shelf_labels(form.cleaned_data["lots"], form.cleaned_data["count"], request=request)
            return sheet_response(labels, form.cleaned_data["paper"], name="labels")
    if not form.is_bound:
        form.fields["lots"].queryset = newest  # type: ignore[attr-defined]
    context = {
        "form": form,
        "lots": [(lot, product(lot)) for lot in newest if _may_number(request.membership, lot)],
        "batches": [(batch, product(batch.lot)) for batch in batches_of(request.membership)[:_NEWEST]],
        "flagged": flagged_codes(request.membership)[:_NEWEST],
        "records": may_record(request.membership),
    }
    return render(request, "traceability/labels/home.html", context)


@records_for_party
def bags(request: PartyRequest, lot_id: UUID) -> HttpResponse:
    """Draw serial numbers for the bags of a lot."""
    lot = get_object_or_404(_labelled(request.membership), pk=lot_id)
    if not _may_number(request.membership, lot):
        raise Http404
    form = BagsForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            said = form.cleaned_data
            batch = make_codes(
                lot=lot,
                count=said["count"],
                batch_id=said["batch_id"],
                membership=request.membership,
                at=timezone.now(),
            )
            return redirect("labels:batch", batch.pk)
    return render(request, "traceability/labels/bags.html", {"form": form, "lot": lot, "name": product(lot)})


@acts_for_party
def batch(request: PartyRequest, batch_id: UUID) -> HttpResponse:
    """Show the codes of a batch with their scans, and take the numbers of bags that are no more."""
    found = _batch(request.membership, batch_id)
    records = may_record(request.membership)
    form = EndForm(request.POST or None) if records else None
    if form and form.is_valid():
        with refusals_on(form):
            serials = form.cleaned_data["serials"]
            end_codes(lot=found.lot, serials=serials, membership=request.membership, at=timezone.now())
            return redirect("labels:batch", found.pk)
    context = {
        "batch": found,
        "name": product(found.lot),
        "page": Paginator(codes_of(found), _PAGE).get_page(request.GET.get("page")),
        "form": form,
        "paper": PaperForm(),
        "most_in_an_hour": MOST_IN_AN_HOUR,
        "most_scans": MOST_SCANS,
    }
    return render(request, "traceability/labels/batch.html", context)


@records_for_party
def clear(request: PartyRequest, batch_id: UUID) -> HttpResponse:
    """Take the flag from a code that was looked into."""
    found = _batch(request.membership, batch_id)
    if request.method == "POST":
        code = get_object_or_404(found.codes, serial=request.POST.get("serial", ""))
        clear_flag(lot=found.lot, serial=code.serial, membership=request.membership)
    return redirect("labels:batch", found.pk)


@acts_for_party
def batch_sheet(request: PartyRequest, batch_id: UUID) -> HttpResponse:
    """Give the labels of a batch as a PDF."""
    found = _batch(request.membership, batch_id)
    form = PaperForm(request.GET)
    if not form.is_valid():
        return redirect("labels:batch", found.pk)
    labels = bag_labels(found, request=request)
    return sheet_response(labels, form.cleaned_data["paper"], name=f"bags-{found.made_at:%Y%m%d}")


def _batch(membership: Membership, batch_id: UUID) -> CodeBatch:
    found = batch_of(membership, batch_id)
    if found is None:
        raise Http404
    return found


def _labelled(membership: Membership) -> QuerySet[Lot]:
    """List the lots that the party made or has in hand: who only tests one puts no labels on it."""
    party = membership.organisation_id
    return lots_visible_to(membership).filter(Q(registrant=party) | Q(custodian=party)).exclude(code="")


def _may_number(membership: Membership, lot: Lot) -> bool:
    return bool(lot.gtin) and lot.registrant_id == membership.organisation_id
