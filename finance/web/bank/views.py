"""The bank's pages: ask by a consent's reference, read the answer, download its evidence, register machines."""

import secrets
from uuid import UUID, uuid4

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.enums import OrganisationKind
from accounts.requests import PartyRequest
from accounts.web.access import acts_as_kind, manages_party, records_for_party
from finance.credential_key import origin
from finance.credentials import LIST_BITS
from finance.enums import Purpose
from finance.models import AuditRow, BankClient, Loan
from finance.services import answering, answers
from finance.services.answers import Asked, Asker
from finance.services.clients import register_client, revoke_client
from finance.services.credentials import Place
from finance.web.bank.forms import ClientForm, QueryForm
from traceability.services.entries import Entry
from traceability.web.refusals import refusals_on

_BANK = OrganisationKind.BANK
_NEWEST = 20
# How the audit row names who asked by these pages.
_PORTAL = "portal"


@acts_as_kind(_BANK)
@records_for_party
@never_cache
def home(request: PartyRequest) -> HttpResponse:
    """Ask by a consent's reference; below, what was asked and the loans that are told of."""
    form = QueryForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            return render(request, "finance/bank/answer.html", {"shown": _ask(request, form)})
    bank = request.membership.organisation
    context = {
        "form": form,
        "rows": AuditRow.objects.filter(asker=bank).order_by("-at")[:_NEWEST],
        "loans": Loan.objects.filter(bank=bank).order_by("-told_on", "pk")[:_NEWEST],
    }
    return render(request, "finance/bank/home.html", context)


@require_POST
@acts_as_kind(_BANK)
@records_for_party
def evidence(request: PartyRequest, query_id: UUID) -> HttpResponse:
    """Give the evidence of an answer as a file; that is written down, too."""
    at = timezone.now()
    entry = Entry(id=uuid4(), time=at)
    made = answers.evidence(asker=_asker(request), query_id=query_id, entry=entry, at=at)
    name = f'attachment; filename="evidence-{query_id}.json"'
    return HttpResponse(made, content_type="application/json", headers={"Content-Disposition": name})


@acts_as_kind(_BANK)
@manages_party
@never_cache
def clients(request: PartyRequest) -> HttpResponse:
    """List the bank's machines, and register one."""
    form = ClientForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            made = register_client(registration=form.registration(), membership=request.membership, at=timezone.now())
            messages.success(request, _("Registered. Its client id: %(id)s") % {"id": made.application.client_id})
            return redirect("bank:clients")
    return render(request, "finance/bank/clients.html", {"form": form, "clients": _clients(request)})


@require_POST
@acts_as_kind(_BANK)
@manages_party
def revoke(request: PartyRequest, client_id: int) -> HttpResponse:
    """Let a machine in no more."""
    client = get_object_or_404(_clients(request), pk=client_id)
    revoke_client(client=client, membership=request.membership, at=timezone.now())
    messages.success(request, _("It is let in no more."))
    return redirect("bank:clients")


def _clients(request: PartyRequest) -> QuerySet[BankClient]:
    own = BankClient.objects.filter(organisation=request.membership.organisation).select_related("application")
    return own.order_by("-registered_at", "pk")


def _asker(request: PartyRequest) -> Asker:
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
    return answering.ask(asker=_asker(request), asked=asked, place=place, entry=entry, at=at)
