"""The laboratory's desk: samples that were given to it, and its reports on them."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from accounts.enums import OrganisationKind
from accounts.requests import PartyRequest
from accounts.web.access import acts_as_kind, records_for_party
from traceability.queries.lots import samples_given_to
from traceability.services.samples import report_test
from traceability.web.forms.reports import RESULT_ROWS, ReportForm, offered_rows, report_of
from traceability.web.refusals import refusals_on
from traceability.web.report_tables import known_analytes

PAGE = 20


@acts_as_kind(OrganisationKind.LABORATORY)
def samples(request: PartyRequest) -> HttpResponse:
    """List the samples that wait, and those that were reported on."""
    page = Paginator(samples_given_to(request.membership), PAGE).get_page(request.GET.get("page"))
    return render(request, "traceability/laboratory/samples.html", {"page": page})


@acts_as_kind(OrganisationKind.LABORATORY)
@records_for_party
def report(request: PartyRequest, sample_id: UUID) -> HttpResponse:
    """Report on a sample."""
    sample = get_object_or_404(samples_given_to(request.membership), pk=sample_id)
    head = ReportForm(request.POST or None)
    rows = RESULT_ROWS(request.POST or None, initial=offered_rows(sample.lot), prefix="results")
    if head.is_valid() and rows.is_valid():
        with refusals_on(head):
            said = report_of(head, rows)
            report_test(
                sample=sample, entry=head.entry(), report=said, membership=request.membership, at=timezone.now()
            )
            return redirect("farm:samples")
    context = {"head": head, "rows": rows, "sample": sample, "analytes": known_analytes()}
    return render(request, "traceability/laboratory/report.html", context)
