"""Plots and seasons."""

import json
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.enums import KeyScope
from accounts.models import Membership
from traceability.api.v1.answers import PlotAnswer, SeasonAnswer
from traceability.api.v1.filters import SeasonFilters
from traceability.api.v1.inputs import PlotInput, SeasonInput
from traceability.api.v1.lists import PartyList, shown
from traceability.api.v1.party_view import PartyView
from traceability.api.v1.recording import RecordingView, Values
from traceability.errors import RefusedError
from traceability.models import Plot, Season
from traceability.queries.farm import plots_visible_to, seasons_visible_to
from traceability.services.entries import Entry
from traceability.services.plots import PlotFacts, register_plot
from traceability.services.seasons import SeasonFacts, open_season


class Plots(PartyList, RecordingView):
    """The plots of the party."""

    scope = KeyScope.FARM

    serializer_class = PlotAnswer

    def seen_by(self, membership: Membership) -> QuerySet[Plot]:
        """List the party's own."""
        return plots_visible_to(membership)

    @extend_schema(operation_id="plots", responses=PlotAnswer(many=True), tags=["farm"])
    def get(self, request: Request) -> Response:
        """List the party's plots."""
        return self.answer(request)

    @extend_schema(operation_id="register_plot", request=PlotInput, responses={201: PlotAnswer}, tags=["farm"])
    def post(self, request: Request) -> Response:
        """Register a plot."""
        return self.record(request, PlotInput, PlotAnswer, self._register)

    def _register(self, entry: Entry, values: Values) -> Plot:
        drawn = values.pop("boundary", None)
        boundary = json.dumps(drawn).encode() if drawn is not None else None
        facts = PlotFacts(boundary=boundary, **values)
        return register_plot(entry=entry, facts=facts, membership=self.member, at=timezone.now())


class PlotDetail(PartyView):
    """One plot."""

    scope = KeyScope.FARM

    @extend_schema(operation_id="plot", responses=PlotAnswer, tags=["farm"])
    def get(self, request: Request, plot_id: UUID) -> Response:  # noqa: ARG002
        """Give one of the party's plots."""
        return shown(plots_visible_to(self.member), plot_id, PlotAnswer, self)


class Seasons(PartyList, RecordingView):
    """The seasons on the party's plots."""

    scope = KeyScope.FARM

    serializer_class = SeasonAnswer
    filters = SeasonFilters

    def seen_by(self, membership: Membership) -> QuerySet[Season]:
        """List those on the party's own plots."""
        return seasons_visible_to(membership)

    @extend_schema(operation_id="seasons", parameters=[SeasonFilters], responses=SeasonAnswer(many=True), tags=["farm"])
    def get(self, request: Request) -> Response:
        """List the seasons on the party's plots."""
        return self.answer(request)

    @extend_schema(operation_id="open_season", request=SeasonInput, responses={201: SeasonAnswer}, tags=["farm"])
    def post(self, request: Request) -> Response:
        """Begin a season on a plot; the day is the first that later records may tell of."""
        return self.record(request, SeasonInput, SeasonAnswer, self._open)

    def _open(self, entry: Entry, values: Values) -> Season:
        plot = plots_visible_to(self.member).filter(pk=values.pop("plot")).first()
        if plot is None:
            raise RefusedError("/plot", "unknown_plot")
        facts = SeasonFacts(**values)
        return open_season(plot=plot, entry=entry, facts=facts, membership=self.member, at=timezone.now())


class SeasonDetail(PartyView):
    """One season."""

    scope = KeyScope.FARM

    @extend_schema(operation_id="season", responses=SeasonAnswer, tags=["farm"])
    def get(self, request: Request, season_id: UUID) -> Response:  # noqa: ARG002
        """Give one season on the party's plots."""
        return shown(seasons_visible_to(self.member), season_id, SeasonAnswer, self)
