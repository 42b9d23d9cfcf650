"""Offers, orders and promises, for partners' machines."""

from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.enums import KeyScope
from accounts.models import Membership
from accounts.queries.memberships import membership_for
from orders import webhook
from orders.api import names
from orders.api.members import (
    AllocationAnswer,
    CancellationInput,
    ChannelOrderInput,
    DepositInput,
    LineAnswer,
    OfferAnswer,
    OfferInput,
    OrderAnswer,
    OrderFilters,
    OrderInput,
)
from orders.enums import ChannelKind
from orders.models import (
    Allocation,
    Campaign,
    Channel,
    OrderLine,
    PresaleOffer,
    PresaleOrder,
)
from orders.queries.parties import dealt_by, lines_of, offers_of
from orders.services import lines, offers, placing
from orders.services.channels import secret_of
from traceability.api.v1.lists import PartyList
from traceability.api.v1.recording import MakerView, Values
from traceability.errors import RefusedError
from traceability.services.entries import Entry


class Offers(PartyList, MakerView):
    """The party's offers."""

    scope = KeyScope.ORDERS

    serializer_class = OfferAnswer

    def seen_by(self, membership: Membership) -> QuerySet[PresaleOffer]:
        """List its own."""
        return offers_of(membership)

    @extend_schema(operation_id="offers", responses=OfferAnswer(many=True), tags=["orders"])
    def get(self, request: Request) -> Response:
        """List the party's offers."""
        return self.answer(request)

    @extend_schema(operation_id="open_offer", request=OfferInput, responses={201: OfferAnswer}, tags=["orders"])
    def post(self, request: Request) -> Response:
        """Offer something ahead."""
        return self.record(request, OfferInput, OfferAnswer, self._open)

    def _open(self, entry: Entry, values: Values) -> PresaleOffer:
        product = names.product(values.pop("product"))
        grade = names.grade(product, values.pop("min_grade"), "/min_grade")
        window = names.window(product, values.pop("window"), "/window")
        region = names.node(values.pop("region"), "/region")
        terms = offers.Terms(product=product, min_grade=grade, window=window, ship_region=region, **values)
        return offers.open_offer(terms=terms, entry=entry, membership=self.member, at=timezone.now())


class Orders(PartyList, MakerView):
    """The orders of the party's channels."""

    scope = KeyScope.ORDERS

    serializer_class = OrderAnswer
    filters = OrderFilters

    def seen_by(self, membership: Membership) -> QuerySet[PresaleOrder]:
        """List them with their lines."""
        own = PresaleOrder.objects.filter(channel__organisation=membership.organisation_id)
        return own.select_related("channel").prefetch_related("lines__product", "lines__window", "lines__node")

    def narrowed(self, found: QuerySet[PresaleOrder], wanted: Values) -> QuerySet[PresaleOrder]:
        """Narrow down by the channel's number or code."""
        names = {"number": "external_id", "channel": "channel__code"}
        return super().narrowed(found, {names[name]: value for name, value in wanted.items()})

    @extend_schema(operation_id="orders", parameters=[OrderFilters], responses=OrderAnswer(many=True), tags=["orders"])
    def get(self, request: Request) -> Response:
        """List orders."""
        return self.answer(request)

    @extend_schema(operation_id="place_order", request=OrderInput, responses={201: OrderAnswer}, tags=["orders"])
    def post(self, request: Request) -> Response:
        """Place an order: 200 where the channel's number stood for the same before, 409 where for something else."""
        read = OrderInput(data=request.data)
        read.is_valid(raise_exception=True)
        values = dict(read.validated_data)
        own = Channel.objects.filter(organisation=self.member.organisation_id).exclude(kind=ChannelKind.NEED)
        channel = own.select_related("organisation").filter(code=values.pop("channel")).first()
        if channel is None:
            raise RefusedError("/channel", "unknown_channel")
        return _placed(channel, values, self.member)


