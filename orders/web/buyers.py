"""The pages of a seller's own customers, without a log-in: ordering, and what becomes of an order.

Nobody logs in here. What a customer says is recorded by whom the seller named to answer for the channel, and the record
says that the buyer said it.
"""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple, TypedDict
from uuid import UUID

from allauth.core import ratelimit
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import Role
from accounts.models import Membership
from accounts.queries.memberships import members_of
from orders.enums import AllocationState, Answer, OfferState, Withdrawal
from orders.events import BUYER
from orders.models import Allocation, OrderLine, PresaleOffer, PresaleOrder, SubstitutionProposal
from orders.queries.orders import order_of, promises_to, source_of, standings, token_of
from orders.services import disputes, fulfilment, lines, placing, substitutes, taking
from orders.services.channels import answering_for, own_channel
from orders.web.buyer_forms import AnswerForm, ComplaintForm, GoodForm, LessForm, OrderForm
from orders.web.forms import NowForm
from traceability.services.entries import Entry
from traceability.web.refusals import refusals_on

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_FEN = 100


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def order(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """Let a customer order; `from` in the address tells by which channel and campaign they came."""
    found = get_object_or_404(PresaleOffer.objects.select_related("product", "seller", "window"), pk=offer_id)
    form = OrderForm(request.POST or None, offer=found)
    left = taking.left_of(found)
    is_open = found.state == OfferState.OPEN and timezone.now() <= found.cutoff_at and left > 0
    if is_open and form.is_valid():
        # Only what would be taken in counts: who forgot a field may try again.
        ratelimit.consume(request, action="order", raise_exception=True)
        with refusals_on(form):
            made = _place(found, form, request.GET.get("from", ""))
            messages.success(request, _("The seller has your order."))
            return redirect("order:mine", token_of(made))
    return render(request, "orders/order.html", {"form": form, "offer": found, "left": left, "is_open": is_open})


@never_cache
@require_safe
def mine(request: HttpRequest, token: str) -> HttpResponse:
    """Show an order to its customer: what became of each line, and what waits for an answer."""
    found = order_of(token)
    context = {
        "order": found,
        "seller": found.channel.organisation,
        "standings": standings(found),
        "token": token,
        "url": request.build_absolute_uri(),
    }
    return _apart(render(request, "orders/mine.html", context))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def line(request: HttpRequest, token: str, line_id: UUID, step: str) -> HttpResponse:
    """Change or cancel a line, as its customer."""
    found = order_of(token)
    one = get_object_or_404(found.lines.select_related("product", "window", "offer"), pk=line_id)
    forms: dict[str, type[NowForm]] = {"change": LessForm, "cancel": NowForm}
    if step not in forms:
        raise Http404
    form = forms[step](request.POST or None, initial={"kg": f"{one.kg.normalize():f}"})
    if form.is_valid():
        with refusals_on(form):
            _take_line(step, one, form, found)
            return _done(request, token)
    return _asked(request, token, form, _ASKED[step], one)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: HttpRequest, token: str, proposal_id: UUID) -> HttpResponse:
    """Say yes or no to other goods."""
    found = order_of(token)
    own = SubstitutionProposal.objects.filter(line__order=found, answer="")
    one = get_object_or_404(own.select_related("line__product", "line__window"), pk=proposal_id)
    form = AnswerForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            said = Answer(form.cleaned_data["answer"])
            substitutes.answer(proposal=one, said=said, **_said(form, found))
            return _done(request, token)
    return _asked(request, token, form, _ASKED["proposal"], one.line)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def delivery(request: HttpRequest, token: str, allocation_id: UUID, step: str) -> HttpResponse:
    """Accept what arrived, or say what is wrong with it."""
    found = order_of(token)
    own = promises_to(found).filter(state=AllocationState.DELIVERED, disputed_fen=0)
    one = get_object_or_404(own.select_related("line__product", "line__window"), pk=allocation_id)
    forms: dict[str, type[NowForm]] = {"accept": GoodForm, "dispute": ComplaintForm}
    if step not in forms:
        raise Http404
    form = forms[step](request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            _take_delivery(step, one, form, found)
            return _done(request, token)
    return _asked(request, token, form, _ASKED[step], one.line)


class _Words(NamedTuple):
    """What a page that asks for one thing is called, what it explains, and what its button says."""

    title: "_StrPromise"
    button: "_StrPromise"
    explains: "_StrPromise | str" = ""


_ASKED = {
    "change": _Words(gettext_lazy("Change the quantity"), gettext_lazy("Save")),
    "cancel": _Words(
        gettext_lazy("Cancel this order?"),
        gettext_lazy("Cancel the order"),
        gettext_lazy(
            "Until the offer's cut-off this is free. "
            "Afterwards the rule of what was paid ahead decides what comes back."
        ),
    ),
    "proposal": _Words(gettext_lazy("Other goods in place of it?"), gettext_lazy("Send")),
    "accept": _Words(
        gettext_lazy("It arrived well"),
        gettext_lazy("It arrived well"),
        gettext_lazy("The grower is paid for it. Afterwards nothing can be complained about here."),
    ),
    "dispute": _Words(gettext_lazy("Something is wrong"), gettext_lazy("Send")),
}


class _Said(TypedDict):
    entry: Entry
    membership: Membership
    at: datetime
    by: str


def _said(form: NowForm, found: PresaleOrder) -> _Said:
    return {"entry": form.entry(), "membership": answering_for(found.channel), "at": timezone.now(), "by": BUYER}


def _take_line(step: str, one: OrderLine, form: NowForm, found: PresaleOrder) -> None:
    if step == "change":
        lines.change(line=one, kg=form.cleaned_data["kg"], **_said(form, found))
    else:
        lines.cancel(line=one, reason=Withdrawal.BUYER, **_said(form, found))


def _take_delivery(step: str, one: Allocation, form: NowForm, found: PresaleOrder) -> None:
    said = form.cleaned_data
    if step == "accept":
        fulfilment.accept(allocation=one, **_said(form, found))
    else:
        disputes.dispute(allocation=one, fen=int(said["fen"] * _FEN), note=said["note"], **_said(form, found))


def _asked(request: HttpRequest, token: str, form: NowForm, words: "_Words", one: OrderLine) -> HttpResponse:
    context = {"form": form, "line": one, "token": token, **words._asdict()}
    return _apart(render(request, "orders/mine_step.html", context))


def _done(request: HttpRequest, token: str) -> HttpResponse:
    messages.success(request, _("Recorded. The seller sees it."))
    return redirect("order:mine", token)


def _apart(answer: HttpResponse) -> HttpResponse:
    # Who has the address has the order: it goes into no search engine and to no other site.
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Referrer-Policy"] = "same-origin"
    return answer


def _place(found: PresaleOffer, form: OrderForm, named: str) -> PresaleOrder:
    owner = members_of(found.seller).select_related("organisation").filter(role=Role.OWNER).first()
    if owner is None:
        raise Http404
    channel, campaign = source_of(found, named) or (own_channel(owner), None)
    said = form.cleaned_data
    kg: Decimal = said["kg"]
    said_by_form = form.entry()
    # The log says which ids there are. Who could send one would hear whether a guess at another's order is right.
    entry = Entry(id=said_by_form.id_of("order"), time=said_by_form.time)
    wanted = placing.Wanted(offer=found, kg=kg, node=said["node"])
    facts = placing.OrderFacts(
        channel=channel, number=str(entry.id), lines=[wanted], buyer=said["buyer"], campaign=campaign
    )
    return placing.place(facts=facts, entry=entry, membership=answering_for(channel), at=timezone.now())
