"""Sheets of orders: what a shop or a stream sold, row by row."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db.models import Q

from accounts.models import Membership
from orders.enums import OfferState
from orders.models import Campaign, Channel, Node, PresaleOffer, PresaleOrder
from orders.services.channels import own_channel
from orders.services.placing import OrderFacts, Wanted, place
from traceability.errors import RefusedError
from traceability.services.entries import Entry
from traceability.services.imports.kind import SheetOf, Values, kilograms
from traceability.sheets import Column, day, decimal, text, weight

_FEN = 100
_MOST_YUAN = Decimal(100_000)


def _write(values: Values, entry: Entry, membership: Membership, at: datetime) -> PresaleOrder:
    channel = _channel(values, membership)
    price = values.get("price")
    wanted = Wanted(
        offer=_offer(values, membership),
        kg=kilograms(values["kg"]) or Decimal(0),
        node=_node(values),
        price_fen_per_kg=None if price is None else int(price * _FEN),
    )
    facts = OrderFacts(
        channel=channel,
        number=values["number"],
        lines=[wanted],
        buyer=values.get("buyer", ""),
        campaign=_campaign(values, channel),
    )
    return place(facts=facts, entry=entry, membership=membership, at=at)


def _channel(values: Values, membership: Membership) -> Channel:
    if "channel" not in values:
        return own_channel(membership)
    found = Channel.objects.filter(organisation=membership.organisation, code=values["channel"]).first()
    if found is None:
        raise RefusedError("/channel", "unknown_channel")
    return found


def _campaign(values: Values, channel: Channel) -> Campaign | None:
    if "campaign" not in values:
        return None
    found = Campaign.objects.filter(channel=channel, code=values["campaign"]).first()
    if found is None:
        raise RefusedError("/campaign", "unknown_campaign")
    return found


def _offer(values: Values, membership: Membership) -> PresaleOffer:
    named = Q(product__name=values["product"]) | Q(product__code=values["product"])
    own = PresaleOffer.objects.filter(named, seller=membership.organisation, window__starts_on=values["window"])
    if "grade" in values:
        own = own.filter(min_grade__name=values["grade"])
    found = list(own.order_by("state", "pk").select_related("product"))
    open_ = [one for one in found if one.state == OfferState.OPEN]
    if not found:
        raise RefusedError("/product", "unknown_offer")
    if len(open_) > 1:
        raise RefusedError("/grade", "several_offers")
    return (open_ or found)[0]


def _node(values: Values) -> Node:
    found = Node.objects.filter(Q(name=values["region"]) | Q(code=values["region"])).first()
    if found is None:
        raise RefusedError("/region", "no_such_region")
    return found


def _identity(values: Values) -> str:
    # A channel gives each number once.
    return f"{values.get('channel', '')} {values['number']}"


def _total(values: Values) -> Mapping[str, Decimal]:
    return {"kg": kilograms(values["kg"]) or Decimal(0)}


ORDERS = SheetOf(
    columns=(
        Column("day", ("下单日期", "day"), day),
        Column("number", ("订单号", "order number"), text(64)),
        Column("product", ("产品", "product"), text(60)),
        Column("window", ("交货开始", "delivery from"), day),
        Column("kg", ("数量", "quantity"), weight()),
        Column("region", ("收货地区", "region"), text(60)),
        Column("grade", ("等级", "grade"), text(40), required=False),
        Column("price", ("单价", "yuan per kg"), decimal(places=2, most=_MOST_YUAN), required=False),
        Column("buyer", ("买家", "buyer"), text(60), required=False),
        Column("channel", ("渠道", "channel"), text(40), required=False),
        Column("campaign", ("活动", "campaign"), text(40), required=False),
    ),
    example=("2026-08-01", "TB-0001", "盘锦稻谷", "2026-10-01", "50公斤", "沈阳", "", "4.20", "示例买家", "", ""),
    write=_write,
    identity=_identity,
    total=_total,
    fields={"time": "day", "offer": "product", "price_fen_per_kg": "price"},
)
