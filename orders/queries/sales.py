"""What came in by which channel and campaign, and what became of it."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, DecimalField, ExpressionWrapper, F, Sum
from django.db.models.functions import Round

from accounts.models import Membership
from orders.enums import GONE, AllocationState, ChannelKind
from orders.models import Allocation, Campaign, Channel, OrderLine

_FEN = DecimalField(max_digits=24, decimal_places=3)
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
    own = OrderLine.objects.filter(order__channel__organisation=membership.organisation_id).exclude(state__in=GONE)
    rows = own.order_by().values_list("order__channel_id", "order__campaign_id")
    sums = rows.annotate(orders=Count("order", distinct=True), mass=Sum("kg"), fen=Sum(_fen("kg")))
    for channel, campaign, orders, kg, fen in sums:
        one = found[channel, campaign]
        one.orders, one.ordered_kg, one.ordered_fen = orders, kg, int(fen)
    _add_accepted(found, membership)
    return found


def _add_accepted(found: defaultdict[_Source, Sales], membership: Membership) -> None:
    own = Allocation.objects.filter(line__order__channel__organisation=membership.organisation_id, state__in=_GOOD)
    rows = own.order_by().values_list("line__order__channel_id", "line__order__campaign_id")
    for channel, campaign, kg, fen in rows.annotate(mass=Sum("accepted_kg"), fen=Sum(_fen("accepted_kg"))):
        found[channel, campaign].accepted_kg, found[channel, campaign].accepted_fen = kg, int(fen)


def _fen(kg: str) -> Round:
    """Reckon what a row's kilograms cost as `fen_of` does: each row rounded half up to whole fen."""
    return Round(ExpressionWrapper(F(kg) * F("price_fen_per_kg"), output_field=_FEN))


def _sum(total: Sales, parts: list[Sales]) -> Sales:
    for one in parts:
        for name in ("orders", "ordered_kg", "ordered_fen", "accepted_kg", "accepted_fen"):
            setattr(total, name, getattr(total, name) + getattr(one, name))
    return total
