"""The code on a certificate: it leads to the lot's public page."""

import io
from uuid import UUID

import segno
from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from accounts.requests import PartyRequest
from accounts.web.access import acts_for_party
from traceability.queries.certificates import certificates_seen_by
from traceability.web.lot_words import trace_url


@acts_for_party
def qr(request: PartyRequest, certificate_id: UUID) -> HttpResponse:
    """Draw the code as SVG, with the quiet zone of four modules that readers need (ISO/IEC 18004, 9.1)."""
    found = get_object_or_404(certificates_seen_by(request.membership), pk=certificate_id)
    drawn = io.BytesIO()
    address = request.build_absolute_uri(trace_url(found.lot))
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", border=4, xmldecl=False)
    return HttpResponse(drawn.getvalue(), content_type="image/svg+xml")
