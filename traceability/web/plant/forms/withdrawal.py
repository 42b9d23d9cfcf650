"""The form that takes a run back."""

from django import forms
from django.utils.translation import gettext_lazy as _

from traceability.web.fields import choice_field
from traceability.web.forms.entries import EntryForm


class WithdrawalForm(EntryForm):
    """Why a run is withdrawn."""

    day = None  # type: ignore[assignment]
    reason = choice_field(_("What was wrong"), "growth.corrected", "reason")
    explanation = forms.CharField(
        label=_("Explanation"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
