"""Single records, found by their id."""

from uuid import UUID

from accounts.models import Membership
from traceability.models import ProcessRun, Receipt
from traceability.projections.standing import Standing, standing
from traceability.queries import history
from traceability.queries.farm import entity_is_visible_to
from traceability.queries.lots import lots_visible_to


def find(record_id: UUID) -> Standing | None:
    """Find a record as it stands after its corrections; None where there is none, or it is a correction itself."""
    entity = Receipt.objects.filter(record_id=record_id).values_list("entity", flat=True).first()
    if entity is None:
        return None
    return next((one for one in standing(history.of(entity)) if one.event.leaf.id == str(record_id)), None)


def find_visible(membership: Membership, record_id: UUID) -> Standing | None:
    """Find a record on something that the member may see, such as a lot or a run of the party's own."""
    found = find(record_id)
    return found if found is not None and _is_visible(membership, found.event.leaf.entity) else None


def _is_visible(membership: Membership, entity: str) -> bool:
    prefix, _, name = entity.partition(":")
    if prefix == "lot":
        return lots_visible_to(membership).filter(pk=name).exists()
    if prefix == "process":
        return ProcessRun.objects.filter(pk=name, party=membership.organisation_id).exists()
    return entity_is_visible_to(membership, entity)
