"""How lots come into being: by harvest, by processing, by intake."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.enums import KeyScope
from traceability.api.v1.answers import LotAnswer
from traceability.api.v1.inputs import HarvestInput, IntakeInput, ProcessInput
from traceability.api.v1.recording import MakerView, RecordingView, Values, party
from traceability.errors import RefusedError
from traceability.models import Lot
from traceability.queries.farm import seasons_visible_to
from traceability.services.entries import Entry
from traceability.services.harvests import PRODUCT_FORMS, Harvest, harvest_lot
from traceability.services.intake import Delivery, take_in
from traceability.services.lots import LotFacts
from traceability.services.processes import ByProduct, Input, Loss, Process, complete_process
from traceability.services.weighing import Weighing

_DELIVERY = ("product_form", "product_name", "crop", "code", "supplier_name")
_LOT = ("kg", "product_name", "code", "gtin", "moisture_percent")


class ProcessAnswer(serializers.Serializer[Any]):
    """A run, and the lots that came out of it: products first, then by-products."""

    id = serializers.UUIDField()
    lots = LotAnswer(many=True)


class Harvests(RecordingView):
    """Harvests."""

    scope = KeyScope.FARM

    @extend_schema(operation_id="harvest", request=HarvestInput, responses={201: LotAnswer}, tags=["lots"])
    def post(self, request: Request) -> Response:
        """Record a harvest, and answer with the lot that it makes."""
        return self.record(request, HarvestInput, LotAnswer, self._harvest)

    def _harvest(self, entry: Entry, values: Values) -> Lot:
        season = seasons_visible_to(self.member).filter(pk=values.pop("season")).first()
        if season is None:
            raise RefusedError("/season", "unknown_season")
        facts = LotFacts(product_form=PRODUCT_FORMS[season.crop], **{name: values.pop(name) for name in _LOT})
        harvest = Harvest(lot=facts, **values)
        return harvest_lot(season=season, entry=entry, harvest=harvest, membership=self.member, at=timezone.now())


class Processes(MakerView):
    """Runs of processes."""

    @extend_schema(operation_id="process", request=ProcessInput, responses={201: ProcessAnswer}, tags=["lots"])
    def post(self, request: Request) -> Response:
        """Record a run, and answer with the lots that it makes. Kilograms that are nowhere need a balance_reason."""
        return self.record(request, ProcessInput, ProcessAnswer, self._complete)

    def _complete(self, entry: Entry, values: Values) -> dict[str, Any]:
        inputs = [
            Input(lot=self.lot(one["lot"], entry, f"/inputs/{position}/lot"), kg=one["kg"])
            for position, one in enumerate(values.pop("inputs"))
        ]
        process = Process(
            name=values.pop("process"),
            inputs=inputs,
            outputs=[LotFacts(**one) for one in values.pop("outputs")],
            by_products=[_by_product(one) for one in values.pop("by_products")],
            losses=[Loss(**one) for one in values.pop("losses")],
            **values,
        )
        lots = complete_process(entry=entry, process=process, membership=self.member, at=timezone.now())
        return {"id": entry.id, "lots": lots}


class Intakes(MakerView):
    """Intake of goods that nobody recorded before."""

    @extend_schema(operation_id="take_in", request=IntakeInput, responses={201: LotAnswer}, tags=["lots"])
    def post(self, request: Request) -> Response:
        """Record an intake, and answer with the lot that it makes."""
        return self.record(request, IntakeInput, LotAnswer, self._take_in)

    def _take_in(self, entry: Entry, values: Values) -> Lot:
        supplier = values.pop("supplier")
        said = {name: values.pop(name) for name in _DELIVERY}
        delivery = Delivery(
            supplier=party(supplier, "/supplier") if supplier else None, weighing=Weighing(**values), **said
        )
        return take_in(delivery=delivery, entry=entry, membership=self.member, at=timezone.now())


def _by_product(sent: Values) -> ByProduct:
    lot = sent.get("lot")
    return ByProduct(name=sent["name"], kg=sent["kg"], lot=LotFacts(**lot) if lot else None)
