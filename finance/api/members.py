"""What a bank's machine may send, and what it is told."""

from typing import Any

from rest_framework import serializers

from finance.enums import Category, Delinquency, LoanState, NoticeKind, PostingKind, Purpose
from finance.models import BankNotice, LoanPosting
from finance.services.answering import Shown
from traceability.api.v1.fields import StrictSerializer

_ASKED = [(value, label) for value, label in Purpose.choices if value != Purpose.OWN_VIEW]


class QueryInput(StrictSerializer):
    """A query by a consent that the token names; purpose and loan are those of the token."""

    id = serializers.UUIDField(help_text="Made by the bank. The same query again gives the same answer.")
    consent_id = serializers.UUIDField()
    categories = serializers.ListField(
        child=serializers.ChoiceField(Category.choices), min_length=1, max_length=4, default=[Category.SCORE]
    )
    known_tree_size = serializers.IntegerField(
        min_value=0, max_value=2**53 - 1, required=False, help_text="Of the newest checkpoint that the bank has seen."
    )


class PostingInput(StrictSerializer):
    """What a bank says of a loan, signed by a key that it has registered."""

    id = serializers.UUIDField(help_text="Made by the bank. The same posting again is taken once.")
    consent_id = serializers.UUIDField()
    loan_ref = serializers.CharField(max_length=64)
    kind = serializers.ChoiceField(PostingKind.choices)
    on = serializers.DateField()
    amount_fen = serializers.IntegerField(required=False, min_value=1, max_value=10**14)
    days_past_due = serializers.IntegerField(required=False, min_value=0, max_value=100_000)
    due_on = serializers.DateField(required=False)
    yearly_cost_bp = serializers.IntegerField(required=False, min_value=0, max_value=1_000_000)
    signature = serializers.CharField(
        max_length=1000,
        help_text="Detached JWS (header..signature) over the canonical JSON (RFC 8785) of the other members.",
    )


class ReasonAnswer(serializers.Serializer[Any]):
    """One reason in words."""

    code = serializers.CharField()
    name = serializers.CharField()
    text = serializers.CharField()
    hint = serializers.CharField(allow_blank=True, help_text="What would change it.")
    points = serializers.IntegerField()
    events = serializers.ListField(child=serializers.CharField(), help_text="The records behind it.")


class RangeAnswer(serializers.Serializer[Any]):
    """Between which numbers the score lies."""

    low = serializers.IntegerField(allow_null=True)
    high = serializers.IntegerField(allow_null=True)


class CheckpointAnswer(serializers.Serializer[Any]):
    """The published log when it was answered."""

    tree_size = serializers.IntegerField()
    root_sha256 = serializers.CharField()


class QueryAnswer(serializers.Serializer[Shown]):
    """An answer: what may not go out, or was not asked for, is null."""

    id = serializers.UUIDField(source="answer.row.pk")
    consent_id = serializers.UUIDField(source="answer.consent.pk")
    queries_left = serializers.IntegerField(source="answer.consent.queries_left")
    fields_returned = serializers.ListField(source="answer.fields", child=serializers.CharField())
    withheld = serializers.BooleanField(
        source="answer.withheld", help_text="The number stays with the farmer, who holds a certificate of it."
    )
    disputed = serializers.BooleanField(source="answer.disputed", help_text="在异议: a record is being looked at.")
    valid_until = serializers.DateTimeField(source="answer.valid_until")
    score_id = serializers.UUIDField(source="answer.score.pk")
    score = serializers.IntegerField(allow_null=True)
    grade = serializers.CharField(allow_null=True, allow_blank=True)
    range = RangeAnswer(allow_null=True)
    reasons = ReasonAnswer(many=True, allow_null=True)
    strengths = ReasonAnswer(many=True, allow_null=True)
    features = serializers.DictField(allow_null=True)
    certificate = serializers.JSONField(allow_null=True, source="document")
    checkpoint = CheckpointAnswer(allow_null=True)


class PostingAnswer(serializers.Serializer[LoanPosting]):
    """A posting that was taken, and how its loan stands by it."""

    id = serializers.UUIDField(source="pk")
    loan_ref = serializers.CharField(source="loan.loan_ref")
    state = serializers.ChoiceField(LoanState.choices, source="loan.state")
    content_sha256 = serializers.CharField()


class NoticeAnswer(serializers.Serializer[BankNotice]):
    """What the bank must know without having asked."""

    consent_id = serializers.UUIDField()
    kind = serializers.ChoiceField(NoticeKind.choices)
    created_at = serializers.DateTimeField()


class FaultAnswer(serializers.Serializer[Any]):
    """One rule that was broken, and by which member (a JSON pointer)."""

    pointer = serializers.CharField(allow_blank=True)
    rule = serializers.CharField()
    message = serializers.CharField()


class RefusalAnswer(serializers.Serializer[Any]):
    """Problem details (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField()
    errors = FaultAnswer(many=True, required=False)  # type: ignore[assignment]


__all__ = ["Delinquency", "NoticeAnswer", "PostingAnswer", "PostingInput", "QueryAnswer", "QueryInput", "RefusalAnswer"]
