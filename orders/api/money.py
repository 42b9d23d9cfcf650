"""Statements, instructions to the bank's split account and its receipts, for partners' machines."""

from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.enums import KeyScope
from accounts.models import Membership
from orders.enums import StatementState
from orders.models import PayoutInstruction, Statement
from orders.queries.parties import payouts_of, statements_of
from orders.services import payments, settlement
from traceability.api.v1.answers import PartyAnswer
from traceability.api.v1.fields import DecimalText, StrictSerializer
from traceability.api.v1.filters import Filters
from traceability.api.v1.inputs import EntryInput
from traceability.api.v1.lists import PartyList
from traceability.api.v1.recording import MakerView, Values
from traceability.services.entries import Entry

# A bank's answer of a day; more are sent in parts.
MOST_RECEIPTS = 500


class StatementFilters(Filters):
    """Which statements."""

    state = serializers.ChoiceField(StatementState.choices, required=False)
    overdue = serializers.BooleanField(
        required=False, allow_null=True, default=None, help_text="Those that should have been paid and are not."
    )


class PayoutFilters(Filters):
    """Which instructions."""

    open = serializers.BooleanField(
        required=False, allow_null=True, default=None, help_text="Those without a receipt, or those with one."
    )


class StatementLineAnswer(serializers.Serializer[Any]):
    """One delivery, and the harvest behind it."""

    allocation = serializers.CharField(source="allocation.entity", help_text="Its name in the log.")
    lot = serializers.CharField(source="allocation.lot.entity", allow_null=True, help_text="The harvest, in the log.")
    kg = DecimalText()
    fen = serializers.IntegerField()


class StatementAnswer(serializers.Serializer[Statement]):
    """What a grower is owed, by when, and for which deliveries."""

    id = serializers.UUIDField()
    entity = serializers.CharField(help_text="Its name in the log.")
    number = serializers.CharField()
    grower = PartyAnswer(source="farmer")
    payer = PartyAnswer()
    issued_on = serializers.DateField()
    due_on = serializers.DateField()
    gross_fen = serializers.IntegerField()
    fees_fen = serializers.IntegerField()
    net_fen = serializers.IntegerField()
    interest_fen = serializers.SerializerMethodField(help_text="0.05 % a day after the due day, until it is paid.")
    state = serializers.ChoiceField(StatementState.choices)
    paid_on = serializers.DateField(allow_null=True)
    lines = StatementLineAnswer(many=True)

    def get_interest_fen(self, statement: Statement) -> int:
        """Reckon it as of today."""
        return payments.interest_so_far(statement, today=timezone.localdate())


class WrittenAnswer(serializers.Serializer[Any]):
    """The statements that were due."""

    statements = StatementAnswer(many=True)


class PayoutAnswer(serializers.Serializer[PayoutInstruction]):
    """An instruction to the bank: under its id the bank pays once."""

    id = serializers.UUIDField()
    statement = serializers.CharField(source="statement.number")
    payee = PartyAnswer()
    fen = serializers.IntegerField()
    instructed_at = serializers.DateTimeField()
    due_on = serializers.DateField(source="statement.due_on")
    receipt = serializers.CharField(allow_blank=True)
    paid_on = serializers.DateField(allow_null=True)


class ReceiptInput(EntryInput):
    """What the bank answered."""

    number = serializers.CharField(max_length=80)
    fen = serializers.IntegerField(min_value=1)
    paid_on = serializers.DateField()


class AnsweredInput(StrictSerializer):
    """What the bank answered to one instruction."""

    payout = serializers.UUIDField(help_text="The instruction's id.")
    number = serializers.CharField(max_length=80, help_text="The bank's own.")
    fen = serializers.IntegerField(min_value=1)
    paid_on = serializers.DateField()


class ReceiptsInput(EntryInput):
    """What the bank answered to many instructions."""

    receipts: "serializers.ListSerializer[Any]" = serializers.ListSerializer(
        child=AnsweredInput(), allow_empty=False, max_length=MOST_RECEIPTS
    )


class ReceiptsAnswer(serializers.Serializer[Any]):
    """How the instructions stand now, in the order in which they were sent."""

    recorded = serializers.IntegerField(help_text="How many of them are news; the others were recorded before.")
    payouts = PayoutAnswer(many=True)


