"""Forms at the scale: what came in, and what goes out."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind
from accounts.models import Membership, Organisation
from traceability.enums import Crop
from traceability.events.plant import REFUSALS
from traceability.models import Lot
from traceability.services.intake import Delivery
from traceability.services.shipments import Acceptance, Consignment, Refusal
from traceability.services.weighing import Weighing
from traceability.templatetags.quantities import quantity
from traceability.web.fields import number_field
from traceability.web.forms.entries import EntryForm, last_first
from traceability.web.words import choices_of, form_choices

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_TAKERS = (OrganisationKind.PROCESSOR, OrganisationKind.COOPERATIVE, OrganisationKind.MARKETPLACE)


def _weight(label: "str | _StrPromise", **options: Any) -> forms.DecimalField:
    return number_field(label, unit=_("kg"), required=False, max_digits=11, decimal_places=3, **options)


def _share(label: "str | _StrPromise") -> forms.DecimalField:
    return number_field(label, unit="%", required=False, max_value=100, max_digits=5, decimal_places=2)


def _text(label: "str | _StrPromise", length: int = 60, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, required=False, **options)


class WeighingForm(EntryForm):
    """One load on the scale, in the order in which people read it off."""

    gross_kg = _weight(_("Gross"))
    tare_kg = _weight(_("Tare"))
    net_kg = _weight(_("Net"), help_text=_("Gross less tare; type it where the scale shows only this"))
    moisture_percent = _share(_("Moisture"))
    impurity_percent = _share(_("Impurities"))
    grade = _text(_("Grade"))
    slip = _text(_("Slip number"))
    supplier_code = _text(_("Supplier's lot number"))
    moisture_deduction_kg = _weight(_("Deduction for moisture"))
    impurity_deduction_kg = _weight(_("Deduction for impurities"))
    note = _text(_("Remark"), 1000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        last_first(self, "note", "day")

    def weighing(self) -> Weighing:
        """Give the service what was read off."""
        said = self.cleaned_data
        return Weighing(**{name: said[name] for name in Weighing.__dataclass_fields__})

    @property
    def scale(self) -> list[forms.BoundField]:
        """The fields that are read off the scale and the meter."""
        return [self[name] for name in ("gross_kg", "tare_kg", "net_kg", "moisture_percent", "impurity_percent")]

    @property
    def papers(self) -> list[forms.BoundField]:
        """The fields that are read off papers."""
        return [self[name] for name in ("grade", "slip", "supplier_code")]

    @property
    def terms(self) -> list[forms.BoundField]:
        """The fields that are agreed between the two parties."""
        return [self[name] for name in ("moisture_deduction_kg", "impurity_deduction_kg")]


class AcceptForm(WeighingForm):
    """The weighing of a delivery, and why it is not what was shipped."""

    difference_reason = _text(
        _("Why the weight differs"),
        1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Asked for where it differs by more than scales do (0.5 %)"),
    )

    def acceptance(self) -> Acceptance:
        """Give the service what was said."""
        return Acceptance(weighing=self.weighing(), difference_reason=self.cleaned_data["difference_reason"])


class RefuseForm(EntryForm):
    """Why a delivery goes back."""

    reason = forms.ChoiceField(label=_("Reason"), choices=lambda: choices_of(REFUSALS))
    note = _text(_("Remark"), 1000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        last_first(self, "note", "day")

    def refusal(self) -> Refusal:
        """Give the service what was said."""
        return Refusal(reason=self.cleaned_data["reason"], note=self.cleaned_data["note"])


class TakeInForm(WeighingForm):
    """A delivery of which no record tells: what it is and whose, besides the weighing."""

    goods = forms.ChoiceField(label=_("As what"))
    product_name = _text(_("Product name"), 120)
    supplier_name = _text(_("Supplier"), help_text=_("Stays private; the log holds only a commitment to it"))
    code = _text(_("Your lot number"), 20, help_text=_("Without one we make one."))

    def __init__(self, *args: Any, supplier: Organisation | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.supplier = supplier
        self.fields["goods"].choices = _goods()  # type: ignore[attr-defined]
        if supplier:
            del self.fields["supplier_name"]
        last_first(self, "note", "day")

    @property
    def what(self) -> list[forms.BoundField]:
        """The fields that say what came."""
        return [self[name] for name in ("goods", "product_name", "supplier_name", "code") if name in self.fields]

    def delivery(self) -> Delivery:
        """Give the service what was said."""
        said = self.cleaned_data
        crop, _colon, form = said["goods"].partition(":")
        return Delivery(
            product_form=form,
            crop=crop,
            product_name=said["product_name"],
            code=said["code"],
            supplier=self.supplier,
            supplier_name=said.get("supplier_name", ""),
            weighing=self.weighing(),
        )


def _goods() -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (str(label), [(f"{crop}:{form}", name) for form, name in form_choices([crop])]) for crop, label in Crop.choices
    ]


class ShipForm(EntryForm):
    """To whom a lot goes, and how much of it."""

    to = forms.ModelChoiceField(label=_("Receiver"), queryset=Organisation.objects.none())
    kg = _weight(_("How much"), help_text=_("Empty: all of it. A part becomes a lot of its own."))
    slip = _text(_("Slip number"))
    vehicle = _text(_("Vehicle"))
    driver = _text(_("Driver"))
    note = _text(_("Remark"), 1000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, membership: Membership, lot: Lot, **options: Any) -> None:
        super().__init__(*args, **options)
        known = Organisation.objects.filter(kind__in=_TAKERS).exclude(pk=membership.organisation_id)
        self.fields["to"].queryset = known.order_by("name", "pk")  # type: ignore[attr-defined]
        if lot.kg is None:
            del self.fields["kg"]
        else:
            self.fields["kg"].widget.attrs["placeholder"] = quantity(lot.kg)
        last_first(self, "note", "day")

    def consignment(self) -> Consignment:
        """Give the service what was said."""
        said = self.cleaned_data
        papers = {name: said[name] for name in ("slip", "vehicle", "driver", "note")}
        return Consignment(to=said["to"], kg=said.get("kg"), **papers)
