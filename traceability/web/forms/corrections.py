"""Correcting a record: the form that made it, filled with what it says, and why that is wrong."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from traceability.decimals import decimal_text, read_decimal
from traceability.models import Season
from traceability.projections.standing import Standing
from traceability.services.correction_rules import Correction
from traceability.web.fields import choice_field
from traceability.web.forms.entries import EntryForm
from traceability.web.forms.growth import FORMS
from traceability.web.forms.lots import HarvestCorrectionForm, LotCorrectionForm
from traceability.web.forms.reports import ReportCorrectionForm
from traceability.web.forms.seasons import SeasonForm

# In which unit an amount is said anew, and how many of the member's own make one of it.
_TYPED_IN: Mapping[str, tuple[str, int]] = MappingProxyType(
    {"kg": ("kg", 1), "area_mu": ("mu", 1), "water_m3": ("m3", 1), "depth_mm": ("cm", 10)}
)


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
    if said.type == "test.reported":
        return ReportCorrectionForm(data, said=said)
    if said.type in _SIMPLE:
        form = _SIMPLE[said.type]
        made: EntryForm = form(data, prefix="new", initial=form.initial_of(said))
    elif season and said.type.startswith("growth."):
        growth = FORMS[said.type.removeprefix("growth.")]
        made = growth(data, prefix="new", season=season, initial=growth.initial_of(said))
    else:
        return None
    # A photo is no member: another one is another record. Nor is the first day of a season.
    for name in {"photo"} if "date" in said.body else {"photo", "day"}:
        made.fields.pop(name, None)
    return made


_SIMPLE: Mapping[str, type[HarvestCorrectionForm | SeasonForm]] = MappingProxyType(
    {
        "season.opened": SeasonForm,
        "season.harvested": HarvestCorrectionForm,
        "lot.harvested": LotCorrectionForm,
        "lot.taken_in": LotCorrectionForm,
    }
)


def _differences(said: Standing, facts: Any) -> tuple[dict[str, object], dict[str, object]]:
    body = facts.body()
    if "date" in said.body:
        body["date"] = facts.cleaned_data["day"].isoformat()
    # What was typed in jin stays beside kilograms that it no longer equals, unless it is said anew.
    if "typed" in said.body and "typed" not in body:
        body |= _typed_anew(body, said.body)
    private = facts.private() if hasattr(facts, "private") else {}
    return (
        {name: value for name, value in body.items() if said.body.get(name) != value},
        {name: value for name, value in private.items() if said.private.get(name) != value},
    )


def _typed_anew(body: Mapping[str, object], said: Mapping[str, Any]) -> dict[str, object]:
    changed = (name for name in _TYPED_IN if name in body and body[name] != said.get(name))
    found = next(changed, None)
    if found is None:
        return {}
    unit, parts = _TYPED_IN[found]
    return {"typed": {"value": decimal_text((read_decimal(str(body[found])) / parts).normalize()), "unit": unit}}
