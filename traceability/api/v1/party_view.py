"""What all endpoints of this version share."""

from typing import Any

from django.utils.functional import cached_property
from rest_framework.authentication import SessionAuthentication
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.api.authentication import ApiKeyAuthentication
from accounts.api.parties import acting_member
from accounts.api.permissions import ActsForParty, CanRecord, WithinScope
from accounts.enums import KeyScope
from accounts.models import Membership


class PartyView(APIView):
    """Lets in members and machines of a party, and shows them what its pages show."""

    authentication_classes = [ApiKeyAuthentication, SessionAuthentication]
    permission_classes = [ActsForParty, CanRecord, WithinScope]
    throttle_scope = "api"
    # The part of the API that a key must open.
    scope = KeyScope.LOTS

    @cached_property
    def member(self) -> Membership:
        """Tell by which membership the request acts."""
        return acting_member(self.request)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Keep what belongs to one party out of shared caches."""
        finished = super().finalize_response(request, response, *args, **kwargs)
        finished.headers["Cache-Control"] = "no-store"
        return finished


class IdCursor(CursorPagination):
    """Pages in the order of ids.

    Ids are unique and never change, so that no row is met twice or missed while others are added; of days there are
    many alike, and some rows have none.
    """

    ordering = "pk"
    page_size = 50
    max_page_size = 100
    page_size_query_param = "page_size"
