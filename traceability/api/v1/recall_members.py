"""Recalls: what may be sent about them, and what readers are told."""

from typing import Any

from rest_framework import serializers

from traceability.api.v1.answers import PartyAnswer
from traceability.api.v1.fields import DecimalText
from traceability.api.v1.filters import Filters
from traceability.api.v1.inputs import EntryInput, text
from traceability.enums import RecallLevel, RecallReason
from traceability.models import Recall


class RecallInput(EntryInput):
    """A lot to recall with all that it went into, or a drill of that."""

    lot = serializers.UUIDField()
    level = serializers.ChoiceField(RecallLevel.choices)
    reason = serializers.ChoiceField(RecallReason.choices)
    note = text(1000)
    drill = serializers.BooleanField(default=False, help_text="A drill holds nothing and tells nobody.")


class LevelInput(EntryInput):
    """How grave it is."""

    level = serializers.ChoiceField(RecallLevel.choices)


class WideningInput(EntryInput):
    """That what was made since is taken in."""


class FoundInput(EntryInput):
    """What a holder found, kept back, and destroyed so far."""

    found_kg = DecimalText()
    blocked_kg = DecimalText()
    destroyed_kg = DecimalText()
    note = text(1000)


class ClosingInput(EntryInput):
    """That it is over."""

    note = text(1000)


class RecallAnswer(serializers.Serializer[Recall]):
    """A recall or a drill."""

    id = serializers.UUIDField()
    entity = serializers.CharField(help_text="Its name in the log.")
    lot = serializers.UUIDField(source="lot_id")
    party = PartyAnswer(help_text="Who opened it.")
    level = serializers.ChoiceField(RecallLevel.choices)
    reason = serializers.ChoiceField(RecallReason.choices)
    drill = serializers.BooleanField()
    lots_count = serializers.IntegerField()
    accounted_percent = DecimalText(allow_null=True)
    opened_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    minutes = serializers.IntegerField(allow_null=True, help_text="From opening to closing.")


class TotalsAnswer(serializers.Serializer[Any]):
    """The last answers of all holders, added up."""

    holders = serializers.IntegerField()
    answered = serializers.IntegerField()
    found_kg = DecimalText()
    blocked_kg = DecimalText()
    destroyed_kg = DecimalText()


class SaidAnswer(serializers.Serializer[Any]):
    """What a holder answered last."""

    found_kg = DecimalText()
    blocked_kg = DecimalText()
    destroyed_kg = DecimalText()
    answered_at = serializers.DateTimeField()


class HolderAnswer(serializers.Serializer[Any]):
    """A party that has recalled lots in hand, or had when it was told."""

    party = PartyAnswer()
    lots = serializers.IntegerField(help_text="In its hands now.")
    kg = DecimalText(help_text="By the books.")
    answer = SaidAnswer(allow_null=True)


class ProgressAnswer(serializers.Serializer[Any]):
    """What the law asks of a recall, what is answered, and, for who runs it, by whom."""

    begin_by = serializers.DateTimeField(help_text="Before this moment holders must be told and goods blocked.")
    finish_by = serializers.DateTimeField()
    totals = TotalsAnswer()
    holders = HolderAnswer(many=True, help_text="Empty for who does not run the recall.")


class RecallDetailAnswer(RecallAnswer):
    """A recall, and how far it is."""

    progress = ProgressAnswer()


class RecallFilters(Filters):
    """Which recalls."""

    lot = serializers.UUIDField(required=False)
    drill = serializers.BooleanField(required=False, allow_null=True, default=None)
    closed = serializers.BooleanField(required=False, allow_null=True, default=None)
