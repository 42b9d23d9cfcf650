"""Recalls and drills: opened, widened, answered by who holds the goods, closed."""

from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.enums import KeyScope
from accounts.models import Membership
from traceability.api.v1.answers import LotAnswer
from traceability.api.v1.lists import PartyList
from traceability.api.v1.party_view import PartyView
from traceability.api.v1.recall_members import (
    ClosingInput,
    FoundInput,
    LevelInput,
    ProgressAnswer,
    RecallAnswer,
    RecallDetailAnswer,
    RecallFilters,
    RecallInput,
    WideningInput,
)
from traceability.api.v1.recording import RecordingView, Values
from traceability.errors import RefusedError
from traceability.models import Lot, Recall
from traceability.queries.inspection import inspected_lots
from traceability.queries.recalls import holders_of, recalls_visible_to, totals
from traceability.services import recalls
from traceability.services.entries import Entry
from traceability.standards.recalls import finish_by, start_by


class _Change(RecordingView):
    """Writes one more record of a recall."""

    scope = KeyScope.RECALLS

    def recall(self, recall_id: UUID) -> Recall:
        """Find a recall that the party may see; what is not its own the service refuses."""
        return get_object_or_404(recalls_visible_to(self.member), pk=recall_id)


class Recalls(PartyList, RecordingView):
    """Recalls that the party runs or must answer; to a regulator all."""

    scope = KeyScope.RECALLS

    serializer_class = RecallAnswer
    filters = RecallFilters

    def seen_by(self, membership: Membership) -> QuerySet[Recall]:
        """List them, open or closed."""
        return recalls_visible_to(membership)

    def narrowed(self, found: QuerySet[Recall], wanted: Values) -> QuerySet[Recall]:
        """Narrow down by the lot, by whether it is a drill, and by whether it is over."""
        closed = wanted.pop("closed", None)
        kept = found if closed is None else found.filter(closed_at__isnull=not closed)
        return super().narrowed(kept, wanted)

    @extend_schema(
        operation_id="recalls", parameters=[RecallFilters], responses=RecallAnswer(many=True), tags=["recalls"]
    )
    def get(self, request: Request) -> Response:
        """List recalls and drills."""
        return self.answer(request)

    @extend_schema(operation_id="open_recall", request=RecallInput, responses={201: RecallAnswer}, tags=["recalls"])
    def post(self, request: Request) -> Response:
        """Recall a lot and all that it went into: every lot of the set is held, and its holders are told."""
        return self.record(request, RecallInput, RecallAnswer, self._open)

    def _open(self, entry: Entry, values: Values) -> Recall:
        found = Lot.objects.all() if entry.is_known else inspected_lots(self.member)
        lot = found.filter(pk=values.pop("lot")).first()
        if lot is None:
            raise RefusedError("/lot", "unknown_lot")
        order = recalls.Order(**values)
        return recalls.open_recall(lot=lot, order=order, entry=entry, membership=self.member, at=timezone.now())


class RecallDetail(PartyView):
    """One recall."""

    scope = KeyScope.RECALLS

    @extend_schema(operation_id="recall", responses=RecallDetailAnswer, tags=["recalls"])
    def get(self, request: Request, recall_id: UUID) -> Response:  # noqa: ARG002
        """Give a recall with its legal deadlines and what its holders answered."""
        found = get_object_or_404(recalls_visible_to(self.member), pk=recall_id)
        progress = ProgressAnswer(_progress(found, self.member)).data
        return Response({**RecallAnswer(found).data, "progress": progress})


class RecallLots(PartyList):
    """The lots of a recall."""

    scope = KeyScope.RECALLS

    serializer_class = LotAnswer

    @extend_schema(operation_id="recall_lots", responses=LotAnswer(many=True), tags=["recalls"])
    def get(self, request: Request, recall_id: UUID) -> Response:
        """List the lots of a recall that the party may look into: to a regulator all."""
        self.recall = get_object_or_404(recalls_visible_to(self.member), pk=recall_id)
        return self.answer(request)

    def seen_by(self, membership: Membership) -> QuerySet[Lot]:
        """List them."""
        return inspected_lots(membership).filter(recalls__recall=self.recall)


class RecallLevelling(_Change):
    """How grave a recall is."""

    scope = KeyScope.RECALLS

    @extend_schema(operation_id="level_recall", request=LevelInput, responses={201: RecallAnswer}, tags=["recalls"])
    def post(self, request: Request, recall_id: UUID) -> Response:
        """Change the level of an open recall."""
        return self.record(request, LevelInput, RecallAnswer, partial(self._write, self.recall(recall_id)))

    def _write(self, found: Recall, entry: Entry, values: Values) -> Recall:
        at = timezone.now()
        return recalls.set_level(recall=found, level=values["level"], entry=entry, membership=self.member, at=at)


class RecallWidening(_Change):
    """The growth of a recall."""

    scope = KeyScope.RECALLS

    @extend_schema(operation_id="widen_recall", request=WideningInput, responses={201: RecallAnswer}, tags=["recalls"])
    def post(self, request: Request, recall_id: UUID) -> Response:
        """Take in what was made of recalled lots since."""
        return self.record(request, WideningInput, RecallAnswer, partial(self._write, self.recall(recall_id)))

    def _write(self, found: Recall, entry: Entry, values: Values) -> Recall:  # noqa: ARG002
        return recalls.widen(recall=found, entry=entry, membership=self.member, at=timezone.now())


class RecallAnswering(_Change):
    """What holders find."""

    scope = KeyScope.RECALLS

    @extend_schema(operation_id="answer_recall", request=FoundInput, responses={201: RecallAnswer}, tags=["recalls"])
    def post(self, request: Request, recall_id: UUID) -> Response:
        """Say what the party found of the recalled lots, kept back and destroyed: its last word counts."""
        return self.record(request, FoundInput, RecallAnswer, partial(self._write, self.recall(recall_id)))

    def _write(self, found: Recall, entry: Entry, values: Values) -> Recall:
        said = recalls.Found(**values)
        return recalls.answer(recall=found, found=said, entry=entry, membership=self.member, at=timezone.now())


class RecallClosing(_Change):
    """The end of a recall."""

    scope = KeyScope.RECALLS

    @extend_schema(operation_id="close_recall", request=ClosingInput, responses={201: RecallAnswer}, tags=["recalls"])
    def post(self, request: Request, recall_id: UUID) -> Response:
        """Close a recall or a drill with its figures. What is held stays held until each hold is released."""
        return self.record(request, ClosingInput, RecallAnswer, partial(self._write, self.recall(recall_id)))

    def _write(self, found: Recall, entry: Entry, values: Values) -> Recall:
        at = timezone.now()
        return recalls.close(recall=found, entry=entry, note=values["note"], membership=self.member, at=at)


def _progress(found: Recall, member: Membership) -> dict[str, Any]:
    runs = recalls.may_run(member, found)
    return {
        "begin_by": start_by(found.level, found.opened_at),
        "finish_by": finish_by(found.level, found.opened_at),
        "totals": totals(found),
        "holders": holders_of(found, contacts=False) if runs else [],
    }
