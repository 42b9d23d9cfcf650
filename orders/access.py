"""Whose market this is: sellers open offers, growers plan, the platform's operator decides on runs."""

from accounts.enums import MAKERS
from accounts.models import Membership, Organisation
from accounts.queries.memberships import acts_as, may_record
from traceability.errors import NotYoursError, RefusedError


def check_sells(membership: Membership) -> None:
    """Check that a member may sell for its party. Raises NotYoursError, RefusedError."""
    if not acts_as(membership, *MAKERS):
        raise NotYoursError(f"organisation {membership.organisation_id}: sells nothing")
    check_records(membership)


def check_owns(membership: Membership, owner: Organisation) -> None:
    """Check that something is the member's own party's. Raises NotYoursError, RefusedError."""
    if membership.organisation_id != owner.pk:
        raise NotYoursError(f"organisation {membership.organisation_id}: does not own this")
    check_records(membership)


def check_records(membership: Membership) -> None:
    """Check that a member may do more than read. Raises RefusedError."""
    if not may_record(membership):
        raise RefusedError("", "viewer_cannot_write")
