"""How values stand in JSON here: decimals as text, moments with their offset."""

from collections.abc import Mapping
from datetime import MAXYEAR, MINYEAR, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from traceability.errors import MESSAGES

# As XML Schema has it; PostgreSQL refuses what is above 16 hours.
_MOST_OFFSET = timedelta(hours=14)


def complaint(rule: str, **params: object) -> ErrorDetail:
    """Say which rule of ours is broken, in the reader's language."""
    return ErrorDetail(gettext(MESSAGES[rule]).format(**params), code=rule)


class DecimalText(serializers.DecimalField):
    """A decimal number as text: numbers of JSON pass through binary fractions on the way."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_digits": 14, "decimal_places": 3, **options})

    def to_internal_value(self, data: Any) -> Decimal:
        """Read text alone."""
        if not isinstance(data, str):
            raise ValidationError(complaint("not_text"))
        return super().to_internal_value(data)

    def to_representation(self, value: Decimal) -> str:
        """Write it without the zeros that only fill the column."""
        return f"{value.normalize():f}"


class Measured(serializers.RegexField):
    """A measured value as a laboratory writes it: its last zeros say how exactly it was measured, and are kept."""

    def __init__(self, **options: Any) -> None:
        super().__init__(r"^[0-9]{1,12}(\.[0-9]{1,8})?$", **options)

    def to_internal_value(self, data: Any) -> Any:
        """Read text alone."""
        return Decimal(super().to_internal_value(data))


class Moment(serializers.DateTimeField):
    """A date and time that says its offset."""

    def enforce_timezone(self, value: datetime) -> datetime:
        """Refuse a time of unknown offset: ours would be a guess; and one that neither calendar nor database holds."""
        offset = value.utcoffset()
        if offset is None or abs(offset) > _MOST_OFFSET or value.year in {MINYEAR, MAXYEAR}:
            raise ValidationError(complaint("not_a_moment"))
        return value


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses members that it does not know: a misspelt one must not be lost."""

    def to_internal_value(self, data: Any) -> Any:
        """Look for strangers among the names first."""
        if isinstance(data, Mapping):
            unknown = [str(name)[:80] for name in data if name not in self.fields.keys()]  # noqa: SIM118 - no dict
            if unknown:
                raise ValidationError({name: complaint("unknown_member", name=name) for name in unknown})
        return super().to_internal_value(data)
