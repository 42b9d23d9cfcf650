"""Pages about lots and their samples."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from accounts.queries.memberships import may_record
from accounts.requests import PartyRequest
from accounts.web.access import acts_for_party, records_for_party
from traceability.enums import ShipmentState
from traceability.queries import history
from traceability.queries.gtins import is_unconfirmed
from traceability.queries.judgements import judged
from traceability.queries.lots import lots_visible_to
from traceability.queries.timeline import steps
from traceability.services.samples import take_sample
from traceability.web.facts import log_steps
from traceability.web.forms.lots import SampleForm
from traceability.web.lot_words import family_of, trace_url
from traceability.web.refusals import refusals_on
from traceability.web.report_tables import report_tables
from traceability.web.trace.text import product
from traceability.web.words import form_name

PAGE = 20


@acts_for_party
def lots(request: PartyRequest) -> HttpResponse:
    """List the lots that the party made, holds or tests."""
    page = Paginator(lots_visible_to(request.membership), PAGE).get_page(request.GET.get("page"))
    return render(request, "traceability/lots/lots.html", {"page": page})


@acts_for_party
def lot(request: PartyRequest, lot_id: UUID) -> HttpResponse:
    """Show a lot: what it is, its tests, its family, its records."""
    visible = lots_visible_to(request.membership)
    found = get_object_or_404(visible.select_related("season__plot"), pk=lot_id)
    context = {
        "lot": found,
        "name": product(found),
        "form_name": form_name(found.crop, found.product_form),
        "grows_here": bool(found.season and found.season.plot.holder_id == request.membership.organisation_id),
        "trace_url": trace_url(found),
        "gtin_unconfirmed": is_unconfirmed(found),
        "reports": report_tables(judged(found, history.of(found.entity))),
        "family": family_of(found, visible),
        "samples": found.samples.select_related("laboratory").order_by("taken_on", "number"),
        "steps": log_steps(steps(found.entity), membership=request.membership, crop=found.crop),
        "road": found.shipments.filter(state=ShipmentState.SHIPPED).select_related("receiver").first(),
        "holds": may_record(request.membership) and found.custodian_id == request.membership.organisation_id,
    }
    return render(request, "traceability/lots/lot.html", context)


@records_for_party
def sample(request: PartyRequest, lot_id: UUID) -> HttpResponse:
    """Give a sample of a lot to a laboratory."""
    found = get_object_or_404(lots_visible_to(request.membership), pk=lot_id)
    form = SampleForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            take_sample(
                lot=found, entry=form.entry(), facts=form.facts(), membership=request.membership, at=timezone.now()
            )
            return redirect("farm:lot", found.pk)
    return render(request, "traceability/lots/sample.html", {"form": form, "lot": found})
