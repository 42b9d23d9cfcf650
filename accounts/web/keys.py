import secrets

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.enums import KeyRole, KeyScope
from accounts.errors import AccountsError
from accounts.queries.keys import keys_of
from accounts.requests import PartyRequest
from accounts.services import keys
from accounts.web.access import asks_again, manages_party
from accounts.web.forms import KeyForm


@manages_party
@never_cache
@asks_again
def create(request: PartyRequest) -> HttpResponse:
    """Make a key and show it this once: it stands in this answer and nowhere else."""
    form = KeyForm(request.POST or None)
    if not form.is_valid():
        return render(request, "accounts/key_form.html", {"form": form})
    key, text = keys.create_key(
        by=request.membership,
        name=form.cleaned_data["name"],
        role=KeyRole(form.cleaned_data["role"]),
        scopes=[KeyScope(one) for one in form.cleaned_data["scopes"]],
        random=secrets.token_bytes(keys.RANDOM_BYTES),
        at=timezone.now(),
    )
    return render(request, "accounts/key_made.html", {"key": key, "text": text})


@manages_party
@require_POST
def revoke(request: PartyRequest, key_id: int) -> HttpResponse:
    """Revoke a key."""
    key = get_object_or_404(keys_of(request.membership.organisation), pk=key_id)
    try:
        keys.revoke_key(key=key, by=request.membership, at=timezone.now())
    except AccountsError as error:
        messages.error(request, error.message)
    return redirect("accounts:members")
