"""What came in by which channel and campaign, and what became of it."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, Sum

from accounts.models import Membership
from orders.enums import GONE, AllocationState, ChannelKind
from orders.models import Allocation, Campaign, Channel, OrderLine
from orders.money import fen_of

_GOOD = (AllocationState.ACCEPTED, AllocationState.SETTLED)
# A channel's key, and its campaign's where an order came by one.
_Source = tuple[int, int | None]


@dataclass(slots=True)
class Sales:
    """What one channel or one campaign brought: orders, what they are worth, and what of it was accepted."""

    channel: Channel
    campaign: Campaign | None = None
    orders: int = 0
    ordered_kg: Decimal = Decimal(0)
    ordered_fen: int = 0
    accepted_kg: Decimal = Decimal(0)
    accepted_fen: int = 0

    @property
    def fen_per_kg(self) -> int:
        """What a kilogram brought on the average, in fen; 0 where nothing was ordered."""
        return int(self.ordered_fen / self.ordered_kg) if self.ordered_kg else 0


def sales_by_channel(membership: Membership) -> list[tuple[Sales, list[Sales]]]:
    """Give each channel of a seller with its sum, and within it each campaign; orders that ended count nowhere."""
    channels = Channel.objects.filter(organisation=membership.organisation_id).exclude(kind=ChannelKind.NEED)
    found = _figures(membership)
    return [
        (
            _sum(Sales(one), [sales for (channel, _), sales in found.items() if channel == one.pk]),
            [_sum(Sales(one, campaign), [found[one.pk, campaign.pk]]) for campaign in _campaigns(one)],
        )
        for one in channels.prefetch_related("campaigns").order_by("name", "pk")
    ]


def _campaigns(channel: Channel) -> list[Campaign]:
    return sorted(channel.campaigns.all(), key=lambda one: (one.starts_on, one.pk))


def _figures(membership: Membership) -> defaultdict[_Source, Sales]:
    found: defaultdict[_Source, Sales] = defaultdict(lambda: Sales(Channel()))
    seen: defaultdict[_Source, set[object]] = defaultdict(set)
    own = Q(order__channel__organisation=membership.organisation_id)
    for line in OrderLine.objects.filter(own).exclude(state__in=GONE).select_related("order"):
        source = (line.order.channel_id, line.order.campaign_id)
        seen[source].add(line.order_id)
        found[source].ordered_kg += line.kg
        found[source].ordered_fen += fen_of(line.kg, line.price_fen_per_kg)
    for source, orders in seen.items():
        found[source].orders = len(orders)
    _add_accepted(found, membership)
    return found


def _add_accepted(found: defaultdict[_Source, Sales], membership: Membership) -> None:
    own = Allocation.objects.filter(line__order__channel__organisation=membership.organisation_id, state__in=_GOOD)
    keys = ("line__order__channel_id", "line__order__campaign_id", "price_fen_per_kg")
    for channel, campaign, price, kg in own.order_by().values_list(*keys).annotate(kg=Sum("accepted_kg")):
        found[channel, campaign].accepted_kg += kg
        found[channel, campaign].accepted_fen += fen_of(kg, price)


def _sum(total: Sales, parts: list[Sales]) -> Sales:
    for one in parts:
        for name in ("orders", "ordered_kg", "ordered_fen", "accepted_kg", "accepted_fen"):
            setattr(total, name, getattr(total, name) + getattr(one, name))
    return total
