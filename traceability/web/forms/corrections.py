"""Correcting a record: the form that made it, filled with what it says, and why that is wrong."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from traceability.models import Season
from traceability.projections.standing import Standing
from traceability.services.correction_rules import Correction
from traceability.web.fields import choice_field
from traceability.web.forms.entries import EntryForm
from traceability.web.forms.growth import FORMS
from traceability.web.forms.lots import HarvestCorrectionForm


class CorrectionForm(EntryForm):
    """Why, and whether the whole record goes."""

    day = None  # type: ignore[assignment]
    reason = choice_field(_("What was wrong"), "growth.corrected", "reason")
    withdrawn = forms.BooleanField(
        label=_("Withdraw the whole record: it did not happen, or belongs elsewhere"), required=False
    )
    explanation = forms.CharField(
        label=_("Explanation"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def correction(self, said: Standing, facts: EntryForm | None) -> Correction:
        """Give the service what differs between the record as it stands and the form."""
        withdrawn = self.cleaned_data["withdrawn"]
        changes, private = ({}, {}) if withdrawn or facts is None else _differences(said, facts)
        return Correction(
            record_id=UUID(said.event.leaf.id),
            reason=self.cleaned_data["reason"],
            changes=changes,
            private=private,
            explanation=self.cleaned_data["explanation"],
            withdrawn=withdrawn,
        )


def facts_form(said: Standing, season: Season | None, data: Mapping[str, Any] | None) -> EntryForm | None:
    """Make the form that can correct a record's members; None where it can only be withdrawn."""
    if said.type in {"season.harvested", "lot.harvested"}:
        return HarvestCorrectionForm(data, prefix="new", initial=HarvestCorrectionForm.initial_of(said))
    form = FORMS.get(said.type.removeprefix("growth."))
    if form is None or season is None:
        return None
    made = form(data, prefix="new", season=season, initial=form.initial_of(said))
    # A photo is no member: another one is another record.
    made.fields.pop("photo", None)
    return made if made.fields else None


def _differences(said: Standing, facts: Any) -> tuple[dict[str, object], dict[str, object]]:
    body = {**facts.body(), "date": facts.cleaned_data["day"].isoformat()}
    # What was typed in jin stays beside kilograms that it no longer equals, unless it is said anew.
    if "typed" in said.body and "typed" not in body and "kg" in body:
        body["typed"] = {"value": body["kg"], "unit": "kg"}
    private = facts.private() if hasattr(facts, "private") else {}
    return (
        {name: value for name, value in body.items() if said.body.get(name) != value},
        {name: value for name, value in private.items() if said.private.get(name) != value},
    )
