"""Pages of the recall."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import OrganisationKind
from accounts.models import Membership
from accounts.queries.memberships import acts_as, may_manage
from accounts.requests import PartyRequest
from accounts.web.access import acts_as_kind, manages_party, records_for_party
from traceability.models import AlertRoute, Lot, Recall
from traceability.queries import codes
from traceability.queries.genealogy import books, family_of
from traceability.queries.lots import lots_visible_to
from traceability.queries.recalls import (
    affected,
    deadlines,
    found_since,
    holder_ids,
    holders_of,
    notices_to,
    recalls_visible_to,
    totals,
)
from traceability.services import holds, notices, recalls, webhooks
from traceability.standards.recalls import duty
from traceability.web.authority import forms, sheet, sight
from traceability.web.authority.tree import downstream, upstream
from traceability.web.refusals import refusals_on

KINDS = (
    OrganisationKind.REGULATOR,
    OrganisationKind.PROCESSOR,
    OrganisationKind.COOPERATIVE,
    OrganisationKind.HOUSEHOLD,
    OrganisationKind.MARKETPLACE,
)
_MOST_ROWS = 300
_MOST_RECALLS = 50
opens_to_chain = acts_as_kind(*KINDS)


@require_safe
@opens_to_chain
def desk(request: PartyRequest) -> HttpResponse:
    """Find a lot by any code; list recalls."""
    code = request.GET.get("code", "")
    found = [lot for lot in codes.lots_of_code(code) if _may_see(request.membership, lot)]
    if len(found) == 1:
        return redirect("authority:lot", found[0].pk)
    context = {
        "code": code,
        "found": found,
        "recalls": recalls_visible_to(request.membership)[:_MOST_RECALLS],
        "notices": notices_to(request.membership)[:_MOST_RECALLS],
        "may_manage": may_manage(request.membership),
    }
    return render(request, "traceability/authority/desk.html", context)


@require_safe
@opens_to_chain
def lot(request: PartyRequest, lot_id: UUID) -> HttpResponse:
    """Show what went into a lot and what it went into, and who has how much."""
    found = _lot(request.membership, lot_id)
    family = family_of(found.pk, at=timezone.now())
    items, seen = affected(family), sight.sight_of(request.membership, family)
    down, up = seen.rows(downstream(family)), seen.rows(upstream(family))
    context = {
        "lot": found,
        "line": family.lines[found.pk],
        "weighed": family.weighed(found.pk),
        "down": down[:_MOST_ROWS],
        "up": up[:_MOST_ROWS],
        "left_out": max(len(down) - _MOST_ROWS, 0) + max(len(up) - _MOST_ROWS, 0),
        "hidden": seen.hidden(family.lines),
        "shows_left": found.pk in seen.counted,
        "books": books(family, [item for item in items if item in seen.counted]),
        "share": sight.percent(family, items),
        "count": len(items),
        "may_recall": recalls.may_recall(request.membership, found),
        "may_hold": holds.may_hold(request.membership, found, "suspicion") and not found.held,
        "hold_form": forms.MomentForm(auto_id=False),
    }
    return render(request, "traceability/authority/lot.html", context)


@require_POST
@opens_to_chain
@records_for_party
def hold(request: PartyRequest, lot_id: UUID) -> HttpResponse:
    """Hold one lot back on suspicion, before anything is decided."""
    found = _lot(request.membership, lot_id)
    form = forms.MomentForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            entry = form.entry()
            holds.hold(lots=[found], entry=entry, reason="suspicion", membership=request.membership, at=timezone.now())
            messages.success(request, _("The lot is held."))
            return redirect("authority:lot", found.pk)
    for text in form.non_field_errors():
        messages.error(request, str(text))
    return redirect("authority:lot", found.pk)


@opens_to_chain
@records_for_party
def begin(request: PartyRequest, lot_id: UUID, *, drill: bool) -> HttpResponse:
    """Open a recall or a drill."""
    found = _lot(request.membership, lot_id)
    if not recalls.may_recall(request.membership, found):
        raise Http404
    form = forms.RecallForm(request.POST or None, initial={"reason": "exercise"} if drill else None)
    if form.is_valid():
        with refusals_on(form):
            order = form.order(drill=drill)
            recall = recalls.open_recall(
                lot=found, order=order, entry=form.entry(), membership=request.membership, at=timezone.now()
            )
            return redirect("authority:recall", recall.pk)
    family = family_of(found.pk, at=timezone.now())
    context = {"form": form, "lot": found, "drill": drill, "count": len(affected(family))}
    return render(request, "traceability/authority/begin.html", context)


@require_safe
@opens_to_chain
def recall(request: PartyRequest, recall_id: UUID) -> HttpResponse:
    """Show a recall: deadlines, who answered what, and the lots."""
    found = _recall(request.membership, recall_id)
    at = timezone.now()
    notices.mark_read(recall=found, membership=request.membership, at=at)
    mine = recalls.may_run(request.membership, found)
    family = family_of(found.lot_id, at=at)
    seen = sight.sight_of(request.membership, family)
    since = found_since(found, family) if not found.drill and not found.closed_at else []
    begun, finished = deadlines(found, at=at)
    context = {
        "recall": found,
        "duty": duty(found.level),
        "begun": begun,
        "finished": finished,
        "totals": totals(found),
        "holders": holders_of(found, contacts=_sees_contacts(request.membership)) if mine else [],
        "rows": seen.rows(sight.rows_of(found, family))[:_MOST_ROWS] if mine else [],
        "hidden": seen.hidden(affected(family)) if mine else 0,
        "books": books(family, [item for item in affected(family) if item in seen.counted]) if mine else [],
        "since": since,
        "since_named": [family.lines[item] for item in since if item in seen.named],
        "mine": mine,
        "level_form": forms.LevelForm(initial={"level": found.level}),
        "moment_form": forms.MomentForm(auto_id=False),
        "may_answer": not found.drill and not found.closed_at and _holds_some(request.membership, found),
        "sees_contacts": _sees_contacts(request.membership),
    }
    return render(request, "traceability/authority/recall.html", context)


@require_POST
@opens_to_chain
@records_for_party
def level(request: PartyRequest, recall_id: UUID) -> HttpResponse:
    """Change the level."""
    found = _own_recall(request.membership, recall_id)
    form = forms.LevelForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            recalls.set_level(
                recall=found,
                level=form.cleaned_data["level"],
                entry=form.entry(),
                membership=request.membership,
                at=timezone.now(),
            )
    return redirect("authority:recall", found.pk)


@require_POST
@opens_to_chain
@records_for_party
def widen(request: PartyRequest, recall_id: UUID) -> HttpResponse:
    """Take in what was made since."""
    found = _own_recall(request.membership, recall_id)
    form = forms.MomentForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            recalls.widen(recall=found, entry=form.entry(), membership=request.membership, at=timezone.now())
    return redirect("authority:recall", found.pk)


@opens_to_chain
@records_for_party
def answer(request: PartyRequest, recall_id: UUID) -> HttpResponse:
    """Say what was found in one's own stores."""
    found = _recall(request.membership, recall_id)
    if found.drill or found.closed_at or not _holds_some(request.membership, found):
        raise Http404
    form = forms.AnswerForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            recalls.answer(
                recall=found, found=form.found(), entry=form.entry(), membership=request.membership, at=timezone.now()
            )
            messages.success(request, _("Thank you. Your answer is recorded."))
            return redirect("authority:recall", found.pk)
    own = Lot.objects.filter(recalls__recall=found, custodian=request.membership.organisation_id).order_by("code")
    return render(request, "traceability/authority/answer.html", {"form": form, "recall": found, "lots": own})


