"""One form for each operation of the growth log."""

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from traceability.events.vocabulary import DOSE_UNITS
from traceability.models import Season
from traceability.projections.standing import Standing
from traceability.services.attachments import MAX_BYTES
from traceability.services.entries import members
from traceability.services.growth import Operation
from traceability.web.fields import AmountField, MassField, choice_field, kilograms, number_field, typed
from traceability.web.forms.entries import EntryForm, last_first
from traceability.web.words import stage_choices, tending_choices

PHOTO = forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp", "capture": "environment"})


class OperationForm(EntryForm):
    """One operation on a season. Subclasses name it and say its members."""

    name: ClassVar[str]
    title: ClassVar[str | Promise]
    # Members of the body that a field gives as it is.
    plain: ClassVar[tuple[str, ...]] = ()
    # Private members: who did it, and in free words whatever else.
    private_names: ClassVar[tuple[str, ...]] = ("operator", "note")

    operator = forms.CharField(label=_("Who did it"), max_length=60, required=False)
    note = forms.CharField(label=_("Remark"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    photo = forms.FileField(
        label=_("Picture"),
        required=False,
        widget=PHOTO,
        help_text=_("Whoever buys what grows here may see it, unless a remark stands beside it. Show no faces."),
    )

    def __init__(self, *args: Any, season: Season, **options: Any) -> None:
        self.season = season
        super().__init__(*args, **options)
        last_first(self, *self.private_names, "photo", "day")

    def body(self) -> dict[str, object]:
        """Give the members of the event but for its day."""
        return members(**{name: self.cleaned_data[name] for name in self.plain})

    def private(self) -> dict[str, object]:
        """Give the private members of the event."""
        return members(**{name: self.cleaned_data[name] for name in self.private_names})

    def operation(self) -> Operation:
        """Give the service what was said; of a photo not more is read than the service looks at."""
        photo = self.cleaned_data.get("photo")
        photos = [photo.read(MAX_BYTES + 1)] if photo else []
        return Operation(name=self.name, body=self.body(), private=self.private(), photos=photos)

    @classmethod
    def initial_of(cls, said: Standing) -> dict[str, Any]:
        """Fill the form with what a record says now, to be corrected."""
        return {"day": said.body["date"], **{n: said.body.get(n) for n in cls.plain}, **said.private}


class SownForm(OperationForm):
    """Sowing."""

    name, title, plain = "sown", _("Sowing"), ("seed_lot", "method")
    seed = MassField(label=_("Seed"), required=False)
    method = choice_field(_("How"), "growth.sown", "method", required=False)
    seed_lot = forms.CharField(label=_("Seed lot"), max_length=60, required=False)

    def body(self) -> dict[str, object]:
        """Give the members."""
        seed = self.cleaned_data["seed"]
        return super().body() | members(seed_kg=kilograms(seed), typed=typed(seed))

    @classmethod
    def initial_of(cls, said: Standing) -> dict[str, Any]:
        """Fill the form."""
        return super().initial_of(said) | {"seed": _mass(said, "seed_kg")}


class TransplantedForm(OperationForm):
    """Transplanting."""

    name, title, plain = "transplanted", _("Transplanting"), ("seedling_age_days", "method")
    method = choice_field(_("How"), "growth.transplanted", "method", required=False)
    seedling_age_days = forms.IntegerField(
        label=_("Age of the seedlings, days"), min_value=0, max_value=1000, required=False
    )


class IrrigatedForm(OperationForm):
    """Irrigation."""

    name, title, plain = "irrigated", _("Watering"), ("water_m3", "depth_mm", "method")
    water_m3 = number_field(_("Water"), unit=_("m³"), required=False, max_digits=9, decimal_places=2)
    depth_mm = number_field(_("Depth of water"), unit=_("mm"), required=False, max_digits=5, decimal_places=1)
    method = choice_field(_("How"), "growth.irrigated", "method", required=False)


class FertilisedForm(OperationForm):
    """Fertilising."""

    name, title, plain = "fertilised", _("Fertilising"), ("product", "registration_no", "use")
    product = forms.CharField(label=_("Product"), max_length=60)
    amount = MassField(label=_("Quantity"))
    use = choice_field(_("Use"), "growth.fertilised", "use", required=False)
    registration_no = forms.CharField(label=_("Registration number"), max_length=40, required=False)

    def body(self) -> dict[str, object]:
        """Give the members."""
        amount = self.cleaned_data["amount"]
        return super().body() | members(kg=kilograms(amount), typed=typed(amount))

    @classmethod
    def initial_of(cls, said: Standing) -> dict[str, Any]:
        """Fill the form."""
        return super().initial_of(said) | {"amount": _mass(said, "kg")}


class SprayedForm(OperationForm):
    """Spraying: what the law asks to be written down, and the days until harvest."""

    name, title, plain = "sprayed", _("Spraying"), ("product", "registration_no", "dose", "target", "phi_days")
    product = forms.CharField(label=_("Product"), max_length=60)
    dose = AmountField(label=_("Dose"), unit_codes=DOSE_UNITS)
    target = forms.CharField(label=_("Against what"), max_length=60)
    phi_days = forms.IntegerField(
        label=_("Pre-harvest interval, days"),
        min_value=0,
        max_value=365,
        help_text=_("It stands on the label of the product. Until it has passed, nothing may be harvested."),
    )
    registration_no = forms.CharField(
        label=_("Registration number"), max_length=40, required=False, help_text=_("On the label, as in PD20060044")
    )


class TendedForm(OperationForm):
    """Other field work."""

    name, title, plain = "tended", _("Field work"), ("operation",)
    operation_code = forms.ChoiceField(label=_("Field operation"), choices=tending_choices)

    def body(self) -> dict[str, object]:
        """Give the members."""
        return {"operation": self.cleaned_data["operation_code"]}

    @classmethod
    def initial_of(cls, said: Standing) -> dict[str, Any]:
        """Fill the form."""
        return super().initial_of(said) | {"operation_code": said.body["operation"]}


class ObservedForm(OperationForm):
    """What was seen."""

    name, title, plain = "observed", _("Observation"), ("stage", "height_cm", "pest_percent")
    private_names = ("observer", "note")
    operator = None  # type: ignore[assignment]
    stage = forms.ChoiceField(label=_("Growth stage"), required=False)
    height_cm = number_field(_("Height"), unit=_("cm"), required=False, max_digits=5, decimal_places=1)
    pest_percent = number_field(
        _("Plants with pest or disease"), unit="%", required=False, max_value=100, max_digits=4, decimal_places=1
    )
    observer = forms.CharField(label=_("Who observed"), max_length=60, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["stage"].choices = partial(stage_choices, self.season.crop)  # type: ignore[attr-defined]


class PhotographedForm(OperationForm):
    """A photo by itself."""

    name, title = "photographed", _("Photo")
    private_names = ("caption", "note")
    operator = None  # type: ignore[assignment]
    caption = forms.CharField(label=_("What it shows"), max_length=60, required=False)
    photo = forms.FileField(
        label=_("Picture"),
        widget=PHOTO,
        help_text=_("Whoever buys what grows here may see it, unless a remark stands beside it. Show no faces."),
    )


FORMS: Mapping[str, type[OperationForm]] = MappingProxyType(
    {
        form.name: form
        for form in (
            IrrigatedForm,
            FertilisedForm,
            SprayedForm,
            ObservedForm,
            TendedForm,
            PhotographedForm,
            SownForm,
            TransplantedForm,
        )
    }
)


def _mass(said: Standing, name: str) -> dict[str, Any] | None:
    kg = said.body.get(name)
    return said.body.get("typed") or ({"value": kg, "unit": "kg"} if kg else None)
