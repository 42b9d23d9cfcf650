"""Lots: what they are, where they come from and went."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Membership
from traceability.api.v1.answers import GenealogyAnswer, LotAnswer
from traceability.api.v1.filters import GenealogyFilters, LotFilters
from traceability.api.v1.lists import PartyList, shown
from traceability.api.v1.party_view import PartyView
from traceability.models import Lot
from traceability.queries.changes import changed_since
from traceability.queries.lots import ancestors_of, descendants_of, lots_visible_to


class Lots(PartyList):
    """The lots that the party sees."""

    serializer_class = LotAnswer
    filters = LotFilters

    def seen_by(self, membership: Membership) -> QuerySet[Lot]:
        """List what the party made, has in hand or tests, and what is on its way to it."""
        return lots_visible_to(membership)

    def narrowed(self, found: QuerySet[Any], wanted: dict[str, Any]) -> QuerySet[Any]:
        """Find suppliers' numbers in any case of letters, and changes by the records."""
        moment = wanted.pop("changed_since", None)
        if "supplier_code" in wanted:
            wanted["supplier_code__iexact"] = wanted.pop("supplier_code")
        chosen = super().narrowed(found, wanted)
        return changed_since(chosen, moment) if moment else chosen

    @extend_schema(operation_id="lots", parameters=[LotFilters], responses=LotAnswer(many=True), tags=["lots"])
    def get(self, request: Request) -> Response:
        """List lots that the party made, has in hand or tests, and those on their way to it."""
        return self.answer(request)


class LotDetail(PartyView):
    """One lot."""

    @extend_schema(operation_id="lot", responses=LotAnswer, tags=["lots"])
    def get(self, request: Request, lot_id: UUID) -> Response:  # noqa: ARG002
        """Give one lot."""
        return shown(lots_visible_to(self.member), lot_id, LotAnswer, self)


class Genealogy(PartyView):
    """The family of a lot."""

    @extend_schema(
        operation_id="lot_genealogy", parameters=[GenealogyFilters], responses=GenealogyAnswer, tags=["lots"]
    )
    def get(self, request: Request, lot_id: UUID) -> Response:
        """List all lots that went into a lot (up), or that were made of it (down), the nearest first."""
        lot = get_object_or_404(lots_visible_to(self.member), pk=lot_id)
        wanted = GenealogyFilters(data=request.query_params.dict())
        wanted.is_valid(raise_exception=True)
        direction = wanted.validated_data["direction"]
        relatives = ancestors_of(lot) if direction == "up" else descendants_of(lot)
        return Response(GenealogyAnswer({"lot": lot.pk, "direction": direction, "results": relatives}).data)


class Bundle(PartyView):
    """The bundle of a lot."""

    @extend_schema(
        operation_id="lot_bundle",
        responses={302: OpenApiResponse(description="Where the bundle is, which anybody may read.")},
        tags=["lots"],
    )
    def get(self, request: Request, lot_id: UUID) -> HttpResponseRedirect:  # noqa: ARG002
        """Lead to the file with the lot's story and its proofs."""
        lot = get_object_or_404(lots_visible_to(self.member), pk=lot_id)
        return HttpResponseRedirect(reverse("trace:bundle", args=[lot.pk]))
