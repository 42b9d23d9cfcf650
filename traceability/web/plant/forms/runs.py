"""The form of one run of a process: lots in, lots and the rest out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from traceability.balance import WATER, Balance, YieldRange, YieldVerdict, mean_moisture, pick_oldest
from traceability.decimals import decimal_text
from traceability.events.lots import LOSS_REASONS, PROCESSES
from traceability.models import Lot, Recipe
from traceability.queries.plant import recipes_of
from traceability.services.lots import LotFacts
from traceability.services.processes import ByProduct, Input, Loss, Process
from traceability.services.recipes import RecipeFacts
from traceability.templatetags.quantities import quantity
from traceability.web.fields import MassField, choice_field, number_field, typed
from traceability.web.forms.entries import EntryForm, last_first
from traceability.web.words import choices_of, form_choices, form_name

# Water is no loss: it is not what a list begins with.
_REASONS = (*(one for one in LOSS_REASONS if one != WATER), WATER)


class RunForm(EntryForm):
    """What was done, and to how much of each lot in stock."""

    name = choice_field(_("Process"), "process.completed", "process")
    moisture_in_percent = number_field(
        _("Moisture before"), unit="%", required=False, max_value=100, max_digits=5, decimal_places=2
    )
    moisture_out_percent = number_field(
        _("Moisture after"), unit="%", required=False, max_value=100, max_digits=5, decimal_places=2
    )
    line = forms.CharField(label=_("Line"), max_length=60, required=False)
    operator = forms.CharField(label=_("Who did it"), max_length=60, required=False)
    recipe = forms.ModelChoiceField(queryset=Recipe.objects.none(), required=False, widget=forms.HiddenInput)
    balance_reason = forms.CharField(
        label=_("What became of the rest"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Asked for where more is missing than scales differ"),
    )
    note = forms.CharField(label=_("Remark"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, membership: Membership, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["recipe"].queryset = recipes_of(membership)  # type: ignore[attr-defined]
        last_first(self, "day")


class InputsForm(forms.Form):
    """So many kilograms of each lot in stock."""

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, stock: Sequence[Lot], picked: Mapping[str, Any]
    ) -> None:
        super().__init__(data, prefix="in", initial=dict(picked))
        self.stock = stock
        for lot in stock:
            label = f"{lot.code or lot.epc} {lot.product_name}".strip()
            field = number_field(label, unit=_("kg"), required=False, max_digits=13, decimal_places=3)
            field.help_text = _in_stock(lot)
            if lot.moisture_percent is not None:
                field.widget.attrs["data-moisture"] = decimal_text(lot.moisture_percent)
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
    kept = forms.BooleanField(label=_("Keep as a lot"), required=False)

    def has_changed(self) -> bool:
        """Take a row for empty while it has no weight; a recipe fills in the name beforehand."""
        return bool(self["amount"].data and self["amount"].data[0])

    def by_product(self) -> ByProduct:
        """Give the service what was said."""
        said = self.cleaned_data
        kg = said["amount"].si_value
        lot = LotFacts(kg=kg, product_form="by-product", product_name=said["name"]) if said["kept"] else None
        return ByProduct(name=said["name"], kg=kg, lot=lot)


class LossForm(forms.Form):
    """What is gone."""

    reason = forms.ChoiceField(label=_("Loss by"), choices=lambda: choices_of(_REASONS))
    amount = MassField(label=_("Weight"))

    def has_changed(self) -> bool:
        """Take a row for empty while it has no weight."""
        return bool(self["amount"].data and self["amount"].data[0])


class UsualRows(forms.BaseFormSet):  # type: ignore[type-arg]
    """Rows of which some bear a name already: what did not fall off this time is left empty."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """Let every row be empty, those that a recipe named as well."""
        return super().get_form_kwargs(index) | {"empty_permitted": True}


_OUTPUTS = forms.formset_factory(OutputForm, extra=3, max_num=20, min_num=0, validate_max=True)
_BY_PRODUCTS = forms.formset_factory(ByProductForm, formset=UsualRows, extra=3, max_num=20, validate_max=True)
_LOSSES = forms.formset_factory(LossForm, extra=2, max_num=20, validate_max=True)


class TakeForm(forms.Form):
    """How much is wanted of what, for the oldest lots to be filled in."""

    goods = forms.ChoiceField(label=_("Of what"))
    wanted = number_field(_("How much"), unit=_("kg"), max_digits=13, decimal_places=3)

    def __init__(self, data: Mapping[str, Any] | None = None, *, stock: Sequence[Lot]) -> None:
        super().__init__(data, prefix="take")
        self.stock = stock
        self.fields["goods"].choices = list(  # type: ignore[attr-defined]
            dict.fromkeys((_goods(lot), lot.product_name or form_name(lot.crop, lot.product_form)) for lot in stock)
        )

    def picked(self) -> dict[str, str]:
        """Give how much of which lot to take, the oldest first."""
        if not self.is_bound or not self.is_valid():
            return {}
        wanted = self.cleaned_data
        same = [(lot.pk, lot.kg) for lot in self.stock if _goods(lot) == wanted["goods"] and lot.kg]
        return {str(pick.name): decimal_text(pick.kg.normalize()) for pick in pick_oldest(same, wanted["wanted"])}


class RecipeForm(forms.Form):
    """A recipe of the party."""

    name = forms.CharField(label=_("Name"), max_length=60)
    step = forms.ChoiceField(label=_("Process"), choices=lambda: choices_of(PROCESSES))
    yield_from_percent = number_field(_("Yield from"), unit="%", max_value=100, max_digits=5, decimal_places=2)
    yield_to_percent = number_field(_("Yield to"), unit="%", max_value=100, max_digits=5, decimal_places=2)
    by_products = forms.CharField(
        label=_("Usual by-products"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One on each line"),
    )

    def facts(self) -> RecipeFacts:
        """Give the service what was said."""
        said = dict(self.cleaned_data)
        names = [line.strip()[:60] for line in said.pop("by_products").splitlines() if line.strip()]
        return RecipeFacts(**said, by_products=names)


class ProcessForms:
    """The parts of the page together: valid when all of them are."""

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        stock: Sequence[Lot],
        membership: Membership,
        recipe: Recipe | None = None,
        picked: Mapping[str, Any] | None = None,
    ) -> None:
        crops = sorted({lot.crop for lot in stock if lot.crop})
        usual = [{"name": name} for name in recipe.by_products.splitlines()] if recipe else []
        start = {"recipe": recipe, "name": recipe.step} if recipe else {}
        self.run = RunForm(data, membership=membership, initial=start)
        self.inputs = InputsForm(data, stock=stock, picked=picked or {})
        self.outputs = _OUTPUTS(data, prefix="out", form_kwargs={"crops": crops})
        self.by_products = _BY_PRODUCTS(data, prefix="by", initial=usual)
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
        said, inputs = self.run.cleaned_data, self.inputs.inputs()
        moisture_in = said["moisture_in_percent"]
        if moisture_in is None and said["moisture_out_percent"] is not None:
            moisture_in = _measured(inputs)
        recipe: Recipe | None = said["recipe"]
        return Process(
            name=said["name"],
            inputs=inputs,
            outputs=[
                replace(form.lot(), moisture_percent=said["moisture_out_percent"])
                for form in self.outputs
                if form.has_changed()
            ],
            by_products=[form.by_product() for form in self.by_products if form.has_changed()],
            losses=[
                Loss(reason=form.cleaned_data["reason"], kg=form.cleaned_data["amount"].si_value)
                for form in self.losses
                if form.has_changed()
            ],
            moisture_in_percent=moisture_in,
            moisture_out_percent=said["moisture_out_percent"],
            recipe=recipe.name if recipe else "",
            **{name: said[name] for name in ("line", "operator", "balance_reason", "note")},
        )


def judged(balance: Balance, recipe: Recipe | None) -> YieldVerdict | None:
    """Say how a yield stands to its recipe's range; None without a recipe, or a yield."""
    if recipe is None or balance.yield_percent is None:
        return None
    return YieldRange(recipe.yield_from_percent, recipe.yield_to_percent).judge(balance.yield_percent)


def _in_stock(lot: Lot) -> str:
    kg = _("%(kg)s kg in stock") % {"kg": quantity(lot.kg)}
    return f"{kg} · {quantity(lot.moisture_percent)} %" if lot.moisture_percent is not None else kg


def _goods(lot: Lot) -> str:
    # With its name: roasted kernels are kernels, too, and are not what is meant by raw ones.
    return ":".join(part for part in (lot.crop, lot.product_form, lot.product_name) if part)


def _measured(inputs: Sequence[Input]) -> Decimal | None:
    """Reckon the moisture of what went in from that of its lots; None where one of them was never measured."""
    known = [(one.kg, one.lot.moisture_percent) for one in inputs if one.lot.moisture_percent is not None]
    return mean_moisture(known) if known and len(known) == len(inputs) else None
