"""What readers are told of the market, and what may be sent to it."""

from typing import Any

from rest_framework import serializers

from orders.api.members import WindowMembers
from orders.enums import LineState, RunCause, RunKind, RunState
from orders.models import MatchRun, OrderLine
from orders.queries.board import Place
from orders.queries.picture import BY_REGION, BY_WEEK, BY_WINDOW, Stand
from traceability.api.v1.answers import PartyAnswer
from traceability.api.v1.fields import DecimalText
from traceability.api.v1.filters import Filters
from traceability.api.v1.inputs import EntryInput

PUBLISH, REJECT = "publish", "reject"


class ProductFilters(Filters):
    """Of which product."""

    product = serializers.SlugField(required=False, max_length=40)


class MarketFilters(ProductFilters):
    """Of which product, and what its rows are about."""

    by = serializers.ChoiceField([BY_WINDOW, BY_WEEK, BY_REGION], required=False, default=BY_WINDOW)


class RunFilters(ProductFilters):
    """Which runs."""

    state = serializers.ChoiceField(RunState.choices, required=False)


class StandAnswer(serializers.Serializer[Stand]):
    """How a product stands in a window, a week or a region, in kg."""

    about = serializers.SerializerMethodField(help_text="First and last day, the week's Monday, or a division code.")
    ordered_kg = DecimalText(source="ordered")
    matched_kg = DecimalText(source="matched")
    short_kg = DecimalText(source="short")
    planned_kg = DecimalText(source="planned")
    bad_year_kg = DecimalText(source="bad_year")
    good_year_kg = DecimalText(source="good_year")
    sold_kg = DecimalText(source="sold")
    unsold_kg = DecimalText(source="unsold")

    def get_about(self, stand: Stand) -> str:
        """Name it."""
        about: Any = stand.about
        if hasattr(about, "starts_on"):
            return f"{about.starts_on}/{about.ends_on}"
        return str(about.code if hasattr(about, "code") else about)


class MarketAnswer(serializers.Serializer[Any]):
    """One product's part of the picture."""

    product = serializers.CharField(source="product.code")
    name = serializers.CharField(source="product.name")
    name_en = serializers.CharField(source="product.name_en")
    rows = StandAnswer(many=True)


class NeedAnswer(serializers.Serializer[OrderLine]):
    """What a party says ahead that it will buy; everybody sees it."""

    id = serializers.UUIDField()
    order = serializers.CharField(source="order.entity", help_text="Its name in the log.")
    party = PartyAnswer(source="order.channel.organisation")
    product = serializers.CharField(source="product.code")
    min_grade = serializers.IntegerField(source="min_grade.rank")
    window = WindowMembers()
    region = serializers.CharField(source="node.code")
    kg = DecimalText()
    price_fen_per_kg = serializers.IntegerField()
    state = serializers.ChoiceField(LineState.choices)


class WantedAnswer(serializers.Serializer[Any]):
    """A need, and how much of it nobody has promised yet."""

    need = NeedAnswer(source="line")
    open_kg = DecimalText()


class BoardWindowAnswer(serializers.Serializer[Place]):
    """A window: how the product stands in it, and who needs some of it."""

    stand = StandAnswer()
    needs = WantedAnswer(many=True)


class BoardAnswer(serializers.Serializer[Any]):
    """One product's part of the demand board."""

    product = serializers.CharField(source="product.code")
    name = serializers.CharField(source="product.name")
    name_en = serializers.CharField(source="product.name_en")
    windows = BoardWindowAnswer(many=True, source="rows")


class NeedInput(EntryInput):
    """So much of this grade or better, in this window and region, at this price."""

    product = serializers.SlugField(max_length=40)
    min_grade = serializers.IntegerField(min_value=0, help_text="Rank; 0 is the best.")
    window = serializers.DateField(help_text="First day of the delivery window.")
    region = serializers.CharField(max_length=12, help_text="Division code to which it goes.")
    kg = DecimalText()
    price_fen_per_kg = serializers.IntegerField(min_value=1)


class RunAnswer(serializers.Serializer[MatchRun]):
    """A run of the matching: what went in and came out is named by hashes, so that anybody can repeat it."""

    id = serializers.UUIDField()
    entity = serializers.CharField(help_text="Its name in the log.")
    product = serializers.CharField(source="product.code")
    kind = serializers.ChoiceField(RunKind.choices)
    cause = serializers.ChoiceField(RunCause.choices)
    state = serializers.ChoiceField(RunState.choices)
    inputs_sha256 = serializers.CharField()
    outcome_sha256 = serializers.CharField()
    solver = serializers.CharField()
    objective_fen = DecimalText()
    bound_fen = DecimalText()
    demand_kg = DecimalText()
    supply_kg = DecimalText()
    matched_kg = DecimalText()
    moved_kg = DecimalText()
    kept_kg = DecimalText()
    computed_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)


class RunInput(EntryInput):
    """What to match."""

    product = serializers.SlugField(max_length=40)


class DecisionInput(EntryInput):
    """What becomes of a run that waits."""

    decision = serializers.ChoiceField([PUBLISH, REJECT])
