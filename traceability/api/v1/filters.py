"""What lists can be narrowed down by."""

from typing import Any

from rest_framework import serializers

from traceability.api.v1.fields import Moment, StrictSerializer
from traceability.enums import Crop, LotKind, ShipmentState

# Read by the paging and by the choice of language; no filters, but no strangers either.
_ELSEWHERE = ("cursor", "page_size", "lang", "format")


class Filters(StrictSerializer):
    """Parameters of a query, of which one that is misspelt is refused: it would give too much."""

    def to_internal_value(self, data: Any) -> Any:
        """Leave out what others read."""
        return super().to_internal_value({name: value for name, value in data.items() if name not in _ELSEWHERE})


class NoFilters(Filters):
    """Takes none."""


class SeasonFilters(Filters):
    """Which seasons."""

    plot = serializers.UUIDField(required=False)
    crop = serializers.ChoiceField(Crop.choices, required=False)
    year = serializers.IntegerField(required=False, min_value=2000, max_value=2100)


class LotFilters(Filters):
    """Which lots."""

    gtin = serializers.CharField(required=False, max_length=14)
    code = serializers.CharField(required=False, max_length=60)
    supplier_code = serializers.CharField(
        required=False, max_length=60, help_text="The supplier's own lot number, in any case of letters."
    )
    kind = serializers.ChoiceField(LotKind.choices, required=False)
    crop = serializers.ChoiceField(Crop.choices, required=False)
    held = serializers.BooleanField(required=False, allow_null=True, default=None)
    changed_since = Moment(required=False, help_text="Lots of which something was recorded at this moment or later.")


class ShipmentFilters(Filters):
    """Which shipments."""

    lot = serializers.UUIDField(required=False)
    state = serializers.ChoiceField(ShipmentState.choices, required=False)


class CertificateFilters(Filters):
    """Which certificates."""

    lot = serializers.UUIDField(required=False)
    number = serializers.CharField(required=False, max_length=40)


class HistoryFilters(Filters):
    """Which part of a history."""

    after = serializers.IntegerField(
        required=False, min_value=-1, default=-1, help_text="Records whose eseq is higher than this."
    )


class GenealogyFilters(Filters):
    """Which way."""

    direction = serializers.ChoiceField(["up", "down"], default="up")
