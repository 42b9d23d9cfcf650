"""Forms in the store: where a lot lies, and how much of it is there."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from traceability.events.plant import COUNT_REASONS
from traceability.services.stores import Count
from traceability.web.fields import number_field
from traceability.web.forms.entries import EntryForm, last_first
from traceability.web.words import choices_or_none


class PlaceInput(forms.TextInput):
    """A text that offers the places in use."""

    template_name = "traceability/plant/place_input.html"

    def __init__(self, places: list[str]) -> None:
        super().__init__(attrs={"list": "places", "autocomplete": "off"})
        self.places = places

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Give the template the places beside the box."""
        return super().get_context(name, value, attrs) | {"places": self.places}


class PutAwayForm(EntryForm):
    """Where a lot lies from now on."""

    place = forms.CharField(label=_("Place"), max_length=60, help_text=_("Store, silo, bin: as you call it"))

    def __init__(self, *args: Any, places: list[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["place"].widget = PlaceInput(places)
        last_first(self, "day")


class CountForm(EntryForm):
    """How much is there, and why that is not what the books say."""

    kg = number_field(_("Counted"), unit=_("kg"), max_digits=11, decimal_places=3)
    reason = forms.ChoiceField(
        label=_("Why it differs"),
        choices=lambda: choices_or_none(COUNT_REASONS),
        required=False,
        help_text=_("Asked for where the count is not what the books say"),
    )
    note = forms.CharField(label=_("Remark"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        last_first(self, "note", "day")

    def count(self) -> Count:
        """Give the service what was said."""
        said = self.cleaned_data
        return Count(kg=said["kg"], reason=said["reason"], note=said["note"])
