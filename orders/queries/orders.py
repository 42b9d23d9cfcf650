"""A customer's order as its own page shows it, found by an address that only its customer has."""

from dataclasses import dataclass

from django.core import signing
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from orders.enums import GONE, AllocationState, ChannelKind
from orders.models import Allocation, Campaign, Channel, OrderLine, PresaleOffer, PresaleOrder, SubstitutionProposal
from orders.queries.market import ENDED, promised_to

# An order's id stands in the public log; what opens its page must not.
_SIGNER = signing.Signer(salt="orders.customer", sep=".")


@dataclass(frozen=True, slots=True)
class Standing:
    """One line, what growers promised to it, and what waits for its customer."""

    line: OrderLine
    promises: list[Allocation]
    proposal: SubstitutionProposal | None
    may_change: bool

    @property
    def delivered(self) -> list[Allocation]:
        """List what has arrived and is neither accepted nor disputed."""
        found = [one for one in self.promises if one.state == AllocationState.DELIVERED]
        return [one for one in found if not one.disputed_fen]


def token_of(order: PresaleOrder) -> str:
    """Give the part of an address by which its customer comes back to an order."""
    return _SIGNER.sign(order.pk.hex)


def order_of(token: str) -> PresaleOrder:
    """Find the order of an address. Raises Http404 for an address that nobody was given."""
    try:
        order_id = _SIGNER.unsign(token)
    except signing.BadSignature as error:
        raise Http404 from error
    found = PresaleOrder.objects.select_related("channel__organisation", "channel__clerk").filter(pk=order_id)
    order = found.first()
    if order is None:
        raise Http404
    return order


def standings(order: PresaleOrder) -> list[Standing]:
    """List an order's lines with what became of each."""
    lines = order.lines.select_related("product", "window", "node", "min_grade", "offer").order_by("position")
    return [_standing(one) for one in lines]


def promises_to(order: PresaleOrder) -> QuerySet[Allocation]:
    """List what growers promised to an order."""
    return Allocation.objects.filter(line__order=order)


def source_of(offer: PresaleOffer, named: str) -> tuple[Channel, Campaign | None] | None:
    """Find the channel, and its campaign, that an address names as "channel" or "channel.campaign".

    Only the seller's own count, and a campaign only on its days: afterwards its channel stands for it. What comes in
    through the channel of needs would stand on the demand board, as if the seller itself had said it.
    """
    code, _dot, campaign = named.partition(".")
    own = Channel.objects.filter(organisation=offer.seller_id, code=code).exclude(kind=ChannelKind.NEED)
    channel = own.select_related("organisation", "clerk").first()
    if channel is None:
        return None
    today = timezone.localdate()
    running = channel.campaigns.filter(code=campaign, starts_on__lte=today, ends_on__gte=today)
    return channel, running.first()


def _standing(line: OrderLine) -> Standing:
    promises = line.allocations.exclude(state__in=ENDED).select_related("lot", "farmer").order_by("firm_at", "pk")
    waiting = line.proposals.filter(answer="").select_related("supply__window", "supply__grade", "supply__plan")
    is_open = line.may_end and not promised_to(line)
    in_time = line.offer is None or timezone.now() <= line.offer.cutoff_at
    proposal = None if line.state in GONE else waiting.first()
    return Standing(line, list(promises), proposal, is_open and in_time and not line.deposit_fen)
