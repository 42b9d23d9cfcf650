import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from finance.enums import Category, PostingKind, Purpose
from finance.services.clients import Registration
from finance.services.loans import BEGINS, Posting
from traceability.web.fields import number_field
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

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # It is asked now, by our clock.
        del self.fields["day"]


class PostingForm(EntryForm):
    """What happened to a loan, in yuan and percent."""

    kind = forms.ChoiceField(label=_("What happened?"), choices=())
    on = forms.DateField(label=_("When?"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    amount_fen = number_field(_("How much?"), unit=_("yuan"), required=False, max_digits=14, decimal_places=2)
    due_on = forms.DateField(
        label=_("To be paid back by"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("With a payout or a new due date."),
    )
    days_past_due = forms.IntegerField(
        label=_("How many days late?"), required=False, min_value=0, max_value=100_000, help_text=_("0: on time.")
    )
    yearly_cost_bp = number_field(
        _("All it costs, a year"), unit="%", required=False, max_digits=5, decimal_places=2, max_value=100
    )
    field_order: tuple[str, ...] = ("kind", "on", "amount_fen", "due_on", "days_past_due", "yearly_cost_bp")

    def __init__(self, *args: Any, kinds: Iterable[PostingKind] = BEGINS, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial["on"] = self.initial["day"]
        del self.fields["day"]
        self.fields["kind"].choices = [(one.value, one.label) for one in kinds]  # type: ignore[attr-defined]

    def clean_amount_fen(self) -> int | None:
        """Give fen."""
        return _hundredths(self.cleaned_data["amount_fen"])

    def clean_yearly_cost_bp(self) -> int | None:
        """Give hundredths of a percent."""
        return _hundredths(self.cleaned_data["yearly_cost_bp"])

    def posting(self, *, consent_ref: UUID, loan_ref: str) -> Posting:
        """Give what was entered. By hand nothing is signed: the log names the person."""
        said = self.cleaned_data
        return Posting(
            id=said["record_id"],
            consent_ref=consent_ref,
            loan_ref=loan_ref,
            kind=PostingKind(said["kind"]),
            on=said["on"],
            amount_fen=said["amount_fen"],
            days_past_due=said["days_past_due"],
            due_on=said["due_on"],
            yearly_cost_bp=said["yearly_cost_bp"],
        )


class LoanForm(PostingForm):
    """The first that is told of a loan."""

    consent = forms.UUIDField(label=_("Consent reference"), help_text=_("By which you know of the farm."))
    loan_ref = forms.CharField(label=_("Your number of the loan"), max_length=64)
    field_order = ("consent", "loan_ref", *PostingForm.field_order)


class KeyForm(forms.Form):
    """One more public key of a machine."""

    key = forms.CharField(
        label=_("New public key (JWK)"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=5000,
        help_text=_("With a kid of its own. Never a private key."),
    )

    def clean_key(self) -> Any:
        """Read the JSON."""
        return _json(self.cleaned_data["key"])


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
        return _json(self.cleaned_data["key_set"])

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


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise forms.ValidationError(_("This is not JSON.")) from error


def _hundredths(value: Decimal | None) -> int | None:
    return None if value is None else int(value * 100)
