"""The laboratory's own keys: made in a browser that never gives the secret half away."""

from base64 import b64decode
from binascii import Error as Base64Error
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.enums import OrganisationKind
from accounts.requests import PartyRequest
from accounts.web.access import acts_as_kind, records_for_party
from traceability.queries.keys import keys_of
from traceability.services.keys import KeyRefusedError, NewKey, register_actor_key, revoke_actor_key
from traceability.web.forms.entries import EntryForm


class KeyForm(EntryForm):
    """A key that the page's script has made; the label tells people which device it is."""

    label = forms.CharField(label=gettext_lazy("Name of this computer"), max_length=60)
    public = forms.CharField(widget=forms.HiddenInput, required=False)
    proof = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["day"]

    def clean_public(self) -> bytes:
        """Read the public half; raises ValidationError."""
        return _bytes(self.cleaned_data["public"])

    def clean_proof(self) -> bytes:
        """Read the signature of the claim; raises ValidationError."""
        return _bytes(self.cleaned_data["proof"])

    def key(self) -> NewKey:
        """Give the service the key."""
        said = self.cleaned_data
        return NewKey(public=said["public"], proof=said["proof"], label=said["label"])


@acts_as_kind(OrganisationKind.LABORATORY)
@records_for_party
def keys(request: PartyRequest) -> HttpResponse:
    """List the member's keys, and add the one that this browser made."""
    form = KeyForm(request.POST or None)
    if form.is_valid():
        try:
            register_actor_key(entry=form.entry(), key=form.key(), membership=request.membership, at=timezone.now())
            messages.success(request, _("This browser can sign now."))
            return redirect("inspection:keys")
        except KeyRefusedError:
            form.add_error(None, _("This browser made no key."))
    fresh = EntryForm()
    context = {
        "form": form,
        "keys": keys_of(request.membership),
        "log": settings.LOG_ORIGIN,
        "fresh_id": fresh["record_id"].value(),
        "opened_at": fresh["opened_at"].value(),
    }
    return render(request, "traceability/inspection/keys.html", context)


@acts_as_kind(OrganisationKind.LABORATORY)
@records_for_party
@require_POST
def revoke(request: PartyRequest, key_id: str) -> HttpResponse:
    """Take one of the member's keys out of use."""
    key = get_object_or_404(keys_of(request.membership), pk=key_id)
    form = EntryForm({**request.POST.dict(), "day": timezone.localdate()})
    if form.is_valid():
        try:
            revoke_actor_key(
                key=key, entry=form.entry(), reason="replaced", membership=request.membership, at=timezone.now()
            )
        except KeyRefusedError:
            messages.error(request, _("This key is out of use already."))
    return redirect("inspection:keys")


def _bytes(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except Base64Error as error:
        raise forms.ValidationError(_("This browser made no key.")) from error
