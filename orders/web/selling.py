"""A seller's pages: offers, the orders that came, and the order page of its own customers."""

from decimal import Decimal
from uuid import UUID

from allauth.core import ratelimit
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import MAKERS
from accounts.queries.memberships import may_record, membership_for
from accounts.requests import PartyRequest
from accounts.web.access import acts_as_kind, records_for_party
from orders.enums import OfferState
from orders.models import PresaleOffer, Product
from orders.queries.parties import lines_of, offers_of
from orders.services import lines, offers, placing
from orders.services.channels import own_channel
from orders.web.forms import CancelForm, OfferForm, OrderForm, next_evening
from traceability.web.codes import qr_picture
from traceability.web.forms.entries import EntryForm
from traceability.web.refusals import refusals_on

_PAGE = 20


@require_safe
@acts_as_kind(*MAKERS)
def home(request: PartyRequest) -> HttpResponse:
    """List the seller's offers, with what is left of each, and the lines that were ordered."""
    page = Paginator(lines_of(request.membership), _PAGE).get_page(request.GET.get("page"))
    context = {
        "offers": [(one, placing.left_of(one)) for one in offers_of(request.membership)[:_PAGE]],
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
    left = placing.left_of(found)
    context = {
        "offer": found,
        "left": left,
        "ordered": found.cap_kg - left,
        "page": Paginator(lines_of(request.membership).filter(offer=found), _PAGE).get_page(request.GET.get("page")),
        "records": may_record(request.membership),
        "form": EntryForm(auto_id=False),
        "is_open": found.state == OfferState.OPEN,
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
    return qr_picture(request.build_absolute_uri(f"/order/{found.pk}/"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def order(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """Let a customer order, without a log-in."""
    found = get_object_or_404(PresaleOffer.objects.select_related("product", "seller", "window"), pk=offer_id)
    form = OrderForm(request.POST or None, offer=found)
    left = placing.left_of(found)
    is_open = found.state == OfferState.OPEN and timezone.now() <= found.cutoff_at and left > 0
    if is_open and form.is_valid():
        # Only what would be taken in counts: who forgot a field may try again.
        ratelimit.consume(request, action="order", raise_exception=True)
        with refusals_on(form):
            _place(found, form)
            return render(request, "orders/ordered.html", {"offer": found, "kg": form.cleaned_data["kg"]})
    return render(request, "orders/order.html", {"form": form, "offer": found, "left": left, "is_open": is_open})


def _place(found: PresaleOffer, form: OrderForm) -> None:
    member = found.seller.memberships.filter(role="OWNER").order_by("pk").select_related("user", "organisation").first()
    if member is None:
        raise Http404
    channel = own_channel(member)
    clerk = membership_for(channel.clerk, found.seller) or member
    said = form.cleaned_data
    kg: Decimal = said["kg"]
    entry = form.entry()
    wanted = placing.Wanted(offer=found, kg=kg, node=said["node"])
    facts = placing.OrderFacts(channel=channel, number=str(entry.id), lines=[wanted], buyer=said["buyer"])
    placing.place(facts=facts, entry=entry, membership=clerk, at=timezone.now())