class ChannelOrders(APIView):
    """Where a channel's machine sends its orders, signed by the channel's key."""

    authentication_classes = ()
    permission_classes = ()
    throttle_scope = "api"

    @extend_schema(
        operation_id="channel_order", request=ChannelOrderInput, responses={201: OrderAnswer}, tags=["orders"], auth=[]
    )
    def post(self, request: Request, code: str) -> Response:
        """Take an order in that is signed by the Standard Webhooks specification."""
        channel = Channel.objects.select_related("organisation", "clerk").filter(code=code).first()
        secret = secret_of(channel) if channel else ""
        now = int(timezone.now().timestamp())
        if channel is None or not webhook.is_signed(request.headers, request.body, secret=secret, now=now):
            raise AuthenticationFailed
        member = membership_for(channel.clerk, channel.organisation)
        if member is None:
            raise AuthenticationFailed
        read = ChannelOrderInput(data=request.data)
        read.is_valid(raise_exception=True)
        return _placed(channel, dict(read.validated_data), member)


class LineCancellation(MakerView):
    """The end of a line."""

    scope = KeyScope.ORDERS

    @extend_schema(operation_id="cancel_line", request=CancellationInput, responses={201: LineAnswer}, tags=["orders"])
    def post(self, request: Request, line_id: UUID) -> Response:
        """Cancel a line of which nothing is promised yet; what was paid ahead comes back by its rule."""
        line = get_object_or_404(lines_of(self.member), pk=line_id)
        return self.record(request, CancellationInput, LineAnswer, partial(self._cancel, line))

    def _cancel(self, line: OrderLine, entry: Entry, values: Values) -> OrderLine:
        reason = values["reason"]
        return lines.cancel(line=line, reason=reason, entry=entry, membership=self.member, at=timezone.now())


class LineDeposit(MakerView):
    """What was paid ahead for a line."""

    scope = KeyScope.ORDERS

    @extend_schema(operation_id="pay_deposit", request=DepositInput, responses={201: LineAnswer}, tags=["orders"])
    def post(self, request: Request, line_id: UUID) -> Response:
        """Record that a line was paid ahead."""
        line = get_object_or_404(lines_of(self.member), pk=line_id)
        return self.record(request, DepositInput, LineAnswer, partial(self._pay, line))

    def _pay(self, line: OrderLine, entry: Entry, values: Values) -> OrderLine:
        fen = values["fen"]
        return lines.pay_deposit(line=line, fen=fen, entry=entry, membership=self.member, at=timezone.now())


class Allocations(PartyList):
    """Promises in which the party has a part."""

    scope = KeyScope.ORDERS

    serializer_class = AllocationAnswer

    def seen_by(self, membership: Membership) -> QuerySet[Allocation]:
        """List them."""
        return dealt_by(membership)

    @extend_schema(operation_id="allocations", responses=AllocationAnswer(many=True), tags=["orders"])
    def get(self, request: Request) -> Response:
        """List promises, as grower or as seller."""
        return self.answer(request)


def _placed(channel: Channel, values: dict[str, Any], member: Membership) -> Response:
    facts = placing.OrderFacts(
        channel=channel,
        number=values["number"],
        lines=[_wanted(one, f"/lines/{place}", member) for place, one in enumerate(values["lines"])],
        buyer=values["buyer"],
        campaign=_campaign(channel, values["campaign"]),
    )
    entry = Entry(id=uuid4(), time=values["time"])
    order = placing.place(facts=facts, entry=entry, membership=member, at=timezone.now())
    return Response(OrderAnswer(order).data, status=201 if order.pk == entry.id else 200)


def _wanted(sent: dict[str, Any], pointer: str, member: Membership) -> placing.Wanted:
    said = dict(sent)
    offer = offers_of(member).filter(pk=said.pop("offer")).first()
    if offer is None:
        raise RefusedError(f"{pointer}/offer", "unknown_offer")
    return placing.Wanted(offer=offer, node=names.node(said.pop("region"), f"{pointer}/region"), **said)


def _campaign(channel: Channel, code: str) -> Campaign | None:
    if not code:
        return None
    found = channel.campaigns.filter(code=code).first()
    if found is None:
        raise RefusedError("/campaign", "unknown_campaign")
    return found
