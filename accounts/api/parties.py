"""For which organisation a request to the API acts, and how far."""

from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from accounts.enums import KeyRole
from accounts.errors import ActsForNobodyError
from accounts.models import ApiKey, Membership, Organisation
from accounts.queries.memberships import acting_membership, may_record, membership_for


def find_acting_party(request: Request) -> Organisation | None:
    """Find the organisation of the key, or of the member who is logged in; None for strangers."""
    if isinstance(request.auth, ApiKey):
        return request.auth.organisation
    membership = acting_membership(request) if request.user.is_authenticated else None
    return membership.organisation if membership else None


def acting_party(request: Request) -> Organisation:
    """Give the organisation for which a request acts. Raises PermissionDenied where it acts for none."""
    party = find_acting_party(request)
    if party is None:
        raise PermissionDenied(ActsForNobodyError().message)
    return party


def acting_member(request: Request) -> Membership:
    """Give the membership by which a request acts: the session's, or that of who made the key and answers for it.

    Raises PermissionDenied where there is none.
    """
    key = request.auth if isinstance(request.auth, ApiKey) else None
    found = membership_for(request.user, key.organisation) if key else acting_membership(request)
    if found is None:
        raise PermissionDenied(ActsForNobodyError().message)
    return found


def request_may_record(request: Request) -> bool:
    """Whether a request may write records for its organisation."""
    if isinstance(request.auth, ApiKey):
        return request.auth.role == KeyRole.RECORDER and request.auth.organisation.has_powers
    membership = acting_membership(request)
    return membership is not None and may_record(membership)
