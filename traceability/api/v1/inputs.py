"""What may be sent, member by member. What each value may be in the log is the schema of its type of event."""

from typing import Any

from rest_framework import serializers

from traceability.api.v1.fields import DecimalText, Moment, StrictSerializer
from traceability.enums import Crop


def text(longest: int = 60, **options: Any) -> serializers.CharField:
    """Make a member of text that may be left out."""
    return serializers.CharField(max_length=longest, required=False, allow_blank=True, default="", **options)


def kilograms(**options: Any) -> DecimalText:
    """Make a member for a quantity that may be left out."""
    return DecimalText(required=False, allow_null=True, default=None, **options)


def _percent() -> DecimalText:
    return DecimalText(max_digits=5, decimal_places=2, required=False, allow_null=True, default=None)


def list_of(child: StrictSerializer, **options: Any) -> "serializers.ListSerializer[Any]":
    """Make a list of lines."""
    # As many lines as no run has: each costs a look into the database.
    return serializers.ListSerializer(child=child, max_length=100, **options)


class EntryInput(StrictSerializer):
    """What every record needs: the id that its sender gives it, and when it happened."""

    id = serializers.UUIDField(help_text="Made by the sender. The same again is recorded once.")
    time = Moment(help_text="When it happened, with its offset.")


class PlotInput(EntryInput):
    """A plot to register."""

    number = serializers.CharField(max_length=40)
    division_code = serializers.CharField(max_length=12, help_text="The village, 12 digits.")
    declared_mu = DecimalText(decimal_places=2, max_digits=10)
    name = text()
    boundary = serializers.DictField(
        required=False, help_text="GeoJSON, WGS 84. The log holds only a commitment to it."
    )
    note = text(1000)


class SeasonInput(EntryInput):
    """A season to begin."""

    plot = serializers.UUIDField()
    crop = serializers.ChoiceField(Crop.choices)
    variety = serializers.CharField(max_length=60)
    year = serializers.IntegerField()
    area_mu = DecimalText(decimal_places=2, max_digits=10)
    gtin = text(14)
    note = text(1000)


class GrowthInput(EntryInput):
    """Work on a season, or what was seen of it."""

    type = serializers.CharField(max_length=60, help_text="Such as growth.irrigated.")
    body = serializers.DictField(
        required=False, default=dict, help_text="Public members, without the date, which follows from the time."
    )
    private = serializers.DictField(
        required=False, default=dict, help_text="Members that the log holds as commitments, such as a note."
    )


class LotInput(StrictSerializer):
    """A lot that comes into being."""

    kg = DecimalText()
    product_form = serializers.CharField(max_length=40)
    product_name = text()
    code = text(20, help_text="Without one, the lot gets a number.")
    gtin = text(14)
    moisture_percent = _percent()


class HarvestInput(EntryInput):
    """A harvest, which becomes a lot."""

    season = serializers.UUIDField()
    kg = DecimalText()
    product_name = text()
    code = text(20, help_text="Without one, the lot gets a number.")
    gtin = text(14)
    moisture_percent = _percent()
    area_mu = DecimalText(decimal_places=2, max_digits=10, required=False, allow_null=True, default=None)
    interval_reason = text(help_text="Why it was harvested inside a pre-harvest interval.")
    note = text(1000)


class ProcessInputInput(StrictSerializer):
    """So much of a lot."""

    lot = serializers.UUIDField()
    kg = DecimalText()


class ByProductInput(StrictSerializer):
    """What falls off beside the product."""

    name = serializers.CharField(max_length=60)
    kg = DecimalText()
    lot = LotInput(required=False)


class LossInput(StrictSerializer):
    """What is gone, and why."""

    reason = serializers.CharField(max_length=40)
    kg = DecimalText()


class ProcessInput(EntryInput):
    """A run: lots go in, lots, by-products and losses come out."""

    process = serializers.CharField(max_length=20)
    inputs = list_of(ProcessInputInput(), allow_empty=False)
    outputs = list_of(LotInput())
    by_products = list_of(ByProductInput(), required=False, default=list)
    losses = list_of(LossInput(), required=False, default=list)
    moisture_in_percent = _percent()
    moisture_out_percent = _percent()
    line = text()
    recipe = text()
    operator = text()
    balance_reason = text(1000, help_text="What became of kilograms that are nowhere else.")
    note = text(1000)


class ShipmentInput(EntryInput):
    """A lot, or so many kilograms of it, to send to another party."""

    lot = serializers.UUIDField()
    to = serializers.UUIDField(help_text="Id of the receiving party.")
    kg = kilograms(help_text="Without it, all there is.")
    slip = text()
    vehicle = text()
    driver = text()
    note = text(1000)


class WeighingInput(EntryInput):
    """What the scale shows: the net weight, or gross and tare."""

    net_kg = kilograms()
    gross_kg = kilograms()
    tare_kg = kilograms()
    moisture_percent = _percent()
    impurity_percent = _percent()
    grade = text()
    slip = text()
    supplier_code = text(help_text="The supplier's own lot number.")
    moisture_deduction_kg = kilograms()
    impurity_deduction_kg = kilograms()
    note = text(1000)


class AcceptanceInput(WeighingInput):
    """A delivery that was weighed and taken."""

    difference_reason = text(1000, help_text="Why it is not what was shipped.")


class IntakeInput(WeighingInput):
    """Goods that nobody recorded before."""

    product_form = serializers.CharField(max_length=40)
    product_name = text()
    crop = serializers.ChoiceField(Crop.choices, required=False, allow_blank=True, default="")
    code = text(20, help_text="Without one, the lot gets a number.")
    supplier = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="Id of a party that is here."
    )
    supplier_name = text(help_text="Of a supplier who is not. It stays private.")
