"""Form fields that read what people type into what services take."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from traceability.decimals import decimal_text
from traceability.errors import UnitError
from traceability.events import event_type
from traceability.events.kinds import Choice
from traceability.standards import units
from traceability.standards.units import Quantity
from traceability.web.refusals import sentence
from traceability.web.words import choices_of, choices_or_none

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

DECIMAL_INPUT = {"inputmode": "decimal", "autocomplete": "off"}


def number_field(label: "str | _StrPromise", *, unit: "str | _StrPromise" = "", **options: Any) -> forms.DecimalField:
    """Make a field for a decimal number, with the keyboard that phones have for it."""
    options.setdefault("min_value", 0)
    field = forms.DecimalField(label=label, widget=forms.TextInput(attrs=DECIMAL_INPUT), **options)
    # The template of fields writes it behind the box.
    field.unit = unit  # type: ignore[attr-defined]
    return field


def choice_field(label: "str | _StrPromise", event: str, member: str, **options: Any) -> forms.ChoiceField:
    """Make a field for a member of an event whose schema knows a few codes."""
    kind = event_type(event).body.by_name[member].kind
    codes = kind.codes if isinstance(kind, Choice) else ()
    choices = choices_of if options.get("required", True) else choices_or_none
    return forms.ChoiceField(label=label, choices=partial(choices, codes), **options)


class QuantityWidget(forms.MultiWidget):
    """A number and its unit, side by side."""

    use_fieldset = False

    def __init__(self, choices: Callable[[], list[tuple[str, str]]]) -> None:
        super().__init__(
            {
                "value": forms.TextInput(attrs=DECIMAL_INPUT),
                "unit": forms.Select(attrs={"aria-label": _("Unit"), "class": "unit-choice"}, choices=choices),  # type: ignore[arg-type]
            }
        )

    def decompress(self, value: Any) -> list[Any]:
        """Part a {value, unit} into its boxes."""
        return [value["value"], value["unit"]] if value else [None, None]

    def id_for_label(self, id_: str) -> str:
        """Let the label lead to the number."""
        return f"{id_}_0"


class AmountField(forms.MultiValueField):
    """A number with one of some units, as it is typed: {value, unit} in canonical decimal text."""

    widget: Any = QuantityWidget

    def __init__(self, *, unit_codes: tuple[str, ...], **options: Any) -> None:
        # Asked for anew each time: a reader's language is known only when the form is shown.
        choices = partial(choices_of, unit_codes)
        required = options.setdefault("required", True)
        fields = (
            forms.DecimalField(required=required, min_value=0, max_digits=18, decimal_places=6),
            forms.ChoiceField(choices=choices, required=required),
        )
        super().__init__(fields=fields, widget=QuantityWidget(choices), require_all_fields=False, **options)

    def compress(self, data_list: list[Any]) -> dict[str, str] | None:
        """Join number and unit; None where no number was typed."""
        if not data_list or data_list[0] is None:
            return None
        return {"value": decimal_text(data_list[0]), "unit": data_list[1]}


class MassField(AmountField):
    """A weight in the unit that people weigh in, read into kilograms."""

    convert: Callable[..., Quantity] = staticmethod(units.mass)

    def __init__(self, **options: Any) -> None:
        super().__init__(unit_codes=("kg", "jin", "t"), **options)

    def clean(self, value: Any) -> Any:
        """Read the quantity; raises ValidationError."""
        typed = super().clean(value)
        if typed is None:
            return None
        try:
            return self.convert(typed["value"], typed["unit"])
        except UnitError as error:
            raise ValidationError(sentence(error), code=error.rule) from error


class AreaField(MassField):
    """An area in the unit that people measure in."""

    convert = staticmethod(units.area)

    def __init__(self, **options: Any) -> None:
        AmountField.__init__(self, unit_codes=("mu", "ha", "m2"), **options)


def kilograms(quantity: Quantity | None) -> Decimal | None:
    """Give the kilograms of a weight."""
    return quantity.si_value if quantity else None


def typed(quantity: Quantity | None) -> dict[str, str] | None:
    """Give what was typed where it is not the unit that is reckoned with already."""
    return quantity.typed if quantity and quantity.typed_unit not in {"kg", "mu"} else None
