"""A grower's pages: plans, and what is sold to whom and when the money comes."""

from datetime import datetime
from typing import TypedDict
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import OrganisationKind
from accounts.models import Membership
from accounts.queries.memberships import may_record
from accounts.requests import PartyRequest
from accounts.web.access import acts_as_kind, records_for_party
from orders.enums import LIVING
from orders.models import PlantingPlan, Product, Recommendation, YieldRevision
from orders.money import yuan
from orders.queries.earnings import earnings_of, money_of
from orders.queries.parties import (
    alerts_of,
    plans_of,
    recommendations_to,
    reserved_for,
    sold_by,
    statements_of,
)
from orders.services import alerts, plans, recommendations
from orders.web.forms import ActionForm, EndForm
from orders.web.plan_forms import (
    MOST_ROWS,
    PlanForm,
    RevisedForm,
    RevisionForm,
    SupplyForm,
    grown,
    nothing_new,
    refusals_on_rows,
    revised_rows,
    rows_of,
    supplies_of,
    supply_rows,
)
from traceability.models import Season
from traceability.services.entries import Entry
from traceability.web.forms.entries import EntryForm
from traceability.web.refusals import refusals_on

GROWERS = (OrganisationKind.HOUSEHOLD, OrganisationKind.COOPERATIVE)
_SHORT = 20


@require_safe
@acts_as_kind(*GROWERS)
def home(request: PartyRequest) -> HttpResponse:
    """List the plans, and what is sold."""
    sold = list(sold_by(request.membership)[:_SHORT])
    context = {
        "plans": [(one, one.state in LIVING, _sums(one)) for one in plans_of(request.membership)[:_SHORT]],
        "products": Product.objects.all(),
        "earnings": earnings_of(request.membership, today=timezone.localdate()),
        "today": timezone.localdate(),
        "sold": [(one, money_of(one)) for one in sold],
        "reserved": reserved_for(request.membership),
        "statements": statements_of(request.membership).filter(farmer=request.membership.organisation_id)[:_SHORT],
        "alerts": alerts_of(request.membership)[:_SHORT],
        "recommendations": recommendations_to(request.membership)[:_SHORT],
        "records": may_record(request.membership),
        "form": EntryForm(auto_id=False),
    }
    return render(request, "orders/growing.html", context)


@acts_as_kind(*GROWERS)
@records_for_party
def plan_new(request: PartyRequest, code: str) -> HttpResponse:
    """Plan a product on a plot, in as many grades and windows as there are rows."""
    product = get_object_or_404(Product, code=code)
    advice = _advice(request, product)
    if "more" in request.POST:
        head, rows = grown(request.POST.dict(), product=product, membership=request.membership)
        return _plan_page(request, head, rows, advice)
    data, known = request.POST or None, _known(advice)
    head = PlanForm(data, product=product, membership=request.membership, initial=known)
    rows = supply_rows(data, product=product, count=rows_of(data), initial=known)
    if head.is_valid() and all(one.is_valid() for one in rows):
        said = [one for one in rows if one.has_changed()]
        with refusals_on_rows(head, said):
            return redirect("market:plan", _submit(request, head.facts(said), head, advice).pk)
    return _plan_page(request, head, rows, advice)


@require_POST
@acts_as_kind(*GROWERS)
@records_for_party
def decline(request: PartyRequest, recommendation_id: int) -> HttpResponse:
    """Say no to a recommendation."""
    found = get_object_or_404(recommendations_to(request.membership), pk=recommendation_id)
    form = EntryForm({**request.POST.dict(), "day": timezone.localdate()})
    if form.is_valid():
        # All buttons of the list stand in one form's name: each recommendation gets an id of its own from it.
        said = form.entry()
        entry = Entry(id=said.id_of(f"recommendation.{found.pk}"), time=said.time)
        recommendations.decline(recommendation=found, entry=entry, membership=request.membership, at=timezone.now())
        messages.success(request, _("Declined. That costs you nothing: no score reads it."))
    return redirect("market:growing")


@acts_as_kind(*GROWERS)
@records_for_party
def act(request: PartyRequest, alert_id: int) -> HttpResponse:
    """Say what is done about goods that may stay unsold."""
    found = get_object_or_404(alerts_of(request.membership).filter(ended_on=None), pk=alert_id)
    form = ActionForm(request.POST or None, initial={"action": found.action, "note": found.note})
    if form.is_valid():
        with refusals_on(form):
            action, note = form.cleaned_data["action"], form.cleaned_data["note"]
            said: _Said = {"entry": form.entry(), "membership": request.membership, "at": timezone.now()}
            alerts.act(alert=found, action=action, note=note, **said)
            messages.success(request, _("Noted. How it ends will stand beside it."))
            return redirect("market:growing")
    return render(request, "orders/act.html", {"form": form, "alert": found})


