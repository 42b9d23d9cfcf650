"""Plots and seasons."""

from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Membership
from traceability.api.v1.answers import PlotAnswer, SeasonAnswer
from traceability.api.v1.filters import SeasonFilters
from traceability.api.v1.lists import PartyList, shown
from traceability.api.v1.party_view import PartyView
from traceability.models import Plot, Season
from traceability.queries.farm import plots_visible_to, seasons_visible_to


class Plots(PartyList):
    """The plots of the party."""

    serializer_class = PlotAnswer

    def seen_by(self, membership: Membership) -> QuerySet[Plot]:
        """List the party's own."""
        return plots_visible_to(membership)

    @extend_schema(operation_id="plots", responses=PlotAnswer(many=True), tags=["farm"])
    def get(self, request: Request) -> Response:
        """List the party's plots."""
        return self.answer(request)


class PlotDetail(PartyView):
    """One plot."""

    @extend_schema(operation_id="plot", responses=PlotAnswer, tags=["farm"])
    def get(self, request: Request, plot_id: UUID) -> Response:  # noqa: ARG002
        """Give one of the party's plots."""
        return shown(plots_visible_to(self.member), plot_id, PlotAnswer, self)


class Seasons(PartyList):
    """The seasons on the party's plots."""

    serializer_class = SeasonAnswer
    filters = SeasonFilters

    def seen_by(self, membership: Membership) -> QuerySet[Season]:
        """List those on the party's own plots."""
        return seasons_visible_to(membership)

    @extend_schema(operation_id="seasons", parameters=[SeasonFilters], responses=SeasonAnswer(many=True), tags=["farm"])
    def get(self, request: Request) -> Response:
        """List the seasons on the party's plots."""
        return self.answer(request)


class SeasonDetail(PartyView):
    """One season."""

    @extend_schema(operation_id="season", responses=SeasonAnswer, tags=["farm"])
    def get(self, request: Request, season_id: UUID) -> Response:  # noqa: ARG002
        """Give one season on the party's plots."""
        return shown(seasons_visible_to(self.member), season_id, SeasonAnswer, self)
