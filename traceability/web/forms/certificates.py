"""Forms about the conformity certificate 承诺达标合格证."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from traceability.events.inspection import BASES
from traceability.models import Lot
from traceability.services.certificates import CertificateFacts
from traceability.services.holds import Grounds
from traceability.web.fields import MassField, choice_field, typed
from traceability.web.forms.entries import EntryForm, last_first
from traceability.web.words import choices_of


class CertificateForm(EntryForm):
    """What the issuer says; the words of the promise are the order's."""

    basis = forms.MultipleChoiceField(label=_("Basis of the promise"), widget=forms.CheckboxSelectMultiple)
    product = forms.CharField(label=_("Product"), max_length=120)
    amount = MassField(label=_("Quantity"))
    origin = forms.CharField(label=_("Place of origin"), max_length=120)
    contact = forms.CharField(
        label=_("Contact"),
        max_length=60,
        help_text=_("A phone number. It stands on the certificate for whoever buys, and nowhere in public."),
    )
    signatory = forms.CharField(label=_("Who signs"), max_length=60, required=False)
    number = forms.RegexField(
        r"^[0-9A-Za-z][0-9A-Za-z\-/]{0,39}$",
        label=_("Certificate number"),
        required=False,
        help_text=_("Without one we make one."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["basis"].choices = choices_of(BASES)  # type: ignore[attr-defined]
        last_first(self, "number", "day")

    def facts(self) -> CertificateFacts:
        """Give the service what was said."""
        said = self.cleaned_data
        return CertificateFacts(
            basis=said["basis"],
            product=said["product"],
            kg=said["amount"].si_value,
            typed=typed(said["amount"]),
            origin=said["origin"],
            contact=said["contact"],
            signatory=said["signatory"],
            number=said["number"],
        )

    @classmethod
    def initial_of(cls, lot: Lot, *, origin: str) -> dict[str, Any]:
        """Fill the form with what is known of the lot."""
        amount = {"value": f"{lot.kg.normalize():f}", "unit": "kg"} if lot.kg else None
        return {"product": lot.product_name or lot.get_crop_display(), "amount": amount, "origin": origin}


class VoidForm(EntryForm):
    """Why a certificate no longer stands."""

    reason = choice_field(_("Reason"), "certificate.voided", "reason")
    note = forms.CharField(label=_("Remark"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    field_order = ("reason", "note")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["day"]

    def grounds(self) -> Grounds:
        """Give the service what was said."""
        return Grounds(reason=self.cleaned_data["reason"], note=self.cleaned_data["note"])


class CollectForm(EntryForm):
    """When the certificate was taken in."""


class FindForm(forms.Form):
    """The number on the paper."""

    number = forms.CharField(label=_("Certificate number"), max_length=40)
