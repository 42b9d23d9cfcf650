"""The form of one run of a process: lots in, lots and the rest out."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from traceability.events.lots import LOSS_REASONS
from traceability.models import Lot
from traceability.services.lots import LotFacts
from traceability.services.processes import ByProduct, Input, Loss, Process
from traceability.templatetags.quantities import quantity
from traceability.web.fields import MassField, choice_field, number_field, typed
from traceability.web.forms.entries import EntryForm, last_first
from traceability.web.words import choices_of, form_choices


class RunForm(EntryForm):
    """What was done, and to how much of each lot in stock."""

    name = choice_field(_("Process"), "process.completed", "process")
    moisture_in_percent = number_field(
        _("Moisture before"), unit="%", required=False, max_value=100, max_digits=5, decimal_places=2
    )
    moisture_out_percent = number_field(
        _("Moisture after"), unit="%", required=False, max_value=100, max_digits=5, decimal_places=2
    )
    operator = forms.CharField(label=_("Who did it"), max_length=60, required=False)
    balance_reason = forms.CharField(
        label=_("What became of the rest"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Asked for where more is missing than scales differ"),
    )
    note = forms.CharField(label=_("Remark"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        last_first(self, "day")


class InputsForm(forms.Form):
    """So many kilograms of each lot in stock."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, stock: Sequence[Lot]) -> None:
        super().__init__(data, prefix="in")
        self.stock = stock
        for lot in stock:
            label = f"{lot.code or lot.epc} {lot.product_name}".strip()
            field = number_field(label, unit=_("kg"), required=False, max_digits=13, decimal_places=3)
            field.help_text = _("%(kg)s kg in stock") % {"kg": quantity(lot.kg)}
            self.fields[str(lot.pk)] = field

    def clean(self) -> dict[str, Any]:
        """Refuse a process of nothing; raises ValidationError."""
        said = super().clean() or self.cleaned_data
        if not self.errors and not any(said.values()):
            raise ValidationError(_("Say how much of at least one lot went in."), code="no_inputs")
        return said

    def inputs(self) -> list[Input]:
        """Give the lots of which something went in."""
        said = self.cleaned_data
        return [Input(lot=lot, kg=said[str(lot.pk)]) for lot in self.stock if said[str(lot.pk)]]


class OutputForm(forms.Form):
    """A lot that came out."""

    product_form = forms.ChoiceField(label=_("As what"))
    product_name = forms.CharField(label=_("Product name"), max_length=120, required=False)
    amount = MassField(label=_("Weight"))
    code = forms.CharField(label=_("Lot number"), max_length=20, required=False)
    gtin = forms.CharField(label=_("GTIN"), max_length=14, required=False)

    def __init__(self, *args: Any, crops: Sequence[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["product_form"].choices = form_choices(crops)  # type: ignore[attr-defined]

    def has_changed(self) -> bool:
        """Take a row for empty while nobody has typed a weight into it."""
        return bool(self["amount"].data and self["amount"].data[0])

    def lot(self) -> LotFacts:
        """Give the service what was said."""
        said = self.cleaned_data
        return LotFacts(
            kg=said["amount"].si_value,
            typed=typed(said["amount"]),
            product_form=said["product_form"],
            product_name=said["product_name"],
            code=said["code"],
            gtin=said["gtin"],
        )


class ByProductForm(forms.Form):
    """Husk, bran, shells."""

    name = forms.CharField(label=_("By-product"), max_length=60)
    amount = MassField(label=_("Weight"))

    def has_changed(self) -> bool:
        """Take a row for empty while it has neither name nor weight."""
        return bool(self["name"].data or (self["amount"].data and self["amount"].data[0]))


class LossForm(forms.Form):
    """What is gone."""

    reason = forms.ChoiceField(label=_("Loss by"), choices=lambda: choices_of(LOSS_REASONS))
    amount = MassField(label=_("Weight"))

    def has_changed(self) -> bool:
        """Take a row for empty while it has no weight."""
        return bool(self["amount"].data and self["amount"].data[0])


_OUTPUTS = forms.formset_factory(OutputForm, extra=3, max_num=20, min_num=0, validate_max=True)
_BY_PRODUCTS = forms.formset_factory(ByProductForm, extra=3, max_num=20, validate_max=True)
_LOSSES = forms.formset_factory(LossForm, extra=2, max_num=20, validate_max=True)


class ProcessForms:
    """The parts of the page together: valid when all of them are."""

    def __init__(self, data: Mapping[str, Any] | None, *, stock: Sequence[Lot]) -> None:
        crops = sorted({lot.crop for lot in stock if lot.crop})
        self.run = RunForm(data)
        self.inputs = InputsForm(data, stock=stock)
        self.outputs = _OUTPUTS(data, prefix="out", form_kwargs={"crops": crops})
        self.by_products = _BY_PRODUCTS(data, prefix="by")
        self.losses = _LOSSES(data, prefix="loss")

    @cached_property
    def _parts(self) -> list[Any]:
        return [self.run, self.inputs, self.outputs, self.by_products, self.losses]

    def is_valid(self) -> bool:
        """Check all parts, so that all that is wrong shows at once."""
        fine = [part.is_valid() for part in self._parts]
        if all(fine) and not any(form.has_changed() for form in self.outputs):
            self.run.add_error(None, _("Say what came out, in at least one row."))
            return False
        return all(fine)

    def process(self) -> Process:
        """Give the service what was said."""
        said = self.run.cleaned_data
        return Process(
            name=said["name"],
            inputs=self.inputs.inputs(),
            outputs=[form.lot() for form in self.outputs if form.has_changed()],
            by_products=[
                ByProduct(name=form.cleaned_data["name"], kg=form.cleaned_data["amount"].si_value)
                for form in self.by_products
                if form.has_changed()
            ],
            losses=[
                Loss(reason=form.cleaned_data["reason"], kg=form.cleaned_data["amount"].si_value)
                for form in self.losses
                if form.has_changed()
            ],
            moisture_in_percent=said["moisture_in_percent"],
            moisture_out_percent=said["moisture_out_percent"],
            operator=said["operator"],
            balance_reason=said["balance_reason"],
            note=said["note"],
        )
