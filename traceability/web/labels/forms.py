"""Forms of the labels' room: what to print, and how many."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from traceability.labels.formats import FORMATS
from traceability.labels.sheet import MOST_LABELS
from traceability.models import Lot
from traceability.services.scans import MOST_IN_A_BATCH
from traceability.web.trace.text import product

FORMAT_NAMES = {
    "a4-3x8": _("A4 page, 24 labels (70 x 37 mm)"),
    "a4-5x13": _("A4 page, 65 labels (38 x 21 mm)"),
    "roll-50x30": _("Label printer, 50 x 30 mm"),
    "roll-100x70": _("Label printer, 100 x 70 mm"),
}
_NUMERIC = {"inputmode": "numeric"}


def format_field() -> forms.ChoiceField:
    """Make the field that asks for which paper the labels are."""
    return forms.ChoiceField(label=_("Paper"), choices=[(name, FORMAT_NAMES[name]) for name in FORMATS])


class LotsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Lots to tick, each by product, lot number and day."""

    def label_from_instance(self, obj: Lot) -> str:
        """Say which lot it is."""
        day = date_format(obj.produced_on) if obj.produced_on else ""
        return " · ".join(part for part in (product(obj), obj.code, day) if part)


class ShelfForm(forms.Form):
    """Labels that are alike for a whole lot: any number of each."""

    lots = LotsField(label=_("Lots"), queryset=Lot.objects.none(), widget=forms.CheckboxSelectMultiple)
    count = forms.IntegerField(
        label=_("Labels of each"),
        min_value=1,
        max_value=MOST_LABELS,
        initial=24,
        widget=forms.TextInput(attrs=_NUMERIC),
    )
    paper = format_field()

    def __init__(self, *args: Any, lots: QuerySet[Lot], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["lots"].queryset = lots  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Check that all of them together fit into one file."""
        said: dict[str, Any] = super().clean() or {}
        if len(said.get("lots", ())) * said.get("count", 0) > MOST_LABELS:
            self.add_error("count", _("Too many at once: at most %(limit)s labels.") % {"limit": MOST_LABELS})
        return said


class BagsForm(forms.Form):
    """How many bags get a code of their own."""

    batch_id = forms.UUIDField(widget=forms.HiddenInput)
    count = forms.IntegerField(
        label=_("Bags"),
        min_value=1,
        max_value=MOST_IN_A_BATCH,
        widget=forms.TextInput(attrs=_NUMERIC),
        help_text=_("Each gets a serial number that nobody can guess. They cannot be taken back."),
    )

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        # Pressed twice, it draws once.
        super().__init__(data, initial={"batch_id": uuid4()})


class EndForm(forms.Form):
    """Bags that are no more."""

    serials = forms.CharField(
        label=_("Serial numbers of bags that are used up"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "autocapitalize": "characters", "spellcheck": "false"}),
        help_text=_("Opened, taken back or spoiled; one a line. Who scans one of them later holds a copy."),
    )

    def clean_serials(self) -> list[str]:
        """Part what was typed or pasted."""
        return str(self.cleaned_data["serials"]).replace(",", " ").upper().split()


class PaperForm(forms.Form):
    """Which paper a batch is printed on."""

    paper = format_field()
