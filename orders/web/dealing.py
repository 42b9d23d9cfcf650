"""Promises on their way: picked, shipped, delivered, accepted, disputed, or not kept."""

from datetime import datetime
from decimal import Decimal
from typing import TypedDict
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.enums import MAKERS
from accounts.models import Membership
from accounts.queries.memberships import may_record
from accounts.requests import PartyRequest
from accounts.web.access import acts_as_kind, records_for_party
from orders.enums import AllocationEnd, AllocationState
from orders.models import Allocation
from orders.queries.earnings import money_of
from orders.queries.parties import days_by_grower, days_to_pay, dealt_by, delivered_to, overdue, statements_of
from orders.services import disputes, fulfilment
from orders.services.payments import interest_so_far
from orders.web.forms import AcceptForm, DisputeForm, OutcomeForm, PickForm, ReleaseForm, WeightForm
from traceability.services.entries import Entry
from traceability.web.forms.entries import EntryForm
from traceability.web.refusals import refusals_on

_PAGE = 20
_FEN = 100
_S = AllocationState
# Which step follows a state, and whose it is.
STEPS = {
    _S.FIRM: ("pick", "grower"),
    _S.PICKED: ("ship", "grower"),
    _S.SHIPPED: ("deliver", "seller"),
    _S.DELIVERED: ("accept", "seller"),
}
LABELS = {
    "pick": gettext_lazy("Pick"),
    "ship": gettext_lazy("Ship"),
    "deliver": gettext_lazy("Delivered"),
    "accept": gettext_lazy("Accept as good"),
    "dispute": gettext_lazy("Dispute"),
    "outcome": gettext_lazy("End the dispute"),
    "release": gettext_lazy("I cannot deliver it"),
}


@require_safe
@acts_as_kind(*MAKERS)
def home(request: PartyRequest) -> HttpResponse:
    """List what growers bring for the seller's orders, and what is owed to them."""
    page = Paginator(delivered_to(request.membership), _PAGE).get_page(request.GET.get("page"))
    paid = days_to_pay(request.membership)
    today = timezone.localdate()
    mine = statements_of(request.membership).filter(payer=request.membership.organisation_id)
    context = {
        "page": page,
        "statements": mine.prefetch_related("payouts")[:_PAGE],
        "overdue": [(one, interest_so_far(one, today=today)) for one in overdue(request.membership, today=today)],
        "growers": days_by_grower(request.membership),
        "days": paid[len(paid) // 2] if paid else None,
        "records": may_record(request.membership),
        "form": EntryForm(auto_id=False),
    }
    return render(request, "orders/dealing.html", context)


@require_safe
@acts_as_kind(*MAKERS)
def allocation(request: PartyRequest, allocation_id: UUID) -> HttpResponse:
    """Show a promise, how far it is, and what its party may do next."""
    found = _found(request, allocation_id)
    context = {
        "one": found,
        "money": money_of(found),
        "today": timezone.localdate(),
        "steps": [(name, LABELS[name]) for name in _steps(request, found)] if may_record(request.membership) else [],
        "is_seller": _is_seller(request, found),
    }
    return render(request, "orders/allocation.html", context)


@acts_as_kind(*MAKERS)
@records_for_party
def step(request: PartyRequest, allocation_id: UUID, name: str) -> HttpResponse:
    """Take the next step of a promise."""
    found = _found(request, allocation_id)
    if name not in _steps(request, found):
        raise Http404
    form = _form(name, found, request)
    if form.is_valid():
        with refusals_on(form):
            _take(name, found, form, request)
            messages.success(request, _("Recorded."))
            return redirect("market:allocation", found.pk)
    no_harvest = isinstance(form, PickForm) and not form.harvests.exists()
    context = {"form": form, "title": LABELS[name], "one": found, "no_harvest": no_harvest}
    return render(request, "orders/dealing_step.html", context)


def _found(request: PartyRequest, allocation_id: UUID) -> Allocation:
    return get_object_or_404(dealt_by(request.membership), pk=allocation_id)


def _is_seller(request: PartyRequest, found: Allocation) -> bool:
    return found.line.order.channel.organisation_id == request.membership.organisation_id


def _steps(request: PartyRequest, found: Allocation) -> list[str]:
    is_seller = _is_seller(request, found)
    is_grower = found.farmer_id == request.membership.organisation_id
    name, whose = STEPS.get(AllocationState(found.state), ("", ""))
    steps = [name] if (whose == "seller" and is_seller) or (whose == "grower" and is_grower) else []
    if is_grower and found.state in {_S.FIRM, _S.PICKED}:
        return [*steps, "release"]
    if is_seller and found.disputed_fen:
        return [*steps, "outcome"]
    if is_seller and found.state in {_S.DELIVERED, _S.ACCEPTED}:
        return [*steps, "dispute"]
    return steps


def _form(name: str, found: Allocation, request: PartyRequest) -> EntryForm:
    data = request.POST or None
    amount = {"pick": found.firm_kg, "ship": found.picked_kg, "deliver": found.shipped_kg}.get(name)
    initial = {"kg": f"{amount.normalize():f}"} if amount else {}
    if name == "pick":
        return PickForm(data, allocation=found, initial=initial)
    kinds: dict[str, type[EntryForm]] = {"accept": AcceptForm, "dispute": DisputeForm, "outcome": OutcomeForm}
    kinds["release"] = ReleaseForm
    return kinds.get(name, WeightForm)(data, initial=initial)


class _Said(TypedDict):
    entry: Entry
    membership: Membership
    at: datetime


def _take(name: str, one: Allocation, form: EntryForm, request: PartyRequest) -> None:
    by: _Said = {"entry": form.entry(), "membership": request.membership, "at": timezone.now()}
    told = form.cleaned_data
    match name:
        case "pick":
            fulfilment.pick(allocation=one, lot=told["lot"], kg=told["kg"], **by)
        case "ship":
            fulfilment.ship(allocation=one, kg=told["kg"], **by)
        case "deliver":
            fulfilment.deliver(allocation=one, kg=told["kg"], **by)
        case "accept":
            rejected = told["rejected_kg"] or Decimal(0)
            fulfilment.accept(allocation=one, rejected_kg=rejected, note=told["note"], **by)
        case "dispute":
            disputes.dispute(allocation=one, fen=int(told["fen"] * _FEN), note=told["note"], **by)
        case "release":
            fulfilment.release(allocation=one, reason=AllocationEnd.SHORTAGE, **by)
        case _:
            disputes.end_dispute(allocation=one, outcome=told["outcome"], **by)
