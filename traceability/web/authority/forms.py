"""Forms of recalls."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from traceability.enums import RecallLevel, RecallReason
from traceability.services.recalls import Found, Order
from traceability.web.forms.entries import EntryForm


class MomentForm(EntryForm):
    """A form about this moment: deadlines run from it, so that no day is asked for."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["day"]


class RecallForm(MomentForm):
    """How grave it is, and why."""

    level = forms.ChoiceField(
        label=_("Level"),
        choices=RecallLevel.choices,
        help_text=_("1: serious harm is possible. 2: harm is possible. 3: wrong label or the like, no harm."),
    )
    reason = forms.ChoiceField(label=_("Reason"), choices=RecallReason.choices)
    note = forms.CharField(
        label=_("Remark, kept private"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def order(self, *, drill: bool) -> Order:
        """Give the service what was said."""
        said = self.cleaned_data
        return Order(level=said["level"], reason=said["reason"], note=said["note"], drill=drill)


class LevelForm(MomentForm):
    """Another level."""

    level = forms.ChoiceField(label=_("Level"), choices=RecallLevel.choices)


def _kilograms(label: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, min_value=Decimal(0), max_digits=11, decimal_places=3, localize=False)


class AnswerForm(MomentForm):
    """What was found, kept back and destroyed."""

    found_kg = _kilograms(_("Found, kg"))
    blocked_kg = _kilograms(_("Kept back, kg"))
    destroyed_kg = _kilograms(_("Destroyed so far, kg"))
    note = forms.CharField(
        label=_("Remark, kept private"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def found(self) -> Found:
        """Give the service what was said."""
        said = self.cleaned_data
        return Found(
            found_kg=said["found_kg"],
            blocked_kg=said["blocked_kg"],
            destroyed_kg=said["destroyed_kg"],
            note=said["note"],
        )


class ClosingForm(MomentForm):
    """The last word."""

    note = forms.CharField(
        label=_("Report, kept private"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class RouteForm(forms.Form):
    """Where a party wants to hear of recalls."""

    email = forms.EmailField(label=_("E-mail"), required=False)
    webhook_url = forms.URLField(
        label=_("Webhook"),
        required=False,
        max_length=400,
        assume_scheme="https",
        help_text=_("An https address of your own system; every call is signed with the secret below."),
    )
