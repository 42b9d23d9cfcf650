"""The demand board: forecasts, needs and presale in one place, and the needs of one's own."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.enums import MAKERS, OrganisationKind
from accounts.queries.memberships import acts_as, may_record
from accounts.requests import PartyRequest
from accounts.web.access import acts_as_kind, acts_for_party, records_for_party
from orders.models import Product
from orders.queries.board import board, needs
from orders.services.needs import release_need
from orders.web.sale_forms import NeedForm
from traceability.web.refusals import refusals_on

_GROWERS = (OrganisationKind.HOUSEHOLD, OrganisationKind.COOPERATIVE)


@require_safe
@acts_for_party
def home(request: PartyRequest) -> HttpResponse:
    """Show, for each product and window, what is forecast, what is needed by whom, and what is sold ahead."""
    products = Product.objects.all()
    records = may_record(request.membership)
    own = needs().filter(order__channel__organisation=request.membership.organisation_id)
    context = {
        "places": board(products, today=timezone.localdate()),
        "products": products,
        "own": own,
        "releases": records and acts_as(request.membership, *MAKERS),
        "plans": records and acts_as(request.membership, *_GROWERS),
    }
    return render(request, "orders/board.html", context)


@acts_as_kind(*MAKERS)
@records_for_party
def need_new(request: PartyRequest, code: str) -> HttpResponse:
    """Release a need."""
    product = get_object_or_404(Product, code=code)
    form = NeedForm(request.POST or None, product=product)
    if form.is_valid():
        with refusals_on(form):
            release_need(need=form.need(), entry=form.entry(), membership=request.membership, at=timezone.now())
            messages.success(request, _("On the board. It is matched with plans like any order."))
            return redirect("market:board")
    return render(request, "orders/need_new.html", {"form": form, "product": product})
