import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from finance.enums import Category, Purpose
from finance.services.clients import Registration
from traceability.web.forms.entries import EntryForm

_PURPOSES = [(value, label) for value, label in Purpose.choices if value != Purpose.OWN_VIEW]


class QueryForm(EntryForm):
    """A query by the reference that the farmer has given."""

    consent = forms.UUIDField(
        label=_("Consent reference"), help_text=_("From the farmer's receipt. There is no other search.")
    )
    purpose = forms.ChoiceField(label=_("Purpose"), choices=_PURPOSES)
    loan_ref = forms.CharField(label=_("Your number of the loan"), max_length=64, required=False)
    categories = forms.MultipleChoiceField(
        label=_("Data"), choices=Category.choices, widget=forms.CheckboxSelectMultiple, initial=[Category.SCORE]
    )


class ClientForm(forms.Form):
    """A machine to register."""

    name = forms.CharField(label=_("Name"), max_length=100)
    key_set = forms.CharField(
        label=_("Public keys (JWKS)"), widget=forms.Textarea, max_length=20_000, help_text=_("Never a private key.")
    )
    redirect_uris = forms.CharField(
        label=_("Addresses to which farmers return"), required=False, max_length=2000, help_text=_("https, one a line")
    )
    cert_thumbprint = forms.RegexField(
        r"^[A-Za-z0-9_-]{43}$",
        label=_("Thumbprint of its TLS certificate"),
        required=False,
        help_text=_("SHA-256, base64url"),
    )

    def clean_key_set(self) -> Any:
        """Read the JSON."""
        try:
            return json.loads(self.cleaned_data["key_set"])
        except (ValueError, RecursionError) as error:
            raise forms.ValidationError(_("This is not JSON.")) from error

    def clean_redirect_uris(self) -> tuple[str, ...]:
        """Take https addresses alone, without a fragment."""
        found = tuple(self.cleaned_data["redirect_uris"].split())
        if not all(one.startswith("https://") and "#" not in one for one in found):
            raise forms.ValidationError(_("https addresses without a fragment, one a line"))
        return found

    def registration(self) -> Registration:
        """Give what was entered."""
        said = self.cleaned_data
        return Registration(
            name=said["name"],
            key_set=said["key_set"],
            redirect_uris=said["redirect_uris"],
            cert_thumbprint=said["cert_thumbprint"],
        )
