"""A seller's pages: offers, and the orders that came."""

from decimal import Decimal
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import MAKERS
from accounts.queries.memberships import may_record
from accounts.requests import PartyRequest
from accounts.web.access import acts_as_kind, records_for_party
from orders.enums import GONE, LineState, OfferState, Substitution
from orders.models import OrderLine, PresaleOffer, Product
from orders.queries.market import promised_to
from orders.queries.orders import token_of
from orders.queries.parties import lines_of, offers_of
from orders.queries.substitutes import Choice, substitutes_for
from orders.services import lines, offers, substitutes, taking
from orders.web.forms import CancelForm, OfferForm, ProposalForm, next_evening
from traceability.errors import InputError
from traceability.web.codes import qr_picture
from traceability.web.forms.entries import EntryForm
from traceability.web.refusals import refusals_on, sentence

_PAGE = 20


@require_safe
@acts_as_kind(*MAKERS)
def home(request: PartyRequest) -> HttpResponse:
    """List the seller's offers, with what is left of each, and the lines that were ordered."""
    page = Paginator(lines_of(request.membership), _PAGE).get_page(request.GET.get("page"))
    found = list(offers_of(request.membership)[:_PAGE])
    left = taking.left_of_all(found)
    context = {
        "offers": [(one, left[one.pk], _takes(one)) for one in found],
        "page": page,
        "products": Product.objects.all(),
        "records": may_record(request.membership),
    }
    return render(request, "orders/selling.html", context)


@acts_as_kind(*MAKERS)
@records_for_party
def offer_new(request: PartyRequest, code: str) -> HttpResponse:
    """Open an offer of a product."""
    product = get_object_or_404(Product, code=code)
    form = OfferForm(request.POST or None, product=product, initial={"cutoff_at": next_evening()})
    if form.is_valid():
        with refusals_on(form):
            made = offers.open_offer(
                terms=form.terms(), entry=form.entry(), membership=request.membership, at=timezone.now()
            )
            return redirect("market:offer", made.pk)
    return render(request, "orders/offer_new.html", {"form": form, "product": product})


@require_safe
@acts_as_kind(*MAKERS)
def offer(request: PartyRequest, offer_id: UUID) -> HttpResponse:
    """Show an offer, its order page as a code, and what was ordered of it."""
    found = get_object_or_404(offers_of(request.membership), pk=offer_id)
    left = taking.left_of(found)
    context = {
        "offer": found,
        "left": left,
        "ordered": found.cap_kg - left,
        "page": Paginator(lines_of(request.membership).filter(offer=found), _PAGE).get_page(request.GET.get("page")),
        "records": may_record(request.membership),
        "form": EntryForm(auto_id=False),
        "is_open": found.state == OfferState.OPEN,
        "takes": _takes(found),
    }
    return render(request, "orders/offer.html", context)


@require_POST
@acts_as_kind(*MAKERS)
@records_for_party
def close(request: PartyRequest, offer_id: UUID) -> HttpResponse:
    """Take no more orders."""
    found = get_object_or_404(offers_of(request.membership), pk=offer_id)
    form = EntryForm({**request.POST.dict(), "day": timezone.localdate()})
    if form.is_valid():
        offers.close_offer(offer=found, entry=form.entry(), membership=request.membership, at=timezone.now())
        messages.success(request, _("Closed. The orders that came stand."))
    return redirect("market:offer", found.pk)


@require_safe
@acts_as_kind(*MAKERS)
def line(request: PartyRequest, line_id: UUID) -> HttpResponse:
    """Show one line: who promised how much of it, and what can be done about the rest."""
    found = get_object_or_404(lines_of(request.membership).select_related("min_grade"), pk=line_id)
    promised = promised_to(found)
    rest = found.kg - promised if found.state not in GONE else Decimal(0)
    context = {
        "line": found,
        "rest": rest,
        "promises": found.allocations.select_related("farmer", "lot").order_by("firm_at", "pk"),
        "proposals": found.proposals.select_related("supply__window", "supply__grade").order_by("-proposed_at"),
        "choices": _choices(found) if rest else [],
        "customer_url": request.build_absolute_uri(reverse("order:mine", args=[token_of(found.order)])),
        "records": may_record(request.membership),
        "form": EntryForm(auto_id=False),
    }
    return render(request, "orders/line.html", context)


