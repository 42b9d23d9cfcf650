"""What may be sent about plans, recommendations and alerts, and what readers are told of them."""

from rest_framework import serializers

from orders.api.members import WindowMembers
from orders.enums import Answer, PlanEnd, PlanState, RevisionReason, RiskAction
from orders.models import PlanSupply, PlantingPlan, Recommendation, RiskAlert
from traceability.api.v1.fields import DecimalText, StrictSerializer
from traceability.api.v1.filters import Filters
from traceability.api.v1.inputs import EntryInput, list_of, text


class SupplyInput(StrictSerializer):
    """How much of one grade may come in one window, in a bad, a usual and a good year, and what is asked."""

    grade = serializers.IntegerField(min_value=0, help_text="Rank; 0 is the best.")
    window = serializers.DateField(help_text="First day of the delivery window.")
    p10_kg = DecimalText(help_text="One year in ten gives less.")
    p50_kg = DecimalText()
    p90_kg = DecimalText(help_text="One year in ten gives more.")
    ask_fen_per_kg = serializers.IntegerField(min_value=1)


class GrowingInput(EntryInput):
    """What is to grow, wherever that is."""

    variety = serializers.CharField(max_length=60)
    area_mu = DecimalText(decimal_places=2, max_digits=10)
    region = serializers.CharField(max_length=12, help_text="Division code from which it ships.")
    supplies = list_of(SupplyInput(), allow_empty=False)


class PlanInput(GrowingInput):
    """A planting plan for one of the party's plots."""

    plot = serializers.UUIDField()
    product = serializers.SlugField(max_length=40)


class RevisedInput(StrictSerializer):
    """A supply's new quantiles."""

    supply = serializers.UUIDField()
    p10_kg = DecimalText()
    p50_kg = DecimalText()
    p90_kg = DecimalText()


class RevisionInput(EntryInput):
    """A new estimate of a plan's yield, and why."""

    reason = serializers.ChoiceField(RevisionReason.choices)
    because_of = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="The record of what happened to the crop."
    )
    supplies = list_of(RevisedInput(), allow_empty=False)


class PlanEndInput(EntryInput):
    """Why a plan ends."""

    reason = serializers.ChoiceField(PlanEnd.choices)


class ActionInput(EntryInput):
    """What is done about goods that may stay unsold."""

    action = serializers.ChoiceField(RiskAction.choices)
    note = text(200)


class SupplyAnswer(serializers.Serializer[PlanSupply]):
    """How much of one grade a plan may give in one window."""

    id = serializers.UUIDField()
    grade = serializers.IntegerField(source="grade.rank")
    window = WindowMembers()
    p10_kg = DecimalText()
    p50_kg = DecimalText()
    p90_kg = DecimalText()
    ask_fen_per_kg = serializers.IntegerField()


class PlanAnswer(serializers.Serializer[PlantingPlan]):
    """A planting plan."""

    id = serializers.UUIDField()
    entity = serializers.CharField(help_text="Its name in the log.")
    plot = serializers.UUIDField(source="plot_id")
    product = serializers.CharField(source="product.code")
    variety = serializers.CharField()
    area_mu = DecimalText()
    season = serializers.UUIDField(source="season_id", allow_null=True)
    state = serializers.ChoiceField(PlanState.choices)
    supplies = SupplyAnswer(many=True)


class RecommendationFilters(Filters):
    """Which recommendations."""

    open = serializers.BooleanField(
        required=False, allow_null=True, default=None, help_text="Those without an answer, or those with one."
    )


class RecommendationAnswer(serializers.Serializer[Recommendation]):
    """What a planning run proposes for a plot, and why. To decline costs nothing."""

    id = serializers.IntegerField()
    run = serializers.UUIDField(source="run_id")
    plot = serializers.UUIDField(source="plot_id")
    product = serializers.CharField(source="product.code")
    window = WindowMembers()
    area_mu = DecimalText()
    presold_bp = serializers.IntegerField(help_text="How much of the demand is presold, hundredths of a percent.")
    forecast_bp = serializers.IntegerField(help_text="How much of it is forecast, hundredths of a percent.")
    price_fen_per_kg = serializers.IntegerField(help_text="What can be expected.")
    expected_kg = DecimalText(help_text="What the area gives in a usual year.")
    ahead_kg = DecimalText(help_text="How much of it to sell ahead: a year of `ahead_bp` gives less.")
    ahead_bp = serializers.IntegerField(
        help_text="unsold_fen_per_kg / (unsold_fen_per_kg + missing_fen_per_kg), hundredths of a percent."
    )
    unsold_fen_per_kg = serializers.IntegerField(help_text="Lost on what was not sold ahead and is left over.")
    missing_fen_per_kg = serializers.IntegerField(help_text="Lost on what was sold ahead and is missing.")
    answer = serializers.ChoiceField(Answer.choices, allow_blank=True)
    plan = serializers.UUIDField(source="plan_id", allow_null=True)


class AlertFilters(Filters):
    """Which alerts."""

    open = serializers.BooleanField(
        required=False, allow_null=True, default=None, help_text="Those that are not over, or those that are."
    )


class AlertAnswer(serializers.Serializer[RiskAlert]):
    """That goods may stay unsold, what was done about it, and how it ended."""

    id = serializers.IntegerField()
    plan = serializers.UUIDField(source="supply.plan_id")
    supply = serializers.UUIDField(source="supply_id")
    product = serializers.CharField(source="supply.plan.product.code")
    window = WindowMembers(source="supply.window")
    raised_on = serializers.DateField()
    chance_bp = serializers.IntegerField(help_text="That more than a tenth stays unsold, hundredths of a percent.")
    expected_kg = DecimalText()
    action = serializers.ChoiceField(RiskAction.choices, allow_blank=True)
    note = serializers.CharField(allow_blank=True)
    acted_on = serializers.DateField(allow_null=True)
    unsold_kg = DecimalText(allow_null=True)
    ended_on = serializers.DateField(allow_null=True)
