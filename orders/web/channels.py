"""A seller's channels: what each brought, its campaigns with their codes, and the key of its machine."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import MAKERS
from accounts.queries.memberships import may_record
from accounts.requests import PartyRequest
from accounts.web.access import acts_as_kind, asks_again, manages_party, records_for_party
from orders.enums import ChannelKind, OfferState
from orders.models import Campaign, Channel, PresaleOffer
from orders.queries.parties import offers_of
from orders.queries.sales import sales_by_channel
from orders.services import channels
from orders.web.sale_forms import CampaignForm, ChannelForm
from traceability.web.refusals import refusals_on


@require_safe
@acts_as_kind(*MAKERS)
def home(request: PartyRequest) -> HttpResponse:
    """List the channels with their campaigns, and what each brought."""
    context = {"sales": sales_by_channel(request.membership), "records": may_record(request.membership)}
    return render(request, "orders/channels.html", context)


@acts_as_kind(*MAKERS)
@records_for_party
def new(request: PartyRequest) -> HttpResponse:
    """Set up a channel."""
    form = ChannelForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            made = channels.make_channel(**form.cleaned_data, membership=request.membership)
            return redirect("market:channel", made.code)
    return render(request, "orders/channel_new.html", {"form": form, "title": _("New channel"), "channel": None})


@require_safe
@acts_as_kind(*MAKERS)
def channel(request: PartyRequest, channel: str) -> HttpResponse:
    """Show a channel with its campaigns, and how its machine sends orders."""
    found = _own(request, channel)
    context = {
        "channel": found,
        "campaigns": found.campaigns.order_by("-starts_on", "pk"),
        "offers": _taking(request),
        "has_key": bool(found.sealed_secret),
        "records": may_record(request.membership),
    }
    return render(request, "orders/channel.html", context)


@never_cache
@require_POST
@manages_party
@acts_as_kind(*MAKERS)
@asks_again
def key(request: PartyRequest, channel: str) -> HttpResponse:
    """Draw a new key for a channel's machine, and show it this once."""
    found = _own(request, channel)
    secret = channels.new_secret(channel=found, membership=request.membership)
    return render(request, "orders/channel_key.html", {"channel": found, "secret": secret})


@acts_as_kind(*MAKERS)
@records_for_party
def campaign_new(request: PartyRequest, channel: str) -> HttpResponse:
    """Set up a campaign in a channel."""
    found = _own(request, channel)
    today = timezone.localdate()
    form = CampaignForm(request.POST or None, initial={"starts_on": today, "ends_on": today})
    if form.is_valid():
        with refusals_on(form):
            made = channels.make_campaign(channel=found, sale=form.sale(), membership=request.membership)
            messages.success(request, _("Print its codes, or show them in the stream."))
            return redirect("market:campaign", found.code, made.code)
    return render(request, "orders/channel_new.html", {"form": form, "title": _("New campaign"), "channel": found})


@require_safe
@acts_as_kind(*MAKERS)
def campaign(request: PartyRequest, channel: str, campaign: str) -> HttpResponse:
    """Show a campaign's codes: one for each open offer, and orders that come by them are counted for it."""
    found = get_object_or_404(Campaign.objects.select_related("channel"), channel=_own(request, channel), code=campaign)
    offers = _taking(request)
    context = {"campaign": found, "offers": offers, "source": f"{found.channel.code}.{found.code}"}
    return render(request, "orders/campaign.html", context)


def _own(request: PartyRequest, code: str) -> Channel:
    own = Channel.objects.filter(organisation=request.membership.organisation_id).exclude(kind=ChannelKind.NEED)
    return get_object_or_404(own.select_related("organisation"), code=code)


def _taking(request: PartyRequest) -> QuerySet[PresaleOffer]:
    return offers_of(request.membership).filter(state=OfferState.OPEN, cutoff_at__gte=timezone.now())
