"""What may be sent about offers and orders, and what readers are told."""

from typing import Any

from rest_framework import serializers

from orders.enums import AllocationState, DepositKind, LineState, OfferState, Substitution, Withdrawal
from orders.models import Allocation, OrderLine, PresaleOffer, PresaleOrder
from traceability.api.v1.answers import PartyAnswer
from traceability.api.v1.fields import DecimalText, Moment, StrictSerializer
from traceability.api.v1.filters import Filters
from traceability.api.v1.inputs import EntryInput, list_of, text


class WindowMembers(serializers.Serializer[Any]):
    """Days of delivery, both included."""

    starts_on = serializers.DateField()
    ends_on = serializers.DateField()


class OfferInput(EntryInput):
    """What is offered ahead."""

    product = serializers.SlugField(max_length=40)
    min_grade = serializers.IntegerField(min_value=0, help_text="Rank; 0 is the best.")
    window = serializers.DateField(help_text="First day of the delivery window.")
    region = serializers.CharField(max_length=12, help_text="Division code from which it ships.")
    price_fen_per_kg = serializers.IntegerField(min_value=1)
    cap_kg = DecimalText()
    cutoff_at = Moment()
    deposit_kind = serializers.ChoiceField(DepositKind.choices, default=DepositKind.NONE)
    deposit_bp = serializers.IntegerField(min_value=0, max_value=10_000, default=0)
    substitution = serializers.ChoiceField(Substitution.choices, default=Substitution.ASK)


class LineInput(StrictSerializer):
    """One thing ordered."""

    offer = serializers.UUIDField()
    kg = DecimalText()
    region = serializers.CharField(max_length=12, help_text="Division code to which it goes.")
    price_fen_per_kg = serializers.IntegerField(min_value=1, required=False, allow_null=True, default=None)
    split_ok = serializers.BooleanField(default=True)
    contract = serializers.BooleanField(default=False)


class ChannelOrderInput(StrictSerializer):
    """An order as a channel's machine sends it."""

    number = serializers.CharField(max_length=64, help_text="The channel's own; the same again is one order.")
    time = Moment()
    lines = list_of(LineInput(), allow_empty=False)
    buyer = text(help_text="How the channel calls its customer. It stays private.")
    campaign = text(40)


class OrderInput(ChannelOrderInput):
    """An order of one of the party's channels."""

    channel = serializers.SlugField(max_length=40)


class CancellationInput(EntryInput):
    """Why a line ends."""

    reason = serializers.ChoiceField(Withdrawal.choices)


class DepositInput(EntryInput):
    """What was paid ahead."""

    fen = serializers.IntegerField(min_value=1)


class OfferAnswer(serializers.Serializer[PresaleOffer]):
    """An offer of the party's own."""

    id = serializers.UUIDField()
    entity = serializers.CharField(help_text="Its name in the log.")
    product = serializers.CharField(source="product.code")
    min_grade = serializers.IntegerField(source="min_grade.rank")
    window = WindowMembers()
    region = serializers.CharField(source="ship_region.code")
    price_fen_per_kg = serializers.IntegerField()
    cap_kg = DecimalText()
    cutoff_at = serializers.DateTimeField()
    deposit_kind = serializers.ChoiceField(DepositKind.choices)
    deposit_bp = serializers.IntegerField()
    substitution = serializers.ChoiceField(Substitution.choices)
    state = serializers.ChoiceField(OfferState.choices)


class LineAnswer(serializers.Serializer[OrderLine]):
    """A line, and how it stands."""

    id = serializers.UUIDField()
    offer = serializers.UUIDField(source="offer_id", allow_null=True)
    product = serializers.CharField(source="product.code")
    window = WindowMembers()
    region = serializers.CharField(source="node.code")
    kg = DecimalText()
    price_fen_per_kg = serializers.IntegerField()
    deposit_due_fen = serializers.IntegerField()
    deposit_fen = serializers.IntegerField()
    refunded_fen = serializers.IntegerField()
    state = serializers.ChoiceField(LineState.choices)


class OrderAnswer(serializers.Serializer[PresaleOrder]):
    """An order, with its lines."""

    id = serializers.UUIDField()
    entity = serializers.CharField(help_text="Its name in the log.")
    channel = serializers.CharField(source="channel.code")
    number = serializers.CharField(source="external_id")
    buyer = serializers.CharField(allow_blank=True)
    placed_at = serializers.DateTimeField()
    lines = LineAnswer(many=True)


class AllocationAnswer(serializers.Serializer[Allocation]):
    """A promise in which the party has a part."""

    id = serializers.UUIDField()
    entity = serializers.CharField(help_text="Its name in the log.")
    line = serializers.UUIDField(source="line_id")
    grower = PartyAnswer(source="farmer")
    lot = serializers.UUIDField(source="lot_id", allow_null=True)
    price_fen_per_kg = serializers.IntegerField()
    state = serializers.ChoiceField(AllocationState.choices)
    firm_kg = DecimalText()
    picked_kg = DecimalText()
    shipped_kg = DecimalText()
    delivered_kg = DecimalText()
    accepted_kg = DecimalText()
    rejected_kg = DecimalText()
    disputed_fen = serializers.IntegerField()


class OrderFilters(Filters):
    """Which orders."""

    number = serializers.CharField(required=False, max_length=64)
    channel = serializers.SlugField(required=False, max_length=40)
