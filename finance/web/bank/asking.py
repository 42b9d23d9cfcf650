"""A query by hand: what was asked, what came of it, and in plain words why it was refused."""

import secrets
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import OrganisationKind
from accounts.requests import PartyRequest
from accounts.web.access import acts_as_kind, records_for_party
from finance.credential_key import origin
from finance.credentials import LIST_BITS
from finance.enums import Category, Purpose, QueryOutcome
from finance.errors import ConsentError
from finance.models import AuditRow
from finance.queries.banks import loans_of_bank, notices_to, queries_by
from finance.services import answering, answers
from finance.services.answers import Asked, Asker
from finance.services.credentials import Place
from finance.web.bank.forms import QueryForm
from traceability.errors import NotYoursError
from traceability.services.entries import Entry
from traceability.web.refusals import refusals_on

BANK = OrganisationKind.BANK
_NEWEST = 20
# How the audit row names who asked by these pages.
_PORTAL = "portal"
# What a refusal means for the bank, and what it can do.
EXPLAINED: dict[str, str | Promise] = {
    QueryOutcome.UNKNOWN: _(
        "There is no consent of this reference for your bank. Compare it with the farmer's receipt, letter by letter."
    ),
    QueryOutcome.MISSING: _(
        "The consent does not cover all the data that you asked for, or a newer one took its place. Ask for less, or"
        " ask the farmer for a new reference."
    ),
    QueryOutcome.REVOKED: _(
        "The farmer took this consent back. What you have used lawfully until then stays lawful; from now on you need a"
        " new one."
    ),
    QueryOutcome.EXPIRED: _("The time that the farmer allowed is over. Only the farmer can allow it anew."),
    QueryOutcome.PURPOSE: _("The farmer allowed it for another purpose. Choose the one on the receipt."),
    QueryOutcome.LIMIT: _(
        "You have asked as often as the farmer allowed. Answers that you had stay valid until their day."
    ),
}


@acts_as_kind(BANK)
@records_for_party
@never_cache
def home(request: PartyRequest) -> HttpResponse:
    """Ask by a consent's reference; below, what the bank must know, what it asked, and its loans."""
    form, status = QueryForm(request.POST or None), 200
    if form.is_valid():
        with refusals_on(form):
            try:
                return render(request, "finance/bank/answer.html", {"shown": _ask(request, form)})
            except ConsentError as refusal:
                form.add_error(None, str(EXPLAINED[refusal.rule]))
            except NotYoursError:
                # To others' consents and to none the same, here and in the API.
                form.add_error("consent", str(EXPLAINED[QueryOutcome.UNKNOWN]))
                status = 404
    bank = request.membership.organisation
    context = {
        "form": form,
        "notices": notices_to(bank)[:_NEWEST],
        "rows": queries_by(bank)[:_NEWEST],
        "loans": loans_of_bank(bank)[:_NEWEST],
    }
    return render(request, "finance/bank/home.html", context, status=status)


@require_safe
@acts_as_kind(BANK)
@records_for_party
@never_cache
def query(request: PartyRequest, query_id: UUID) -> HttpResponse:
    """Show a query of the past: what was asked, what went out, and why not."""
    row: AuditRow = get_object_or_404(queries_by(request.membership.organisation), pk=query_id)
    context = {
        "row": row,
        "explained": EXPLAINED.get(row.outcome, ""),
        "asked": [Category(one).label for one in row.categories],
        "hash": bytes(row.row_hash).hex(),
    }
    return render(request, "finance/bank/query.html", context)


@require_POST
@acts_as_kind(BANK)
@records_for_party
def evidence(request: PartyRequest, query_id: UUID) -> HttpResponse:
    """Give the evidence of an answer as a file; that is written down, too."""
    at = timezone.now()
    entry = Entry(id=uuid4(), time=at)
    made = answers.evidence(asker=asker_of(request), query_id=query_id, entry=entry, at=at)
    name = f'attachment; filename="evidence-{query_id}.json"'
    return HttpResponse(made, content_type="application/json", headers={"Content-Disposition": name})


def asker_of(request: PartyRequest) -> Asker:
    """Name who asks by hand."""
    return Asker(membership=request.membership, client_id=_PORTAL)


def _ask(request: PartyRequest, form: QueryForm) -> answering.Shown:
    said, at = form.cleaned_data, timezone.now()
    asked = Asked(
        consent_ref=said["consent"],
        purpose=Purpose(said["purpose"]),
        loan_ref=said["loan_ref"],
        categories=tuple(said["categories"]),
    )
    place = Place(origin=origin(f"{request.scheme}://{request.get_host()}"), position=secrets.randbelow(LIST_BITS))
    entry = Entry(id=form.entry().id, time=at)
    return answering.ask(asker=asker_of(request), asked=asked, place=place, entry=entry, at=at)
