"""Reporting on a sample: type it, look at it beside the limits, sign it or not, send it."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.enums import OrganisationKind
from accounts.requests import PartyRequest
from accounts.web.access import acts_as_kind, records_for_party
from traceability.errors import InputError
from traceability.ledger import LedgerError
from traceability.ledger.leaf import ActorSignature
from traceability.models import Sample
from traceability.queries.keys import living_keys_of
from traceability.queries.lots import samples_given_to
from traceability.services.attachments import store_report
from traceability.services.entries import Entry
from traceability.services.reports import check_report, report_members, report_test
from traceability.services.signatures import SignatureError
from traceability.standards.judgement import Verdict, judge_all, overall, results_of
from traceability.web.forms.reports import RESULT_ROWS, ReportForm, offered_rows, report_of
from traceability.web.inspection.drafts import Draft, DraftError, new_draft, read_draft, write_draft
from traceability.web.refusals import refusals_on, sentence
from traceability.web.report_tables import known_analytes, result_rows, verdict_badge
from traceability.web.words import word


@acts_as_kind(OrganisationKind.LABORATORY)
@records_for_party
def report(request: PartyRequest, sample_id: UUID) -> HttpResponse:
    """Type a report on a sample; what was typed is shown once more before it is sent."""
    sample = get_object_or_404(samples_given_to(request.membership), pk=sample_id)
    head = ReportForm(request.POST or None, request.FILES or None)
    rows = RESULT_ROWS(request.POST or None, initial=offered_rows(sample.lot), prefix="results")
    if head.is_valid() and rows.is_valid():
        with refusals_on(head):
            upload = head.cleaned_data["file"]
            files = [store_report(upload.read())] if upload else []
            draft = new_draft(sample, head.entry(), report_of(head, rows, files))
            check_report(
                sample=sample,
                entry=draft.entry,
                report=draft.report,
                membership=request.membership,
                at=timezone.now(),
            )
            return _review(request, sample, draft)
    context = {"head": head, "rows": rows, "sample": sample, "analytes": known_analytes()}
    return render(request, "traceability/laboratory/report.html", context)


@acts_as_kind(OrganisationKind.LABORATORY)
@records_for_party
@require_POST
def send(request: PartyRequest) -> HttpResponse:
    """Record a report that was looked at, under a signature where one came with it."""
    try:
        draft = read_draft(request.POST.get("draft", ""))
    except DraftError:
        messages.error(request, _("This report waited too long. Please type it again."))
        return redirect("farm:samples")
    sample = get_object_or_404(samples_given_to(request.membership), pk=draft.sample_id)
    return _record(request, sample, draft)


def _record(request: PartyRequest, sample: Sample, draft: Draft) -> HttpResponse:
    try:
        report_test(
            sample=sample,
            entry=_entry(request, draft),
            report=draft.report,
            membership=request.membership,
            at=timezone.now(),
        )
    except InputError as error:
        messages.error(request, sentence(error))
        return _review(request, sample, draft)
    except (SignatureError, LedgerError):
        messages.error(request, _("The signature does not fit. Nothing was recorded; sign again, or send without."))
        return _review(request, sample, draft)
    messages.success(request, _("Reported."))
    return redirect("inspection:lot", sample.lot_id)


def _entry(request: PartyRequest, draft: Draft) -> Entry:
    key, signature = request.POST.get("key", ""), request.POST.get("signature", "")
    return draft.sealed(ActorSignature(key, signature)) if key else draft.entry


def _review(request: PartyRequest, sample: Sample, draft: Draft) -> HttpResponse:
    lot, said = sample.lot, draft.report
    results = results_of(report_members(sample, draft.entry, said))
    on = lot.produced_on or draft.entry.day
    judged = judge_all(results, crop=lot.crop, product_form=lot.product_form, produced_on=on)
    verdict = overall(judged)
    context = {
        "sample": sample,
        "said": said,
        "day": draft.entry.day,
        "produced_on": on,
        "conclusion": word(said.conclusion) if said.conclusion else "",
        "rows": result_rows(judged),
        "badge": verdict_badge(verdict),
        "fails": verdict is Verdict.FAIL or said.conclusion == "non_conforming",
        "draft": write_draft(draft),
        "log": settings.LOG_ORIGIN,
        "content": draft.content(sample, request.membership).decode("utf-8"),
        "keys": " ".join(living_keys_of(request.membership).values_list("key_id", flat=True)),
    }
    return render(request, "traceability/laboratory/review.html", context)
