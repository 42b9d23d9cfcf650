"""The market's picture, the demand board with its needs, and matching runs, for partners' machines."""

from collections import defaultdict
from collections.abc import Iterable
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.enums import KeyScope, OrganisationKind
from accounts.models import Membership
from accounts.queries.memberships import acts_as
from orders.api import names
from orders.api.market_members import (
    PUBLISH,
    BoardAnswer,
    DecisionInput,
    MarketAnswer,
    MarketFilters,
    NeedAnswer,
    NeedInput,
    ProductFilters,
    RunAnswer,
    RunFilters,
    RunInput,
)
from orders.models import MatchRun, OrderLine, Product
from orders.queries.board import board, needs
from orders.queries.picture import picture
from orders.services import runs
from orders.services.needs import Need, release_need
from traceability.api.v1.filters import Filters
from traceability.api.v1.lists import PartyList
from traceability.api.v1.party_view import PartyView
from traceability.api.v1.recording import MakerView, RecordingView, Values
from traceability.services.attachments import load
from traceability.services.entries import Entry

_FILES = {"inputs": "inputs_sha256", "outcome": "outcome_sha256"}


class ByProduct(PartyList):
    """A part of the market for each product; all parties see the same."""

    scope = KeyScope.ORDERS
    filters: type[Filters] = ProductFilters

    def seen_by(self, membership: Membership) -> QuerySet[Product]:  # noqa: ARG002
        """List all products."""
        return Product.objects.all()

    def narrowed(self, found: QuerySet[Product], wanted: Values) -> QuerySet[Product]:
        """Keep one product, where one is asked for."""
        self.wanted = wanted
        return found.filter(code=wanted["product"]) if "product" in wanted else found

    def rows(self, products: QuerySet[Product]) -> Iterable[tuple[int, object]]:
        """List what is told of each, with the product's key."""
        raise NotImplementedError

    def paginate_queryset(self, queryset: Any) -> Any:
        """Read what is told of a whole page of products at once."""
        page = super().paginate_queryset(queryset) or []
        rows = defaultdict(list)
        for key, row in self.rows(Product.objects.filter(pk__in=[one.pk for one in page])):
            rows[key].append(row)
        return [{"product": one, "rows": rows[one.pk]} for one in page]


class Market(ByProduct):
    """The market's picture."""

    serializer_class = MarketAnswer
    filters = MarketFilters

    def rows(self, products: QuerySet[Product]) -> Iterable[tuple[int, object]]:
        """List windows, weeks or regions."""
        return [(one.product.pk, one) for one in picture(products, by=self.wanted["by"])]

    @extend_schema(
        operation_id="market", parameters=[MarketFilters], responses=MarketAnswer(many=True), tags=["orders"]
    )
    def get(self, request: Request) -> Response:
        """Give demand and supply by product and window, week or region: matched, short and unsold."""
        return self.answer(request)


class Board(ByProduct):
    """The demand board."""

    serializer_class = BoardAnswer

    def rows(self, products: QuerySet[Product]) -> Iterable[tuple[int, object]]:
        """List windows with their needs."""
        return [(one.stand.product.pk, one) for one in board(products, today=timezone.localdate())]

    @extend_schema(
        operation_id="demand_board", parameters=[ProductFilters], responses=BoardAnswer(many=True), tags=["orders"]
    )
    def get(self, request: Request) -> Response:
        """Give forecasts of harvests, needs and presale side by side, for windows that are not over."""
        return self.answer(request)


