"""Records: the history of a lot or season, and single ones."""

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.enums import KeyScope
from traceability.api.v1.filters import HistoryFilters
from traceability.api.v1.inputs import GrowthInput
from traceability.api.v1.party_view import IdCursor, PartyView
from traceability.api.v1.record_answers import HistoryAnswer, RecordAnswer, record_answer
from traceability.api.v1.recording import RecordingView, Values
from traceability.errors import RefusedError
from traceability.models import Season
from traceability.queries.farm import seasons_visible_to
from traceability.queries.lots import lots_visible_to
from traceability.queries.records import find_visible
from traceability.queries.timeline import Step, steps
from traceability.services.entries import Entry
from traceability.services.growth import Operation, log_growth
from traceability.services.phone_members import check_amounts

_GROWTH = "growth."


class _History(PartyView):
    def page(self, request: Request, entity: str) -> Response:
        """Give the records of an entity after the one that was read last, by their numbers in its chain."""
        wanted = HistoryFilters(data=request.query_params.dict())
        wanted.is_valid(raise_exception=True)
        after = wanted.validated_data["after"]
        left = sorted((one for one in steps(entity) if one.event.leaf.eseq > after), key=_number)
        page = left[: IdCursor.max_page_size]
        results = [record_answer(one, membership=self.member) for one in page]
        following = _next(request, page) if len(left) > len(page) else None
        return Response(HistoryAnswer({"next": following, "results": results}).data)


class LotEvents(_History):
    """What was recorded of a lot."""

    @extend_schema(operation_id="lot_events", parameters=[HistoryFilters], responses=HistoryAnswer, tags=["records"])
    def get(self, request: Request, lot_id: UUID) -> Response:
        """List the records of a lot as they stand, in the order of its chain."""
        return self.page(request, get_object_or_404(lots_visible_to(self.member), pk=lot_id).entity)


class SeasonEvents(_History, RecordingView):
    """What was recorded of a season."""

    scope = KeyScope.FARM

    @extend_schema(operation_id="season_events", parameters=[HistoryFilters], responses=HistoryAnswer, tags=["records"])
    def get(self, request: Request, season_id: UUID) -> Response:
        """List the records of a season as they stand, in the order of its chain."""
        return self.page(request, get_object_or_404(seasons_visible_to(self.member), pk=season_id).entity)

    @extend_schema(operation_id="log_growth", request=GrowthInput, responses={201: RecordAnswer}, tags=["records"])
    def post(self, request: Request, season_id: UUID) -> Response:
        """Record work on a season, or what was seen of it, in the members that its type has."""
        season = get_object_or_404(seasons_visible_to(self.member), pk=season_id)
        return self.record(request, GrowthInput, RecordAnswer, partial(self._log, season))

    def _log(self, season: Season, entry: Entry, values: Values) -> dict[str, Any]:
        name, body = values["type"], values["body"]
        if not name.startswith(_GROWTH):
            raise RefusedError("/type", "not_a_growth_event", name=name)
        if "date" in body:
            raise RefusedError("/body/date", "unknown_member", name="date")
        check_amounts(name, body)
        operation = Operation(name=name.removeprefix(_GROWTH), body=body, private=values["private"])
        log_growth(season=season, entry=entry, operation=operation, membership=self.member, at=timezone.now())
        step = next(one for one in steps(season.entity) if one.event.id == entry.id)
        return record_answer(step, membership=self.member)


class EventDetail(PartyView):
    """One record."""

    @extend_schema(operation_id="record", responses=RecordAnswer, tags=["records"])
    def get(self, request: Request, record_id: UUID) -> Response:  # noqa: ARG002
        """Give a record as it stands; one that is a correction stands with what it corrects."""
        found = find_visible(self.member, record_id)
        if found is None:
            raise Http404
        leaf = found.event.leaf
        step = next(one for one in steps(leaf.entity) if one.event.leaf.id == leaf.id)
        return Response(RecordAnswer(record_answer(step, membership=self.member)).data)


def _number(step: Step) -> int:
    return step.event.leaf.eseq


def _next(request: Request, page: Sequence[Step]) -> str:
    return f"{request.build_absolute_uri(request.path)}?after={_number(page[-1])}"
