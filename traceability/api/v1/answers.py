"""What readers are told, member by member."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Membership, Organisation
from traceability.api.v1.fields import DecimalText
from traceability.enums import CertificateForm, Crop, LotKind, ShipmentState
from traceability.models import Certificate, Lot, Plot, Season, Shipment


class PartyAnswer(serializers.Serializer[Organisation]):
    """A party as the log names it, and as people do."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()


class PlotAnswer(serializers.Serializer[Plot]):
    """A plot of the party's own."""

    id = serializers.UUIDField()
    entity = serializers.CharField(help_text="Its name in the log.")
    number = serializers.CharField()
    name = serializers.CharField(allow_blank=True)
    division_code = serializers.CharField(allow_blank=True)
    boundary = serializers.JSONField(allow_null=True, help_text="GeoJSON, WGS 84. It stands in no public record.")
    declared_mu = DecimalText()
    measured_mu = DecimalText(allow_null=True)
    retired = serializers.BooleanField()


class SeasonAnswer(serializers.Serializer[Season]):
    """One crop on one plot."""

    id = serializers.UUIDField()
    entity = serializers.CharField(help_text="Its name in the log.")
    plot = serializers.UUIDField(source="plot_id")
    crop = serializers.ChoiceField(Crop.choices)
    variety = serializers.CharField()
    year = serializers.IntegerField()
    area_mu = DecimalText()
    opened_on = serializers.DateField()
    stage = serializers.CharField(allow_blank=True, help_text="Principal growth stage, BBCH.")
    sown_on = serializers.DateField(allow_null=True)
    harvest_allowed_from = serializers.DateField(allow_null=True)
    harvested_kg = DecimalText()


class LotAnswer(serializers.Serializer[Lot]):
    """A lot that the party made, has in hand, tests, or that is on its way to it."""

    id = serializers.UUIDField()
    entity = serializers.CharField(help_text="Its name in the log.")
    epc = serializers.CharField(help_text="GS1 Digital Link or other URI.")
    kind = serializers.ChoiceField(LotKind.choices)
    gtin = serializers.CharField(allow_blank=True)
    code = serializers.CharField(allow_blank=True)
    supplier_code = serializers.CharField(allow_blank=True, help_text="The supplier's own lot number.")
    registrant = PartyAnswer()
    custodian = PartyAnswer()
    season = serializers.UUIDField(source="season_id", allow_null=True)
    crop = serializers.ChoiceField(Crop.choices, allow_blank=True)
    product_name = serializers.CharField(allow_blank=True)
    product_form = serializers.CharField(allow_blank=True)
    produced_on = serializers.DateField(allow_null=True)
    kg = DecimalText(allow_null=True, help_text="What is left of it; null where nobody has said how much there is.")
    moisture_percent = DecimalText(allow_null=True)
    place = serializers.CharField(
        allow_blank=True, help_text="Where its custodian put it; told to the custodian alone."
    )
    held = serializers.BooleanField()

    def to_representation(self, instance: Lot) -> dict[str, Any]:
        """Tell the place to its custodian alone: it is private in the record, too."""
        found: dict[str, Any] = super().to_representation(instance)
        member: Membership = self.context["view"].member
        return found if instance.custodian_id == member.organisation_id else {**found, "place": ""}


class RelativeAnswer(serializers.Serializer[Any]):
    """A lot that went into another, or was made of it."""

    id = serializers.UUIDField(source="lot.pk")
    epc = serializers.CharField(source="lot.epc")
    code = serializers.CharField(source="lot.code", allow_blank=True)
    gtin = serializers.CharField(source="lot.gtin", allow_blank=True)
    product_name = serializers.CharField(source="lot.product_name", allow_blank=True)
    product_form = serializers.CharField(source="lot.product_form", allow_blank=True)
    steps = serializers.IntegerField(source="distance", help_text="How many steps away.")


class GenealogyAnswer(serializers.Serializer[Any]):
    """One direction of a lot's family, the nearest first."""

    lot = serializers.UUIDField()
    direction = serializers.ChoiceField(["up", "down"])
    results = RelativeAnswer(many=True)


class ShipmentAnswer(serializers.Serializer[Shipment]):
    """What the party sent, or was sent."""

    id = serializers.UUIDField()
    lot = serializers.UUIDField(source="lot_id")
    sender = PartyAnswer()
    receiver = PartyAnswer()
    kg = DecimalText(allow_null=True)
    shipped_on = serializers.DateField()
    slip = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(ShipmentState.choices)
    received_kg = DecimalText(allow_null=True)
    answered_on = serializers.DateField(allow_null=True)


class CertificateAnswer(serializers.Serializer[Certificate]):
    """A conformity certificate that the party may read."""

    id = serializers.UUIDField()
    lot = serializers.UUIDField(source="lot_id")
    issuer = PartyAnswer()
    number = serializers.CharField()
    form = serializers.ChoiceField(CertificateForm.choices)
    promise = serializers.CharField()
    basis = serializers.SerializerMethodField()
    product = serializers.CharField()
    kg = DecimalText()
    origin = serializers.CharField()
    issued_on = serializers.DateField()
    voided_on = serializers.DateField(allow_null=True)
    void_reason = serializers.CharField(allow_blank=True)

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_basis(self, certificate: Certificate) -> list[str]:
        """Give the codes of the grounds."""
        return certificate.basis.split()