class Needs(PartyList, MakerView):
    """What parties need."""

    scope = KeyScope.ORDERS
    serializer_class = NeedAnswer
    filters = ProductFilters

    def seen_by(self, membership: Membership) -> QuerySet[OrderLine]:  # noqa: ARG002
        """List those of everybody: whoever releases a need wants it to be seen."""
        return needs()

    def narrowed(self, found: QuerySet[OrderLine], wanted: Values) -> QuerySet[OrderLine]:
        """Keep one product's."""
        return found.filter(product__code=wanted["product"]) if "product" in wanted else found

    @extend_schema(operation_id="needs", parameters=[ProductFilters], responses=NeedAnswer(many=True), tags=["orders"])
    def get(self, request: Request) -> Response:
        """List the needs that stand. One's own ends by its line's cancellation."""
        return self.answer(request)

    @extend_schema(operation_id="release_need", request=NeedInput, responses={201: NeedAnswer}, tags=["orders"])
    def post(self, request: Request) -> Response:
        """Put a need on the board, and into the next matching."""
        return self.record(request, NeedInput, NeedAnswer, self._release)

    def _release(self, entry: Entry, values: Values) -> OrderLine:
        product = names.product(values["product"])
        need = Need(
            product=product,
            min_grade=names.grade(product, values["min_grade"], "/min_grade"),
            window=names.window(product, values["window"], "/window"),
            node=names.node(values["region"], "/region"),
            kg=values["kg"],
            price_fen_per_kg=values["price_fen_per_kg"],
        )
        return release_need(need=need, entry=entry, membership=self.member, at=timezone.now())


class Runs(PartyList, RecordingView):
    """Runs of the matching."""

    scope = KeyScope.ORDERS
    serializer_class = RunAnswer
    filters = RunFilters

    def seen_by(self, membership: Membership) -> QuerySet[MatchRun]:  # noqa: ARG002
        """List them: that a run took place, and by which hashes it is repeated, is public."""
        return MatchRun.objects.select_related("product")

    def narrowed(self, found: QuerySet[MatchRun], wanted: Values) -> QuerySet[MatchRun]:
        """Narrow down by product and state."""
        fields = {"product": "product__code", "state": "state"}
        return super().narrowed(found, {fields[name]: value for name, value in wanted.items()})

    @extend_schema(
        operation_id="matching_runs", parameters=[RunFilters], responses=RunAnswer(many=True), tags=["orders"]
    )
    def get(self, request: Request) -> Response:
        """List runs."""
        return self.answer(request)

    @extend_schema(operation_id="match", request=RunInput, responses={201: RunAnswer}, tags=["orders"])
    def post(self, request: Request) -> Response:
        """Match a product anew, as the operator. What moves too much waits for a decision."""
        return self.record(request, RunInput, RunAnswer, self._compute)

    def _compute(self, entry: Entry, values: Values) -> MatchRun:
        product = names.product(values["product"])
        return runs.compute(product=product, why=runs.Why(), entry=entry, membership=self.member, at=timezone.now())


class RunDecision(RecordingView):
    """What becomes of a run that waits."""

    scope = KeyScope.ORDERS

    @extend_schema(operation_id="decide_run", request=DecisionInput, responses={201: RunAnswer}, tags=["orders"])
    def post(self, request: Request, run_id: UUID) -> Response:
        """Sign a run off, or let it fall, as the operator."""
        run = get_object_or_404(MatchRun, pk=run_id)
        return self.record(request, DecisionInput, RunAnswer, partial(self._decide, run))

    def _decide(self, run: MatchRun, entry: Entry, values: Values) -> MatchRun:
        if entry.is_known:
            return run
        verb = runs.publish if values["decision"] == PUBLISH else runs.reject
        return verb(run=run, entry=entry, membership=self.member, at=timezone.now())


class RunFile(PartyView):
    """A file by which a run is repeated."""

    scope = KeyScope.ORDERS

    @extend_schema(operation_id="run_file", responses={(200, "application/json"): OpenApiTypes.OBJECT}, tags=["orders"])
    def get(self, request: Request, run_id: UUID, name: str) -> HttpResponse:  # noqa: ARG002
        """Give a run's inputs or outcome, byte for byte, to the operator: both hold what parties keep to themselves."""
        if name not in _FILES or not acts_as(self.member, OrganisationKind.OPERATOR):
            raise Http404
        run = get_object_or_404(MatchRun, pk=run_id)
        return HttpResponse(load(getattr(run, _FILES[name])), content_type=runs.JSON)