class Statements(PartyList, MakerView):
    """What growers are owed."""

    scope = KeyScope.ORDERS
    serializer_class = StatementAnswer
    filters = StatementFilters

    def seen_by(self, membership: Membership) -> QuerySet[Statement]:
        """List those in which the party has a part, as grower or as payer."""
        return statements_of(membership).prefetch_related("lines__allocation__lot")

    def narrowed(self, found: QuerySet[Statement], wanted: Values) -> QuerySet[Statement]:
        """Narrow down by state, and to what is overdue or is not."""
        if "state" in wanted:
            found = found.filter(state=wanted["state"])
        if wanted["overdue"] is None:
            return found
        late = Statement.objects.exclude(state=StatementState.PAID).filter(due_on__lt=timezone.localdate())
        return found.filter(pk__in=late) if wanted["overdue"] else found.exclude(pk__in=late)

    @extend_schema(
        operation_id="statements", parameters=[StatementFilters], responses=StatementAnswer(many=True), tags=["orders"]
    )
    def get(self, request: Request) -> Response:
        """List statements with their deliveries, and what is owed for paying late."""
        return self.answer(request)

    @extend_schema(operation_id="write_statements", request=EntryInput, responses={201: WrittenAnswer}, tags=["orders"])
    def post(self, request: Request) -> Response:
        """Write a statement for each grower of what was accepted three days ago and stands in none yet."""
        return self.record(request, EntryInput, WrittenAnswer, self._issue)

    def _issue(self, entry: Entry, values: Values) -> dict[str, object]:  # noqa: ARG002
        today = timezone.localdate()
        made = settlement.issue_statements(entry=entry, membership=self.member, today=today, at=timezone.now())
        return {"statements": made}


class StatementPayout(MakerView):
    """The instruction to pay a statement."""

    scope = KeyScope.ORDERS

    @extend_schema(operation_id="instruct_payout", request=EntryInput, responses={201: PayoutAnswer}, tags=["orders"])
    def post(self, request: Request, statement_id: UUID) -> Response:
        """Instruct the bank to pay a statement, once: asked again, the instruction that there is, is given."""
        own = statements_of(self.member).filter(payer=self.member.organisation_id)
        statement = get_object_or_404(own, pk=statement_id)
        return self.record(request, EntryInput, PayoutAnswer, partial(self._instruct, statement))

    def _instruct(self, statement: Statement, entry: Entry, values: Values) -> PayoutInstruction:  # noqa: ARG002
        return settlement.instruct(statement=statement, entry=entry, membership=self.member, at=timezone.now())


class Payouts(PartyList):
    """Instructions to the bank's split account."""

    scope = KeyScope.ORDERS
    serializer_class = PayoutAnswer
    filters = PayoutFilters

    def seen_by(self, membership: Membership) -> QuerySet[PayoutInstruction]:
        """List those of the party's statements."""
        return payouts_of(membership)

    def narrowed(self, found: QuerySet[PayoutInstruction], wanted: Values) -> QuerySet[PayoutInstruction]:
        """Keep those that the bank has not answered, or those that it has."""
        if wanted["open"] is None:
            return found
        return found.filter(receipt="") if wanted["open"] else found.exclude(receipt="")

    @extend_schema(
        operation_id="payouts", parameters=[PayoutFilters], responses=PayoutAnswer(many=True), tags=["orders"]
    )
    def get(self, request: Request) -> Response:
        """List instructions; each has one id, under which the bank pays it once."""
        return self.answer(request)


class PayoutReceipt(MakerView):
    """What the bank answered."""

    scope = KeyScope.ORDERS

    @extend_schema(operation_id="take_receipt", request=ReceiptInput, responses={201: PayoutAnswer}, tags=["orders"])
    def post(self, request: Request, payout_id: UUID) -> Response:
        """Record that the bank paid. The same receipt again changes nothing; another one is refused."""
        payout = get_object_or_404(payouts_of(self.member), pk=payout_id)
        return self.record(request, ReceiptInput, PayoutAnswer, partial(self._take, payout))

    def _take(self, payout: PayoutInstruction, entry: Entry, values: Values) -> PayoutInstruction:
        receipt = payments.BankReceipt(**values)
        return payments.take_receipt(
            payout=payout, receipt=receipt, entry=entry, membership=self.member, at=timezone.now()
        )


class PayoutReceipts(MakerView):
    """What the bank answered to many instructions."""

    scope = KeyScope.ORDERS

    @extend_schema(
        operation_id="take_receipts", request=ReceiptsInput, responses={201: ReceiptsAnswer}, tags=["orders"]
    )
    def post(self, request: Request) -> Response:
        """Record all that the bank answered, or nothing: one bad line, and each bad line is named.

        The same receipts again change nothing, in whichever batch they come; 200 where all were recorded before.
        """
        read = ReceiptsInput(data=request.data)
        read.is_valid(raise_exception=True)
        sent = read.validated_data
        taken = payments.take_receipts(
            answered=[_answered(one) for one in sent["receipts"]],
            entry=Entry(id=sent["id"], time=sent["time"]),
            membership=self.member,
            at=timezone.now(),
        )
        recorded = sum(is_news for _, is_news in taken)
        known = payouts_of(self.member).in_bulk([one.pk for one, _ in taken])
        told = {"recorded": recorded, "payouts": [known[one.pk] for one, _ in taken]}
        return Response(ReceiptsAnswer(told).data, status=201 if recorded else 200)


def _answered(values: Values) -> payments.Answered:
    said = dict(values)
    return payments.Answered(payout=said.pop("payout"), receipt=payments.BankReceipt(**said))
