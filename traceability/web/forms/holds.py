"""Forms by which a lot is held, and let go."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from traceability.events.inspection import HOLD_REASONS
from traceability.models import Lot
from traceability.services.holds import Grounds, may_hold
from traceability.web.fields import choice_field
from traceability.web.forms.entries import EntryForm
from traceability.web.words import choices_of


class GroundsForm(EntryForm):
    """A reason and a remark; it counts from now on."""

    note = forms.CharField(label=_("Remark"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["day"]

    def grounds(self) -> Grounds:
        """Give the service what was said."""
        return Grounds(reason=self.cleaned_data["reason"], note=self.cleaned_data["note"])


class HoldForm(GroundsForm):
    """Why a lot is held: of the reasons that this member may give."""

    reason = forms.ChoiceField(label=_("Reason"))
    field_order = ("reason", "note")

    def __init__(self, *args: Any, membership: Membership, lot: Lot, **options: Any) -> None:
        super().__init__(*args, **options)
        allowed = [one for one in HOLD_REASONS if may_hold(membership, lot, one)]
        self.fields["reason"].choices = choices_of(allowed)  # type: ignore[attr-defined]


class ReleaseForm(GroundsForm):
    """Why a lot may go on."""

    reason = choice_field(_("Reason"), "lot.released", "reason")
    field_order = ("reason", "note")