@require_safe
@acts_as_kind(*GROWERS)
def plan(request: PartyRequest, plan_id: UUID) -> HttpResponse:
    """Show a plan by grade and window, how its estimates changed, and the seasons that it could become."""
    found = get_object_or_404(plans_of(request.membership), pk=plan_id)
    living = found.state in LIVING
    seasons = Season.objects.filter(plot=found.plot, crop=found.product.crop, plan=None).order_by("-year", "pk")
    related = ("supply__window", "supply__grade")
    revisions = YieldRevision.objects.filter(supply__plan=found).select_related(*related)
    context = {
        "plan": found,
        "supplies": supplies_of(found),
        "revisions": revisions.order_by("-revised_at", "supply__window__starts_on", "supply__grade__rank"),
        "living": living,
        "seasons": seasons if living and found.season_id is None else [],
        "records": may_record(request.membership),
        "form": EntryForm(auto_id=False),
    }
    return render(request, "orders/plan.html", context)


@acts_as_kind(*GROWERS)
@records_for_party
def revise(request: PartyRequest, plan_id: UUID) -> HttpResponse:
    """Estimate a plan's yield anew: what was left as it stands is not said again."""
    found = get_object_or_404(plans_of(request.membership), pk=plan_id)
    head = RevisionForm(request.POST or None)
    rows = revised_rows(request.POST or None, found)
    if head.is_valid() and all(one.is_valid() for one in rows):
        changed = [one for one in rows if one.differs]
        if not changed:
            nothing_new(head)
        else:
            with refusals_on_rows(head, changed):
                _revise(request, found, head, changed)
                return redirect("market:plan", found.pk)
    pairs = [(f"{one.supply.window} · {one.supply.grade}", one) for one in rows]
    return render(request, "orders/revise.html", {"form": head, "rows": pairs, "plan": found})


@acts_as_kind(*GROWERS)
@records_for_party
def end(request: PartyRequest, plan_id: UUID) -> HttpResponse:
    """End a plan."""
    found = get_object_or_404(plans_of(request.membership), pk=plan_id)
    form = EndForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            plans.end_plan(
                plan=found,
                reason=form.cleaned_data["reason"],
                entry=form.entry(),
                membership=request.membership,
                at=timezone.now(),
            )
            return redirect("market:plan", found.pk)
    return render(request, "orders/end_plan.html", {"form": form, "plan": found})


@require_POST
@acts_as_kind(*GROWERS)
@records_for_party
def grow(request: PartyRequest, plan_id: UUID, season_id: UUID) -> HttpResponse:
    """Make a plan the season that was begun on its plot."""
    found = get_object_or_404(plans_of(request.membership), pk=plan_id)
    season = get_object_or_404(Season, pk=season_id, plot=found.plot)
    form = EntryForm({**request.POST.dict(), "day": timezone.localdate()})
    if form.is_valid():
        entry: Entry = form.entry()
        plans.grow(plan=found, season=season, entry=entry, membership=request.membership, at=timezone.now())
    return redirect("market:plan", found.pk)


class _Said(TypedDict):
    entry: Entry
    membership: Membership
    at: datetime


def _plan_page(
    request: PartyRequest, head: PlanForm, rows: list[SupplyForm], advice: Recommendation | None
) -> HttpResponse:
    titles = [_("Grade and window %(number)s") % {"number": number} for number in range(1, len(rows) + 1)]
    context = {
        "form": head,
        "rows": list(zip(titles, rows, strict=True)),
        "product": head.product,
        "advice": advice,
        "more": _("One more grade or window") if len(rows) < MOST_ROWS else "",
    }
    return render(request, "orders/plan_new.html", context)


def _submit(
    request: PartyRequest, facts: plans.PlanFacts, head: PlanForm, advice: Recommendation | None
) -> PlantingPlan:
    said: _Said = {"entry": head.entry(), "membership": request.membership, "at": timezone.now()}
    if advice:
        return recommendations.accept(recommendation=advice, facts=facts, **said)
    return plans.submit_plan(facts=facts, **said)


def _revise(request: PartyRequest, found: PlantingPlan, head: RevisionForm, rows: list[RevisedForm]) -> None:
    plans.revise(
        plan=found,
        revised=[one.revised() for one in rows],
        reason=head.cleaned_data["reason"],
        entry=head.entry(),
        membership=request.membership,
        at=timezone.now(),
    )
    messages.success(request, _("Noted. What was estimated before stays beside it."))


def _advice(request: PartyRequest, product: Product) -> Recommendation | None:
    number = request.GET.get("recommendation", "")
    if not number.isdecimal():
        return None
    return get_object_or_404(recommendations_to(request.membership).filter(product=product), pk=number)


def _known(advice: Recommendation | None) -> dict[str, object]:
    if advice is None:
        return {}
    price = yuan(advice.price_fen_per_kg)
    return {"plot": advice.plot, "window": advice.window, "area_mu": advice.area_mu, "ask_fen_per_kg": price}


def _sums(found: object) -> tuple[object, object]:
    supplies = list(found.supplies.all())  # type: ignore[attr-defined]
    return sum(one.p50_kg for one in supplies), supplies[0].window if supplies else None
