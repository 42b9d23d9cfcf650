"""Whose lots an inspection page may show to whom."""

from uuid import UUID

from django.http import Http404

from accounts.models import Membership
from traceability.models import Lot
from traceability.queries.inspection import inspected_lots


def visible_lot(membership: Membership, lot_id: UUID) -> Lot:
    """Find a lot that a member may look into. Raises Http404."""
    found = inspected_lots(membership).filter(pk=lot_id).first()
    if found is None:
        raise Http404
    return found
