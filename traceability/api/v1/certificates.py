"""The conformity certificate 承诺达标合格证: issued, voided, collected."""

from functools import partial
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.enums import KeyScope
from accounts.models import Membership
from traceability.api.v1.answers import CertificateAnswer
from traceability.api.v1.filters import CertificateFilters
from traceability.api.v1.inspection_members import CertificateInput, CollectionInput, GroundsInput
from traceability.api.v1.lists import PartyList, shown
from traceability.api.v1.party_view import PartyView
from traceability.api.v1.recording import RecordingView, Values
from traceability.models import Certificate
from traceability.queries.certificates import certificates_seen_by, may_collect
from traceability.services.certificates import CertificateFacts, collect, issue, void
from traceability.services.entries import Entry
from traceability.services.holds import Grounds


class Certificates(PartyList, RecordingView):
    """The certificates that the party may read."""

    scope = KeyScope.INSPECTION

    serializer_class = CertificateAnswer
    filters = CertificateFilters

    def seen_by(self, membership: Membership) -> QuerySet[Certificate]:
        """List those of its issuing, of lots in its hands, and what it collected."""
        return certificates_seen_by(membership)

    @extend_schema(
        operation_id="certificates",
        parameters=[CertificateFilters],
        responses=CertificateAnswer(many=True),
        tags=["certificates"],
    )
    def get(self, request: Request) -> Response:
        """List the conformity certificates that the party issued, collected, or whose lots it has in hand."""
        return self.answer(request)

    @extend_schema(
        operation_id="issue_certificate",
        request=CertificateInput,
        responses={201: CertificateAnswer},
        tags=["certificates"],
    )
    def post(self, request: Request) -> Response:
        """Issue a certificate for a lot in the party's hands; one stands for a lot at a time."""
        return self.record(request, CertificateInput, CertificateAnswer, self._issue)

    def _issue(self, entry: Entry, values: Values) -> Certificate:
        lot = self.lot(values.pop("lot"), entry, "/lot")
        facts = CertificateFacts(**values)
        return issue(lot=lot, entry=entry, facts=facts, membership=self.member, at=timezone.now())


class CertificateDetail(PartyView):
    """One certificate."""

    scope = KeyScope.INSPECTION

    @extend_schema(operation_id="certificate", responses=CertificateAnswer, tags=["certificates"])
    def get(self, request: Request, certificate_id: UUID) -> Response:  # noqa: ARG002
        """Give one certificate."""
        return shown(certificates_seen_by(self.member), certificate_id, CertificateAnswer, self)


class CertificateVoiding(RecordingView):
    """The end of a certificate."""

    scope = KeyScope.INSPECTION

    @extend_schema(
        operation_id="void_certificate",
        request=GroundsInput,
        responses={201: CertificateAnswer},
        tags=["certificates"],
    )
    def post(self, request: Request, certificate_id: UUID) -> Response:
        """Void a certificate of the party's own; it stays on record with the reason."""
        own = Certificate.objects.filter(issuer=self.member.organisation_id)
        found = get_object_or_404(own.select_related("issuer", "lot"), pk=certificate_id)
        return self.record(request, GroundsInput, CertificateAnswer, partial(self._void, found))

    def _void(self, found: Certificate, entry: Entry, values: Values) -> Certificate:
        reason = Grounds(**values)
        return void(certificate=found, entry=entry, reason=reason, membership=self.member, at=timezone.now())


class CertificateCollecting(RecordingView):
    """The taking in of a certificate."""

    scope = KeyScope.INSPECTION

    @extend_schema(
        operation_id="collect_certificate",
        request=CollectionInput,
        responses={201: CertificateAnswer},
        tags=["certificates"],
    )
    def post(self, request: Request, certificate_id: UUID) -> Response:
        """Record that the party took a certificate in, as the order asks before anything is bought."""
        found = get_object_or_404(Certificate.objects.select_related("issuer", "lot"), pk=certificate_id)
        if not may_collect(self.member, found):
            raise Http404
        return self.record(request, CollectionInput, CertificateAnswer, partial(self._collect, found))

    def _collect(self, found: Certificate, entry: Entry, values: Values) -> Certificate:  # noqa: ARG002
        return collect(certificate=found, entry=entry, membership=self.member, at=timezone.now())
