"""Other goods in place of those that nobody can bring, for channels' machines."""

from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.enums import KeyScope
from accounts.models import Membership
from orders.api.members import AllocationAnswer, WindowMembers
from orders.enums import Answer
from orders.events import BUYER
from orders.models import Allocation, OrderLine, PlanSupply, SubstitutionProposal
from orders.queries.parties import lines_of, proposals_of
from orders.queries.substitutes import Choice, substitutes_for
from orders.services import substitutes
from traceability.api.v1.answers import PartyAnswer
from traceability.api.v1.fields import DecimalText
from traceability.api.v1.filters import Filters
from traceability.api.v1.inputs import EntryInput
from traceability.api.v1.lists import PartyList
from traceability.api.v1.party_view import PartyView
from traceability.api.v1.recording import MakerView, Values
from traceability.errors import RefusedError
from traceability.services.entries import Entry


class ChoiceAnswer(serializers.Serializer[Choice]):
    """A supply that may still be promised, and how much of it."""

    supply = serializers.UUIDField(source="supply.pk")
    grower = PartyAnswer(source="supply.plan.farmer")
    grade = serializers.IntegerField(source="supply.grade.rank")
    window = WindowMembers(source="supply.window")
    left_kg = DecimalText()


class ChoicesAnswer(serializers.Serializer[Any]):
    """What could come in place of a line's goods, the nearest window first."""

    choices = ChoiceAnswer(many=True)


class ProposalAnswer(serializers.Serializer[SubstitutionProposal]):
    """That other goods may come for a line. Who does not answer in time gets the money back."""

    id = serializers.UUIDField()
    line = serializers.UUIDField(source="line_id")
    order = serializers.CharField(source="line.order.external_id", help_text="The channel's own number.")
    supply = serializers.UUIDField(source="supply_id")
    grade = serializers.IntegerField(source="supply.grade.rank")
    window = WindowMembers(source="supply.window")
    kg = DecimalText()
    proposed_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    answer = serializers.ChoiceField(Answer.choices, allow_blank=True)
    answered_at = serializers.DateTimeField(allow_null=True)


class SubstituteAnswer(serializers.Serializer[Any]):
    """Other goods: promised at once where the buyer allowed them, else proposed."""

    promise = AllocationAnswer(allow_null=True)
    proposal = ProposalAnswer(allow_null=True)


class SubstituteInput(EntryInput):
    """So much of which supply."""

    supply = serializers.UUIDField()
    kg = DecimalText()


class BuyerAnswerInput(EntryInput):
    """What the channel's customer said."""

    accepted = serializers.BooleanField(help_text="Whether the other goods may come; else the money goes back.")


class ProposalFilters(Filters):
    """Which proposals."""

    open = serializers.BooleanField(
        required=False, allow_null=True, default=None, help_text="Those without an answer, or those with one."
    )


class LineSubstitutes(PartyView):
    """What could come in place of a line's goods."""

    scope = KeyScope.ORDERS

    @extend_schema(operation_id="substitutes", responses=ChoicesAnswer, tags=["orders"])
    def get(self, request: Request, line_id: UUID) -> Response:  # noqa: ARG002
        """List at most fifty supplies of the same product that reach the line."""
        line = get_object_or_404(lines_of(self.member), pk=line_id)
        return Response(ChoicesAnswer({"choices": substitutes_for(line, today=timezone.localdate())}).data)


class LineSubstitution(MakerView):
    """Other goods for the rest of a line."""

    scope = KeyScope.ORDERS

    @extend_schema(
        operation_id="propose_substitute", request=SubstituteInput, responses={201: SubstituteAnswer}, tags=["orders"]
    )
    def post(self, request: Request, line_id: UUID) -> Response:
        """Bring other goods where the buyer allowed it; else ask, with 24 hours to answer."""
        line = get_object_or_404(lines_of(self.member), pk=line_id)
        return self.record(request, SubstituteInput, SubstituteAnswer, partial(self._propose, line))

    def _propose(self, line: OrderLine, entry: Entry, values: Values) -> dict[str, object]:
        supply = PlanSupply.objects.filter(pk=values["supply"]).first()
        if supply is None:
            raise RefusedError("/supply", "unknown_supply")
        made = substitutes.propose(
            line=line, supply=supply, kg=values["kg"], entry=entry, membership=self.member, at=timezone.now()
        )
        # A fresh row's zeros are those of the database.
        made.refresh_from_db()
        is_promise = isinstance(made, Allocation)
        return {"promise": made if is_promise else None, "proposal": None if is_promise else made}


class Proposals(PartyList):
    """Proposals to the buyers of the party's channels."""

    scope = KeyScope.ORDERS
    serializer_class = ProposalAnswer
    filters = ProposalFilters

    def seen_by(self, membership: Membership) -> QuerySet[SubstitutionProposal]:
        """List them."""
        return proposals_of(membership)

    def narrowed(self, found: QuerySet[SubstitutionProposal], wanted: Values) -> QuerySet[SubstitutionProposal]:
        """Keep those that wait for an answer, or those that have one."""
        if wanted["open"] is None:
            return found
        return found.filter(Q(answer="") if wanted["open"] else ~Q(answer=""))

    @extend_schema(
        operation_id="proposals",
        parameters=[ProposalFilters],
        responses=ProposalAnswer(many=True),
        tags=["orders"],
    )
    def get(self, request: Request) -> Response:
        """List proposals of other goods, and what their buyers said."""
        return self.answer(request)


class ProposalReply(MakerView):
    """What a buyer said to other goods."""

    scope = KeyScope.ORDERS

    @extend_schema(
        operation_id="answer_proposal", request=BuyerAnswerInput, responses={201: ProposalAnswer}, tags=["orders"]
    )
    def post(self, request: Request, proposal_id: UUID) -> Response:
        """Pass on what the channel's customer said; the record says that the buyer said it."""
        proposal = get_object_or_404(proposals_of(self.member), pk=proposal_id)
        return self.record(request, BuyerAnswerInput, ProposalAnswer, partial(self._answer, proposal))

    def _answer(self, proposal: SubstitutionProposal, entry: Entry, values: Values) -> SubstitutionProposal:
        said = Answer.ACCEPTED if values["accepted"] else Answer.DECLINED
        return substitutes.answer(
            proposal=proposal, said=said, entry=entry, membership=self.member, at=timezone.now(), by=BUYER
        )
