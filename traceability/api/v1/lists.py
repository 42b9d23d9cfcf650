"""Lists of what a party may see, and single things from them."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Membership
from traceability.api.v1.filters import Filters, NoFilters
from traceability.api.v1.party_view import IdCursor, PartyView


class PartyList(PartyView, GenericAPIView[Any]):
    """A list: `seen_by` says what the party sees, `filters` by what it can be narrowed down."""

    pagination_class = IdCursor
    filters: type[Filters] = NoFilters

    def seen_by(self, membership: Membership) -> QuerySet[Any]:
        """List what a member may see."""
        raise NotImplementedError

    def narrowed(self, found: QuerySet[Any], wanted: dict[str, Any]) -> QuerySet[Any]:
        """Narrow a list down; as it stands, by members of the same names."""
        return found.filter(**{name: value for name, value in wanted.items() if value is not None})

    def answer(self, request: Request) -> Response:
        """Give one page of the list."""
        wanted = self.filters(data=request.query_params.dict())
        wanted.is_valid(raise_exception=True)
        page = self.paginate_queryset(self.narrowed(self.seen_by(self.member), wanted.validated_data))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


def shown(found: QuerySet[Any], pk: UUID, serializer: type[serializers.Serializer[Any]], view: PartyView) -> Response:
    """Give one thing from a list; to whom it does not belong it does not exist."""
    return Response(serializer(get_object_or_404(found, pk=pk), context={"view": view}).data)
