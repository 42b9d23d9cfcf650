"""Pages about single records: correcting them, erasing what is personal in them, showing their photos."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from accounts.requests import PartyRequest
from accounts.web.access import acts_for_party, manages_party, records_for_party
from traceability.events import EVENT_TYPES
from traceability.queries.photos import awaited_photos
from traceability.services.attachments import load
from traceability.services.corrections import correct
from traceability.services.erasure import erase_personal
from traceability.web.forms.corrections import CorrectionForm, facts_form
from traceability.web.forms.erasure import ErasureForm
from traceability.web.record_access import own_record, page_of, season_of, visible_record
from traceability.web.refusals import refusals_on
from traceability.web.report_tables import known_analytes

_A_YEAR = 365 * 24 * 3600


@records_for_party
def amend(request: PartyRequest, record_id: UUID) -> HttpResponse:
    """Correct or withdraw a record."""
    said = own_record(request.membership, record_id)
    form = CorrectionForm(request.POST or None)
    facts = facts_form(said, season_of(said), request.POST or None)
    if form.is_valid() and (facts is None or form.cleaned_data["withdrawn"] or facts.is_valid()):
        with refusals_on(facts or form):
            correction = form.correction(said, facts)
            at = timezone.now()
            stands = correct(correction=correction, entry=form.entry(), membership=request.membership, at=at)
            messages.success(request, _("Corrected. What was said first stays in the log beside it."))
            return redirect(page_of(stands))
    label = gettext(EVENT_TYPES[said.type].label)
    context = {"form": form, "facts": facts, "label": label, "back": page_of(said), "analytes": known_analytes()}
    return render(request, "traceability/farm/amend.html", context)


@manages_party
def erase(request: PartyRequest, record_id: UUID) -> HttpResponse:
    """Erase the private members of a record."""
    said = own_record(request.membership, record_id)
    form = ErasureForm(request.POST or None, said=said)
    if form.is_valid():
        with refusals_on(form):
            erase_personal(erasure=form.erasure(), entry=form.entry(), membership=request.membership, at=timezone.now())
            messages.success(request, _("Erased. The proofs of the record stay valid."))
            return redirect(page_of(said))
    return render(request, "traceability/farm/erase.html", {"form": form, "said": said, "back": page_of(said)})


@acts_for_party
def photo(request: PartyRequest, record_id: UUID, sha256: str) -> HttpResponse:
    """Show a photo of a record to who may see the record."""
    said = visible_record(request.membership, record_id)
    named = {one.sha256 for one in said.event.leaf.attachments if one.media.startswith("image/")}
    if sha256 not in named or awaited_photos([record_id]) & {(record_id, sha256)}:
        raise Http404
    try:
        data = load(sha256)
    except FileNotFoundError as error:
        raise Http404 from error
    headers = {"Cache-Control": f"private, max-age={_A_YEAR}, immutable"}
    return HttpResponse(data, content_type="image/jpeg", headers=headers)
