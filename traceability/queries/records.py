"""Single records, found by their id."""

from uuid import UUID

from traceability.models import Receipt
from traceability.projections.standing import Standing, standing
from traceability.queries import history


def find(record_id: UUID) -> Standing | None:
    """Find a record as it stands after its corrections; None where there is none, or it is a correction itself."""
    entity = Receipt.objects.filter(record_id=record_id).values_list("entity", flat=True).first()
    if entity is None:
        return None
    return next((one for one in standing(history.of(entity)) if one.event.leaf.id == str(record_id)), None)
