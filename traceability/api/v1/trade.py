"""Shipments between parties."""

from functools import partial
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Membership
from traceability.api.v1.answers import ShipmentAnswer
from traceability.api.v1.filters import ShipmentFilters
from traceability.api.v1.inputs import AcceptanceInput, ShipmentInput
from traceability.api.v1.lists import PartyList, shown
from traceability.api.v1.party_view import PartyView
from traceability.api.v1.recording import MakerView, Values, party
from traceability.models import Shipment
from traceability.queries.plant import shipments_of
from traceability.services.entries import Entry
from traceability.services.shipments import Acceptance, Consignment, accept, ship
from traceability.services.weighing import Weighing


class Shipments(PartyList, MakerView):
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

    @extend_schema(operation_id="ship", request=ShipmentInput, responses={201: ShipmentAnswer}, tags=["trade"])
    def post(self, request: Request) -> Response:
        """Send a lot, or a part of it, which becomes a lot of its own, to another party."""
        return self.record(request, ShipmentInput, ShipmentAnswer, self._ship)

    def _ship(self, entry: Entry, values: Values) -> Shipment:
        lot = self.lot(values.pop("lot"), entry, "/lot")
        consignment = Consignment(to=party(values.pop("to"), "/to"), **values)
        return ship(lot=lot, consignment=consignment, entry=entry, membership=self.member, at=timezone.now())


class ShipmentDetail(PartyView):
    """One shipment."""

    @extend_schema(operation_id="shipment", responses=ShipmentAnswer, tags=["trade"])
    def get(self, request: Request, shipment_id: UUID) -> Response:  # noqa: ARG002
        """Give one shipment."""
        return shown(shipments_of(self.member), shipment_id, ShipmentAnswer, self)


class ShipmentAcceptance(MakerView):
    """The answer to a delivery."""

    @extend_schema(
        operation_id="accept_shipment", request=AcceptanceInput, responses={201: ShipmentAnswer}, tags=["trade"]
    )
    def post(self, request: Request, shipment_id: UUID) -> Response:
        """Take a delivery that was weighed into the party's hands."""
        shipment = get_object_or_404(shipments_of(self.member), pk=shipment_id)
        return self.record(request, AcceptanceInput, ShipmentAnswer, partial(self._accept, shipment))

    def _accept(self, shipment: Shipment, entry: Entry, values: Values) -> Shipment:
        reason = values.pop("difference_reason")
        acceptance = Acceptance(weighing=Weighing(**values), difference_reason=reason)
        return accept(shipment=shipment, acceptance=acceptance, entry=entry, membership=self.member, at=timezone.now())
