"""The code on a certificate: it leads to the lot's public page."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from accounts.requests import PartyRequest
from accounts.web.access import acts_for_party
from traceability.queries.certificates import certificates_seen_by
from traceability.web.codes import qr_picture
from traceability.web.lot_words import trace_url


@acts_for_party
def qr(request: PartyRequest, certificate_id: UUID) -> HttpResponse:
    """Draw it."""
    found = get_object_or_404(certificates_seen_by(request.membership), pk=certificate_id)
    return qr_picture(request.build_absolute_uri(trace_url(found.lot)))
