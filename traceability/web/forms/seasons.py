"""Forms about seasons."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from traceability.enums import Crop
from traceability.models import Plot
from traceability.projections.standing import Standing
from traceability.services.entries import members
from traceability.services.seasons import SeasonFacts
from traceability.standards.units import in_mu
from traceability.web.fields import AreaField, typed
from traceability.web.forms.entries import EntryForm, last_first


class SeasonForm(EntryForm):
    """What is grown on a plot, from which day on."""

    crop = forms.ChoiceField(label=_("Crop"), choices=Crop.choices, widget=forms.RadioSelect)
    variety = forms.CharField(label=_("Variety"), max_length=60)
    area = AreaField(label=_("Area"))
    year = forms.IntegerField(label=_("Year of harvest"), min_value=2000, max_value=2100)

    def __init__(self, *args: Any, plot: Plot | None = None, **options: Any) -> None:
        initial: dict[str, Any] = {"year": timezone.localdate().year}
        if plot:
            initial["area"] = {"value": plot.declared_mu.normalize(), "unit": "mu"}
        options["initial"] = initial | (options.get("initial") or {})
        super().__init__(*args, **options)
        self.fields["day"].label = _("First day")
        self.fields["day"].help_text = _("Work before this day cannot be recorded on this season.")
        last_first(self, "year", "day")

    @classmethod
    def initial_of(cls, said: Standing) -> dict[str, Any]:
        """Fill the form with what a record says now, to be corrected."""
        area = said.body.get("typed") or {"value": said.body["area_mu"], "unit": "mu"}
        return {**{name: said.body[name] for name in ("crop", "variety", "year")}, "area": area}

    def body(self) -> dict[str, object]:
        """Give the members that a correction may change."""
        said = self.cleaned_data
        area = {"area_mu": in_mu(said["area"]), "typed": typed(said["area"])}
        return members(crop=said["crop"], variety=said["variety"], year=said["year"], **area)

    def facts(self) -> SeasonFacts:
        """Give the service what was said."""
        said = self.cleaned_data
        return SeasonFacts(
            crop=said["crop"],
            variety=said["variety"],
            year=said["year"],
            area_mu=in_mu(said["area"]),
            typed=typed(said["area"]),
        )
