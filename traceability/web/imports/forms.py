"""The form that takes a sheet."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from traceability.enums import SheetKind
from traceability.services.imports.jobs import LIMITS, SentSheet


class SheetForm(forms.Form):
    """What the rows are, and the file."""

    import_id = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("What is in the rows"))
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV or Excel (.xlsx), up to 32 MB and 200,000 rows"),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
    )

    def __init__(self, *args: Any, kinds: list[SheetKind], **options: Any) -> None:
        options["initial"] = {"import_id": uuid4()}
        super().__init__(*args, **options)
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]  # type: ignore[attr-defined]

    def sent(self) -> SentSheet:
        """Give the service what was sent; one byte more is read than it takes, and no more than that."""
        said = self.cleaned_data
        data = said["file"].read(LIMITS.file_bytes + 1)
        return SentSheet(id=said["import_id"], kind=said["kind"], file_name=said["file"].name, data=data)
