"""Shipments between parties, and certificates."""

from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Membership
from traceability.api.v1.answers import CertificateAnswer, ShipmentAnswer
from traceability.api.v1.filters import CertificateFilters, ShipmentFilters
from traceability.api.v1.lists import PartyList, shown
from traceability.api.v1.party_view import PartyView
from traceability.models import Certificate, Shipment
from traceability.queries.certificates import certificates_seen_by
from traceability.queries.plant import shipments_of


class Shipments(PartyList):
    """What the party sent or was sent."""

    serializer_class = ShipmentAnswer
    filters = ShipmentFilters

    def seen_by(self, membership: Membership) -> QuerySet[Shipment]:
        """List both directions."""
        return shipments_of(membership)

    @extend_schema(
        operation_id="shipments", parameters=[ShipmentFilters], responses=ShipmentAnswer(many=True), tags=["trade"]
    )
    def get(self, request: Request) -> Response:
        """List what the party sent or was sent."""
        return self.answer(request)


class ShipmentDetail(PartyView):
    """One shipment."""

    @extend_schema(operation_id="shipment", responses=ShipmentAnswer, tags=["trade"])
    def get(self, request: Request, shipment_id: UUID) -> Response:  # noqa: ARG002
        """Give one shipment."""
        return shown(shipments_of(self.member), shipment_id, ShipmentAnswer, self)


class Certificates(PartyList):
    """The certificates that the party may read."""

    serializer_class = CertificateAnswer
    filters = CertificateFilters

    def seen_by(self, membership: Membership) -> QuerySet[Certificate]:
        """List those of its issuing, of lots in its hands, and what it collected."""
        return certificates_seen_by(membership)

    @extend_schema(
        operation_id="certificates",
        parameters=[CertificateFilters],
        responses=CertificateAnswer(many=True),
        tags=["trade"],
    )
    def get(self, request: Request) -> Response:
        """List the conformity certificates that the party issued, collected, or whose lots it has in hand."""
        return self.answer(request)