@opens_to_chain
@records_for_party
def close(request: PartyRequest, recall_id: UUID) -> HttpResponse:
    """Close a recall or a drill with its figures."""
    found = _own_recall(request.membership, recall_id)
    form = forms.ClosingForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            note = form.cleaned_data["note"]
            recalls.close(recall=found, entry=form.entry(), note=note, membership=request.membership, at=timezone.now())
            return redirect("authority:recall", found.pk)
    context = {"form": form, "recall": found, "totals": totals(found)}
    return render(request, "traceability/authority/close.html", context)


@require_safe
@opens_to_chain
def spreadsheet(request: PartyRequest, recall_id: UUID) -> HttpResponse:
    """Give lots and holders as a spreadsheet."""
    found = _own_recall(request.membership, recall_id)
    sees = _sees_contacts(request.membership)
    family = family_of(found.lot_id, at=timezone.now())
    rows = sight.sight_of(request.membership, family).rows(sight.rows_of(found, family))
    response = HttpResponse(
        sheet.workbook(rows, holders_of(found, contacts=sees), contacts=sees), content_type=sheet.MEDIA_TYPE
    )
    response["Content-Disposition"] = f'attachment; filename="recall-{found.opened_at:%Y%m%d}-{found.pk}.xlsx"'
    return response


@opens_to_chain
@manages_party
def route(request: PartyRequest) -> HttpResponse:
    """Set where a party wants to hear of recalls."""
    party = request.membership.organisation
    now = AlertRoute.objects.filter(organisation=party).first()
    known = {"email": now.email, "webhook_url": now.webhook_url} if now else None
    form = forms.RouteForm(request.POST or None, initial=known)
    if form.is_valid():
        with refusals_on(form):
            notices.set_route(**form.cleaned_data, membership=request.membership)
            messages.success(request, _("Saved."))
            return redirect("authority:route")
    context = {"form": form, "secret": webhooks.secret_of(party)}
    return render(request, "traceability/authority/route.html", context)


def _lot(membership: Membership, lot_id: UUID) -> Lot:
    found = get_object_or_404(Lot.objects.select_related("registrant", "custodian"), pk=lot_id)
    if not _may_see(membership, found):
        raise Http404
    return found


def _may_see(membership: Membership, found: Lot) -> bool:
    if acts_as(membership, OrganisationKind.REGULATOR):
        return True
    return lots_visible_to(membership).filter(pk=found.pk).exists()


def _recall(membership: Membership, recall_id: UUID) -> Recall:
    return get_object_or_404(recalls_visible_to(membership), pk=recall_id)


def _own_recall(membership: Membership, recall_id: UUID) -> Recall:
    found = _recall(membership, recall_id)
    if not recalls.may_run(membership, found):
        raise Http404
    return found


def _holds_some(membership: Membership, found: Recall) -> bool:
    return membership.organisation_id in holder_ids(found)


def _sees_contacts(membership: Membership) -> bool:
    return acts_as(membership, OrganisationKind.REGULATOR)
