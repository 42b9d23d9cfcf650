"""The form by which personal data of a record are erased."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from traceability.events import EVENT_TYPES
from traceability.projections.standing import Standing
from traceability.services.erasure import Erasure
from traceability.web.fields import choice_field
from traceability.web.forms.entries import EntryForm


class ErasureForm(EntryForm):
    """Which private members go, and why; it cannot be taken back."""

    paths = forms.MultipleChoiceField(label=_("What is erased"), widget=forms.CheckboxSelectMultiple)
    reason = choice_field(_("Reason"), "personal.erased", "reason")
    sure = forms.BooleanField(label=_("I know that nobody can bring these data back"))

    def __init__(self, *args: Any, said: Standing, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["day"]
        self.said = said
        schema = EVENT_TYPES[said.type].private.by_name
        labels = [(name, gettext(schema[name].label) if name in schema else name) for name in said.private]
        self.fields["paths"].choices = labels  # type: ignore[attr-defined]

    def erasure(self) -> Erasure:
        """Give the service what was said."""
        said = self.cleaned_data
        return Erasure(record_id=UUID(self.said.event.leaf.id), paths=said["paths"], reason=said["reason"])
