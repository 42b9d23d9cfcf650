"""Forms about harvests, lots, samples and the laboratory's reports."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind
from accounts.queries.organisations import with_powers
from traceability.models import Season
from traceability.projections.standing import Standing
from traceability.services.entries import members
from traceability.services.harvests import PRODUCT_FORMS, Harvest
from traceability.services.lots import LotFacts
from traceability.services.samples import SampleFacts
from traceability.standards.units import in_mu
from traceability.web.fields import AreaField, MassField, choice_field, number_field, typed
from traceability.web.forms.entries import EntryForm, last_first
from traceability.web.words import form_choices


class HarvestForm(EntryForm):
    """What was brought in; the reason is asked for only where an interval has not passed."""

    amount = MassField(label=_("Weight"))
    moisture_percent = number_field(
        _("Moisture"), unit="%", required=False, max_value=100, max_digits=5, decimal_places=2
    )
    product_form = forms.ChoiceField(label=_("As what"))
    area = AreaField(label=_("Area harvested"), required=False)
    product_name = forms.CharField(label=_("Product name"), max_length=120, required=False)
    code = forms.CharField(
        label=_("Lot number"),
        max_length=20,
        required=False,
        help_text=_("Letters, digits and some signs, at most 20; without one we make one."),
    )
    gtin = forms.CharField(
        label=_("GTIN"),
        max_length=14,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=_("14 digits, only if your party has its own from GS1"),
    )
    interval_reason = forms.CharField(
        label=_("Why it could not wait"), max_length=60, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    note = forms.CharField(label=_("Remark"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, season: Season, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["product_form"].choices = form_choices([season.crop])  # type: ignore[attr-defined]
        self.fields["product_form"].initial = PRODUCT_FORMS[season.crop]
        if season.harvest_allowed_from is None:
            del self.fields["interval_reason"]
        last_first(self, "day", "code", "gtin", "note")

    def harvest(self) -> Harvest:
        """Give the service what was said."""
        said = self.cleaned_data
        lot = LotFacts(
            kg=said["amount"].si_value,
            typed=typed(said["amount"]),
            product_form=said["product_form"],
            product_name=said["product_name"],
            code=said["code"],
            gtin=said["gtin"],
            moisture_percent=said["moisture_percent"],
        )
        return Harvest(
            lot=lot,
            area_mu=in_mu(said["area"]) if said["area"] else None,
            interval_reason=said.get("interval_reason", ""),
            note=said["note"],
        )


class SampleForm(EntryForm):
    """How a sample was taken, and who will test it."""

    number = forms.CharField(label=_("Sample number"), max_length=60)
    laboratory = forms.ModelChoiceField(
        label=_("Laboratory"), queryset=with_powers(OrganisationKind.LABORATORY), empty_label=None
    )
    purpose = choice_field(_("Purpose"), "sample.taken", "purpose", required=False)
    standard = forms.CharField(label=_("Sampling standard"), max_length=60, required=False)
    amount = MassField(label=_("Quantity"), required=False)
    sampler = forms.CharField(label=_("Who sampled"), max_length=60, required=False)
    place = forms.CharField(label=_("Place"), max_length=60, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        last_first(self, "day")

    def facts(self) -> SampleFacts:
        """Give the service what was said."""
        said = self.cleaned_data
        return SampleFacts(
            number=said["number"],
            laboratory=said["laboratory"],
            standard=said["standard"],
            kg=said["amount"].si_value if said["amount"] else None,
            purpose=said["purpose"],
            sampler=said["sampler"],
            place=said["place"],
        )


class HarvestCorrectionForm(EntryForm):
    """How much it was, and when: on the season and on the lot alike."""

    amount = MassField(label=_("Weight"))

    def body(self) -> dict[str, object]:
        """Give the members as they ought to be."""
        amount = self.cleaned_data["amount"]
        return members(kg=amount.si_value, typed=typed(amount))

    @classmethod
    def initial_of(cls, said: Standing) -> dict[str, Any]:
        """Fill the form with what the record says now."""
        return {
            "day": said.body["date"],
            "amount": said.body.get("typed") or {"value": said.body["kg"], "unit": "kg"},
        }


class LotCorrectionForm(HarvestCorrectionForm):
    """The same, and what only the lot says."""

    product_name = forms.CharField(label=_("Product name"), max_length=120, required=False)
    moisture_percent = number_field(
        _("Moisture"), unit="%", required=False, max_value=100, max_digits=5, decimal_places=2
    )

    def body(self) -> dict[str, object]:
        """Give the members as they ought to be."""
        said = self.cleaned_data
        return super().body() | members(product_name=said["product_name"], moisture_percent=said["moisture_percent"])

    @classmethod
    def initial_of(cls, said: Standing) -> dict[str, Any]:
        """Fill the form with what the record says now."""
        more = {name: said.body.get(name) for name in ("product_name", "moisture_percent")}
        return super().initial_of(said) | more