@acts_as_kind(*MAKERS)
@records_for_party
def propose(request: PartyRequest, line_id: UUID, supply_id: UUID) -> HttpResponse:
    """Bring other goods for the rest of a line, or ask its buyer whether they may come."""
    found = get_object_or_404(lines_of(request.membership), pk=line_id)
    choice = next((one for one in _choices(found) if one.supply.pk == supply_id), None)
    if choice is None:
        raise Http404
    rest = min(found.kg - promised_to(found), choice.left_kg)
    form = ProposalForm(request.POST or None, initial={"kg": f"{rest.normalize():f}"})
    if form.is_valid():
        with refusals_on(form):
            kg = form.cleaned_data["kg"]
            substitutes.propose(
                line=found,
                supply=choice.supply,
                kg=kg,
                entry=form.entry(),
                membership=request.membership,
                at=timezone.now(),
            )
            messages.success(request, _("Recorded. Where the buyer must be asked, there are 24 hours to answer."))
            return redirect("market:line", found.pk)
    return render(request, "orders/propose.html", {"form": form, "line": found, "choice": choice})


@require_POST
@acts_as_kind(*MAKERS)
@records_for_party
def deposit(request: PartyRequest, line_id: UUID) -> HttpResponse:
    """Record that what is to be paid ahead for a line came."""
    found = get_object_or_404(lines_of(request.membership), pk=line_id)
    form = EntryForm({**request.POST.dict(), "day": timezone.localdate()})
    if form.is_valid():
        due = found.deposit_due_fen
        try:
            lines.pay_deposit(line=found, fen=due, entry=form.entry(), membership=request.membership, at=timezone.now())
            messages.success(request, _("Recorded. The order is matched from now on."))
        except InputError as error:
            messages.error(request, sentence(error))
    return redirect("market:line", found.pk)


@require_POST
@acts_as_kind(*MAKERS)
@records_for_party
def give_up(request: PartyRequest, line_id: UUID) -> HttpResponse:
    """Look no longer for what nobody promised of a line."""
    found = get_object_or_404(lines_of(request.membership), pk=line_id)
    form = EntryForm({**request.POST.dict(), "day": timezone.localdate()})
    if form.is_valid():
        lines.give_up_rest(line=found, entry=form.entry(), membership=request.membership, at=timezone.now())
        messages.success(request, _("The rest is given up. What was paid ahead for it is to be paid back."))
    return redirect("market:line", found.pk)


@acts_as_kind(*MAKERS)
@records_for_party
def cancel(request: PartyRequest, line_id: UUID) -> HttpResponse:
    """End a line."""
    line = get_object_or_404(lines_of(request.membership), pk=line_id)
    form = CancelForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            reason = form.cleaned_data["reason"]
            lines.cancel(line=line, reason=reason, entry=form.entry(), membership=request.membership, at=timezone.now())
            messages.success(request, _("Cancelled."))
            return redirect("market:selling")
    return render(request, "orders/step.html", {"form": form, "title": _("Cancel"), "about": line, "back": "selling"})


@require_safe
@acts_as_kind(*MAKERS)
def qr(request: PartyRequest, offer_id: UUID) -> HttpResponse:
    """Draw the code of an offer's order page."""
    found = get_object_or_404(offers_of(request.membership), pk=offer_id)
    source = request.GET.get("from", "")
    query = f"?{urlencode({'from': source})}" if source else ""
    return qr_picture(request.build_absolute_uri(reverse("order:place", args=[found.pk]) + query))


def _choices(line: OrderLine) -> list[Choice]:
    # What waits for money is not matched, so nothing can be missing of it.
    if line.substitution == Substitution.NEVER or line.state == LineState.DEPOSIT_PENDING:
        return []
    return substitutes_for(line, today=timezone.localdate())


def _takes(offer: PresaleOffer) -> bool:
    return offer.state == OfferState.OPEN and timezone.now() <= offer.cutoff_at
