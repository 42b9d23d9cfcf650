from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.errors import AccountsError
from accounts.requests import PartyRequest
from accounts.services.prefixes import claim_prefix
from accounts.web.access import manages_party
from accounts.web.forms import PrefixForm, add_refusal


@manages_party
def claim(request: PartyRequest) -> HttpResponse:
    """Claim a GS1 company prefix."""
    form = PrefixForm(request.POST or None)
    if form.is_valid():
        try:
            claim_prefix(by=request.membership, prefix=form.cleaned_data["company_prefix"], at=timezone.now())
            return redirect("accounts:members")
        except AccountsError as error:
            add_refusal(form, error)
    return render(request, "accounts/prefix_form.html", {"form": form})
