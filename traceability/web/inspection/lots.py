"""One lot under inspection: its holds, its tests, its certificate, and everything made from it."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership
from accounts.requests import PartyRequest
from accounts.web.access import acts_for_party, records_for_party
from traceability.events.inspection import HOLD_REASONS
from traceability.models import Hold, Lot
from traceability.queries import history
from traceability.queries.inspection import Store, holds_seen_by, inspected_lots, made_from
from traceability.queries.judgements import judged
from traceability.services import holds
from traceability.web.forms.holds import HoldForm, ReleaseForm
from traceability.web.inspection.access import visible_lot
from traceability.web.inspection.certificates import standing_of
from traceability.web.lot_words import trace_url
from traceability.web.refusals import refusals_on
from traceability.web.report_tables import report_tables
from traceability.web.trace.text import product
from traceability.web.words import form_name, word


@dataclass(frozen=True, slots=True)
class HoldLine:
    """One hold as a page shows it: why, by whom, who may release it, and whether the reader may."""

    hold: Hold
    reason: str
    may_release: bool


@acts_for_party
def lot(request: PartyRequest, lot_id: UUID) -> HttpResponse:
    """Show a lot to whom it concerns."""
    found = visible_lot(request.membership, lot_id)
    stores = made_from(found)
    context = {
        "lot": found,
        "name": product(found),
        "form_name": form_name(found.crop, found.product_form),
        "trace_url": trace_url(found),
        "holds": hold_lines(request.membership, found),
        "may_hold": any(holds.may_hold(request.membership, found, one) for one in HOLD_REASONS),
        "reports": report_tables(judged(found, history.of(found.entity))),
        "samples": found.samples.filter(reported_on=None).select_related("laboratory"),
        "stores": stores,
        "readable": _readable(request.membership, stores),
        **standing_of(request.membership, found),
    }
    return render(request, "traceability/inspection/lot.html", context)


@records_for_party
def hold(request: PartyRequest, lot_id: UUID) -> HttpResponse:
    """Hold a lot."""
    found = visible_lot(request.membership, lot_id)
    if not any(holds.may_hold(request.membership, found, one) for one in HOLD_REASONS):
        raise Http404
    form = HoldForm(request.POST or None, membership=request.membership, lot=found)
    if form.is_valid():
        with refusals_on(form):
            holds.hold(
                lots=[found],
                entry=form.entry(),
                reason=form.grounds(),
                membership=request.membership,
                at=timezone.now(),
            )
            messages.success(request, _("The lot is held."))
            return redirect("inspection:lot", found.pk)
    return render(request, "traceability/inspection/hold.html", {"form": form, "lot": found})


@records_for_party
def release(request: PartyRequest, hold_id: UUID) -> HttpResponse:
    """Release a lot from one hold."""
    found = get_object_or_404(holds_seen_by(request.membership), pk=hold_id)
    if not holds.may_release(request.membership, found):
        raise Http404
    form = ReleaseForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            holds.release(
                lot=found.lot,
                hold_id=found.pk,
                entry=form.entry(),
                reason=form.grounds(),
                membership=request.membership,
                at=timezone.now(),
            )
            messages.success(request, _("Released."))
            return redirect("inspection:lot", found.lot_id)
    context = {"form": form, "hold": found, "lot": found.lot, "reason": word(found.reason)}
    return render(request, "traceability/inspection/release.html", context)


def hold_lines(membership: Membership, found: Lot) -> list[HoldLine]:
    """Put the holds of a lot into lines, those in force first."""
    newest = found.holds.select_related("party").order_by("-held_at", "pk")
    rows = sorted(newest, key=lambda one: one.released_at is not None)
    return [
        HoldLine(one, word(one.reason), one.released_at is None and holds.may_release(membership, one)) for one in rows
    ]


def _readable(membership: Membership, stores: list[Store]) -> set[UUID]:
    ids = [one.lot.pk for store in stores for one in store.made]
    return set(inspected_lots(membership).filter(pk__in=ids).values_list("pk", flat=True))
