"""Corrections: a new record that points back. What was said first stays where it is."""

from functools import partial
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from traceability.api.v1.inputs import EntryInput, text
from traceability.api.v1.making import ProcessAnswer
from traceability.api.v1.record_answers import RecordAnswer, record_answer
from traceability.api.v1.recording import MakerView, RecordingView, Values
from traceability.queries.records import find_visible
from traceability.queries.timeline import steps
from traceability.services.correction_rules import Correction
from traceability.services.corrections import correct
from traceability.services.entries import Entry
from traceability.services.withdrawals import withdraw_run


class CorrectionInput(EntryInput):
    """What was wrong with a record, and what it should have said."""

    reason = serializers.CharField(max_length=40)
    body = serializers.DictField(required=False, default=dict, help_text="Public members, as they should be.")
    private = serializers.DictField(required=False, default=dict, help_text="Private members, as they should be.")
    explanation = text(1000, help_text="Stays private.")
    withdrawn = serializers.BooleanField(
        default=False, help_text="The whole record goes: it did not happen, or belongs elsewhere."
    )


class WithdrawalInput(EntryInput):
    """Why a run is taken back."""

    reason = serializers.CharField(max_length=40)
    explanation = text(1000, help_text="Stays private.")


class EventCorrection(RecordingView):
    """Corrections of a record."""

    @extend_schema(operation_id="correct", request=CorrectionInput, responses={201: RecordAnswer}, tags=["records"])
    def post(self, request: Request, record_id: UUID) -> Response:
        """Correct or withdraw a record of the party's own, and answer with it as it stands then."""
        if find_visible(self.member, record_id) is None:
            raise Http404
        return self.record(request, CorrectionInput, RecordAnswer, partial(self._correct, record_id))

    def _correct(self, record_id: UUID, entry: Entry, values: Values) -> dict[str, Any]:
        correction = Correction(record_id=record_id, changes=values.pop("body"), **values)
        stands = correct(correction=correction, entry=entry, membership=self.member, at=timezone.now())
        leaf = stands.event.leaf
        step = next(one for one in steps(leaf.entity) if one.event.leaf.id == leaf.id)
        return record_answer(step, membership=self.member)


class ProcessWithdrawal(MakerView):
    """The taking back of a run."""

    @extend_schema(operation_id="withdraw_run", request=WithdrawalInput, responses={201: ProcessAnswer}, tags=["lots"])
    def post(self, request: Request, run_id: UUID) -> Response:
        """Withdraw a run: what went in is in stock again, and what came out was never there."""
        return self.record(request, WithdrawalInput, ProcessAnswer, partial(self._withdraw, run_id))

    def _withdraw(self, run_id: UUID, entry: Entry, values: Values) -> dict[str, Any]:
        withdraw_run(run_id=run_id, entry=entry, membership=self.member, at=timezone.now(), **values)
        return {"id": run_id, "lots": []}
