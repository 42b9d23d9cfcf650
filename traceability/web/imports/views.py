"""Sheets: sent, looked at, loaded."""

from decimal import Decimal
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.enums import MAKERS
from accounts.queries.memberships import may_record
from accounts.requests import PartyRequest
from accounts.web.access import acts_as_kind, records_for_party
from traceability.enums import ImportState, SheetKind
from traceability.errors import RefusedError
from traceability.queries import log
from traceability.queries.imports import imports_of, kinds_for
from traceability.services.imports import jobs
from traceability.services.imports.going_through import KINDS
from traceability.sheets import csv_bytes, xlsx_bytes
from traceability.web.imports.forms import SheetForm
from traceability.web.imports.problems import told
from traceability.web.refusals import refusals_on, sentence

_CSV = "text/csv; charset=utf-8"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PAGE = 100
_NEWEST = 20
_WORKING = (ImportState.CHECKING, ImportState.LOADING)


@acts_as_kind(*MAKERS)
def home(request: PartyRequest) -> HttpResponse:
    """Show the templates, the form, and what was sent before."""
    kinds = kinds_for(request.membership)
    form = SheetForm(request.POST or None, request.FILES or None, kinds=kinds)
    if form.is_valid():
        with refusals_on(form):
            made = jobs.take(sent=form.sent(), membership=request.membership, at=timezone.now())
            jobs.run_if_short(made, clock=timezone.now)
            return redirect("imports:report", made.pk)
    context = {
        "form": form,
        "kinds": [(kind, [one.headings[0] for one in KINDS[kind].columns if one.required]) for kind in kinds],
        "sent": imports_of(request.membership)[:_NEWEST],
        "records": may_record(request.membership),
    }
    return render(request, "traceability/imports/home.html", context)


@acts_as_kind(*MAKERS)
def report(request: PartyRequest, import_id: UUID) -> HttpResponse:
    """Show what is wrong in a sheet, and what was or would be loaded of it."""
    found = get_object_or_404(imports_of(request.membership), pk=import_id)
    bad = len({one["line"] for one in found.problems})
    context = {
        "found": found,
        "bad": bad,
        "totals": {unit: Decimal(total) for unit, total in found.totals.items()},
        "works": found.state in _WORKING,
        "waits": found.state in _WORKING and log.is_full(),
        "page": Paginator(told(found), _PAGE).get_page(request.GET.get("page")),
        "records": may_record(request.membership),
    }
    return render(request, "traceability/imports/report.html", context)


@acts_as_kind(*MAKERS)
@records_for_party
@require_POST
def start_loading(request: PartyRequest, import_id: UUID) -> HttpResponse:
    """Load the good rows."""
    found = get_object_or_404(imports_of(request.membership), pk=import_id)
    try:
        jobs.run_if_short(
            jobs.load(sheet_import=found, membership=request.membership, at=timezone.now()), clock=timezone.now
        )
    except RefusedError as error:
        messages.error(request, sentence(error))
    return redirect("imports:report", found.pk)


@acts_as_kind(*MAKERS)
def mend(request: PartyRequest, import_id: UUID) -> HttpResponse:
    """Give the bad rows as a file, to be mended and sent again."""
    found = get_object_or_404(imports_of(request.membership), pk=import_id)
    name = _("bad rows")
    return _file(csv_bytes(jobs.bad_rows(found)), _CSV, f"{name}.csv")


@acts_as_kind(*MAKERS)
def template(request: PartyRequest, kind: str, form: str) -> HttpResponse:
    """Give the template of a kind of sheet, with one row as an example."""
    if kind not in kinds_for(request.membership) or form not in {"csv", "xlsx"}:
        raise Http404
    rows = [[one.headings[0] for one in KINDS[kind].columns], KINDS[kind].example]
    name = f"{SheetKind(kind).label}.{form}"
    if form == "csv":
        return _file(csv_bytes(rows), _CSV, name)
    return _file(xlsx_bytes(rows, title=str(SheetKind(kind).label)), _XLSX, name)


def _file(data: bytes, media: str, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=media)
    # Names outside ASCII are written as RFC 6266 asks for.
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response
