"""Samples, laboratories' reports on them, and holds."""

from base64 import b64decode
from binascii import Error as Base64Error
from functools import partial
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.enums import KeyScope
from accounts.models import Membership
from traceability.api.v1.inspection_members import (
    GroundsInput,
    HoldAnswer,
    HoldFilters,
    HoldInput,
    ReportAnswer,
    ReportInput,
    SampleAnswer,
    SampleFilters,
    SampleInput,
)
from traceability.api.v1.lists import PartyList
from traceability.api.v1.recording import MakerView, RecordingView, Values, party
from traceability.errors import InputError, RefusedError
from traceability.ledger.leaf import Attachment
from traceability.models import Hold, Lot, Sample
from traceability.queries.inspection import holds_seen_by, inspected_lots, samples_known_to
from traceability.services import holds
from traceability.services.attachments import store_report
from traceability.services.entries import Entry
from traceability.services.reports import Result, TestReport, report_test
from traceability.services.samples import SampleFacts, take_sample


class Samples(PartyList, MakerView):
    """Samples of the party's lots; to a laboratory, what it was given."""

    scope = KeyScope.INSPECTION

    serializer_class = SampleAnswer
    filters = SampleFilters

    def seen_by(self, membership: Membership) -> QuerySet[Sample]:
        """List both."""
        return samples_known_to(membership)

    @extend_schema(
        operation_id="samples", parameters=[SampleFilters], responses=SampleAnswer(many=True), tags=["inspection"]
    )
    def get(self, request: Request) -> Response:
        """List samples of the party's lots, and those that it was given as a laboratory."""
        return self.answer(request)

    @extend_schema(operation_id="take_sample", request=SampleInput, responses={201: SampleAnswer}, tags=["inspection"])
    def post(self, request: Request) -> Response:
        """Record that a sample of a lot was given to a laboratory."""
        return self.record(request, SampleInput, SampleAnswer, self._take)

    def _take(self, entry: Entry, values: Values) -> Sample:
        lot = self.lot(values.pop("lot"), entry, "/lot")
        facts = SampleFacts(laboratory=party(values.pop("laboratory"), "/laboratory"), **values)
        return take_sample(lot=lot, entry=entry, facts=facts, membership=self.member, at=timezone.now())


class SampleReport(RecordingView):
    """The report on a sample."""

    scope = KeyScope.INSPECTION

    @extend_schema(operation_id="report_test", request=ReportInput, responses={201: ReportAnswer}, tags=["inspection"])
    def post(self, request: Request, sample_id: UUID) -> Response:
        """Report on a sample that the laboratory was given. A lot that fails by it is held at once."""
        sample = get_object_or_404(samples_known_to(self.member), pk=sample_id)
        return self.record(request, ReportInput, ReportAnswer, partial(self._report, sample))

    def _report(self, sample: Sample, entry: Entry, values: Values) -> Sample:
        results = [Result(**one) for one in values.pop("results")]
        report = TestReport(results=results, files=_files(values.pop("pdf")), **values)
        return report_test(sample=sample, entry=entry, report=report, membership=self.member, at=timezone.now())


class Holds(PartyList, RecordingView):
    """Holds on the lots that the party may look into: to a regulator all."""

    scope = KeyScope.INSPECTION

    serializer_class = HoldAnswer
    filters = HoldFilters

    def seen_by(self, membership: Membership) -> QuerySet[Hold]:
        """List them, whether in force or not."""
        return holds_seen_by(membership)

    def narrowed(self, found: QuerySet[Hold], wanted: Values) -> QuerySet[Hold]:
        """Narrow down by the lot, and by whether it is still held."""
        in_force = wanted.pop("in_force", None)
        kept = found if in_force is None else found.filter(released_at__isnull=in_force)
        return super().narrowed(kept, wanted)

    @extend_schema(operation_id="holds", parameters=[HoldFilters], responses=HoldAnswer(many=True), tags=["inspection"])
    def get(self, request: Request) -> Response:
        """List holds, those in force and those that ended."""
        return self.answer(request)

    @extend_schema(operation_id="hold", request=HoldInput, responses={201: HoldAnswer}, tags=["inspection"])
    def post(self, request: Request) -> Response:
        """Hold a lot back: it is neither processed nor passed on until it is released."""
        return self.record(request, HoldInput, HoldAnswer, self._hold)

    def _hold(self, entry: Entry, values: Values) -> Hold:
        lot = inspected_lots(self.member).filter(pk=values.pop("lot")).first()
        if lot is None:
            raise RefusedError("/lot", "unknown_lot")
        holds.hold(lots=[lot], entry=entry, reason=holds.Grounds(**values), membership=self.member, at=timezone.now())
        return Hold.objects.select_related("party").get(pk=holds.hold_entry(entry, lot).id)


class HoldRelease(RecordingView):
    """The end of a hold."""

    scope = KeyScope.INSPECTION

    @extend_schema(operation_id="release", request=GroundsInput, responses={201: HoldAnswer}, tags=["inspection"])
    def post(self, request: Request, hold_id: UUID) -> Response:
        """Release a lot from one hold: who placed it may, and a regulator."""
        found = get_object_or_404(holds_seen_by(self.member), pk=hold_id)
        return self.record(request, GroundsInput, HoldAnswer, partial(self._release, found))

    def _release(self, found: Hold, entry: Entry, values: Values) -> Hold:
        lot: Lot = found.lot
        grounds = holds.Grounds(**values)
        holds.release(lot=lot, hold_id=found.pk, entry=entry, reason=grounds, membership=self.member, at=timezone.now())
        found.refresh_from_db()
        return found


def _files(pdf: str) -> list[Attachment]:
    if not pdf:
        return []
    try:
        return [store_report(b64decode(pdf, validate=True))]
    except Base64Error as error:
        raise RefusedError("/pdf", "not_a_pdf") from error
    except InputError as error:
        error.pointer = "/pdf"
        raise
