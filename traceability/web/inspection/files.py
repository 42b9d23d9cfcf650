"""Files that belong to records, to be saved and never to be shown by the browser itself."""

from http import HTTPStatus
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render

from accounts.requests import PartyRequest
from accounts.web.access import acts_for_party
from traceability.ledger.leaf import Leaf
from traceability.queries import history
from traceability.services.attachments import PDF, load
from traceability.web.inspection.access import visible_lot
from traceability.web.words import word


@acts_for_party
def file(request: PartyRequest, lot_id: UUID, record_id: UUID, sha256: str) -> HttpResponse:
    """Hand out the file of a report to whom the lot concerns; say so where it was withheld."""
    lot = visible_lot(request.membership, lot_id)
    events = history.of(lot.entity)
    leaf = next((one.leaf for one in events if one.leaf.id == str(record_id)), None)
    if leaf is None or not _names(leaf, sha256):
        raise Http404
    try:
        data = load(sha256)
    except FileNotFoundError:
        return _withheld(request, [one.leaf for one in events], sha256)
    # What comes from outside is saved, not opened in our name: whatever hides in it must not run here.
    headers = {
        "Content-Disposition": f'attachment; filename="report-{sha256[:12]}.pdf"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(data, content_type=PDF, headers=headers)


def _names(leaf: Leaf, sha256: str) -> bool:
    return any(one.sha256 == sha256 and one.media == PDF for one in leaf.attachments)


def _withheld(request: PartyRequest, leaves: list[Leaf], sha256: str) -> HttpResponse:
    said = (one.body for one in leaves if one.type == "attachment.withheld" and one.body["sha256"] == sha256)
    body = next(said, None)
    context = {"sha256": sha256, "reason": word(body["reason"]) if body else ""}
    return render(request, "traceability/inspection/withheld.html", context, status=HTTPStatus.GONE)
