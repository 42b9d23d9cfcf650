"""The bank's machines and their public keys: registered, renewed with both in force for a while, let in no more."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.requests import PartyRequest
from accounts.web.access import acts_as_kind, asks_again, manages_party
from finance.models import BankClient
from finance.queries.banks import clients_of_bank
from finance.services.clients import add_key, register_client, remove_key, revoke_client
from finance.web.bank.asking import BANK
from finance.web.bank.forms import ClientForm, KeyForm
from traceability.errors import InputError
from traceability.web.refusals import refusals_on, sentence


@acts_as_kind(BANK)
@manages_party
@never_cache
@asks_again
def home(request: PartyRequest) -> HttpResponse:
    """List the bank's machines, and register one."""
    form = ClientForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            made = register_client(registration=form.registration(), membership=request.membership, at=timezone.now())
            messages.success(request, _("Registered. Its client id: %(id)s") % {"id": made.application.client_id})
            return redirect("bank:client", made.pk)
    found = clients_of_bank(request.membership.organisation)
    return render(request, "finance/bank/clients.html", {"form": form, "clients": found})


@acts_as_kind(BANK)
@manages_party
@never_cache
@asks_again
def show(request: PartyRequest, client_id: int) -> HttpResponse:
    """Show a machine's keys, and put a new one beside them."""
    client = _own(request, client_id)
    form = KeyForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            add_key(client=client, key=form.cleaned_data["key"], membership=request.membership)
            messages.success(request, _("Added. Both keys count until you take the old one away."))
            return redirect("bank:client", client.pk)
    return render(request, "finance/bank/client.html", {"client": client, "form": form})


@require_POST
@acts_as_kind(BANK)
@manages_party
def remove(request: PartyRequest, client_id: int) -> HttpResponse:
    """Take a key of a machine away."""
    client = _own(request, client_id)
    try:
        remove_key(client=client, kid=request.POST.get("kid", ""), membership=request.membership)
        messages.success(request, _("Taken away. What it signs counts no more."))
    except InputError as error:
        messages.error(request, sentence(error))
    return redirect("bank:client", client.pk)


@require_POST
@acts_as_kind(BANK)
@manages_party
def revoke(request: PartyRequest, client_id: int) -> HttpResponse:
    """Let a machine in no more."""
    revoke_client(client=_own(request, client_id), membership=request.membership, at=timezone.now())
    messages.success(request, _("It is let in no more."))
    return redirect("bank:clients")


def _own(request: PartyRequest, client_id: int) -> BankClient:
    return get_object_or_404(clients_of_bank(request.membership.organisation), pk=client_id)
