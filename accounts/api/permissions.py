"""Who may come in to the API; what they see there is for queries to say."""

from typing import TYPE_CHECKING

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from accounts.api.parties import find_acting_party, request_may_record
from accounts.errors import ActsForNobodyError, MayNotRecordError, OutOfScopeError
from accounts.models import ApiKey

if TYPE_CHECKING:
    # The module of views reads these very classes from the settings while it is imported.
    from rest_framework.views import APIView


class ActsForParty(BasePermission):
    """Lets in who acts for an organisation: a member who is logged in, or a machine with a key."""

    message = ActsForNobodyError.text

    def has_permission(self, request: Request, view: "APIView") -> bool:  # noqa: ARG002
        """Look for the organisation."""
        return find_acting_party(request) is not None


class CanRecord(BasePermission):
    """Lets in who only reads, and who may write records for the organisation."""

    message = MayNotRecordError.text

    def has_permission(self, request: Request, view: "APIView") -> bool:  # noqa: ARG002
        """Look at the method and the role."""
        return request.method in SAFE_METHODS or request_may_record(request)


class WithinScope(BasePermission):
    """Lets in people, and machines whose key opens the view's part of the API (`scope`)."""

    message = OutOfScopeError.text

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Look at the key. A view that names no part is opened by a key that opens all."""
        key = request.auth
        return not isinstance(key, ApiKey) or key.opens(getattr(view, "scope", ""))
