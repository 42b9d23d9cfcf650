"""Forms about plots."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from traceability.geometry.document import MAX_BYTES
from traceability.models import Plot
from traceability.services.plots import PlotFacts, PlotRevision
from traceability.standards.units import in_mu
from traceability.web.fields import AreaField, choice_field, number_field, typed
from traceability.web.forms.entries import EntryForm, last_first

_PASTED = forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "class": "mono"})


class PlotForm(EntryForm):
    """What a holder says of a plot; where it lies comes as a drawing, as a file, or as a point."""

    number = forms.CharField(label=_("Plot number"), max_length=40)
    name = forms.CharField(
        label=_("Name"), max_length=60, required=False, help_text=_("As you call it among yourselves")
    )
    declared = AreaField(label=_("Area"))
    division_code = forms.CharField(
        label=_("Village division code"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=_("12 digits, as in 211104105203"),
    )
    longitude = number_field(
        _("Longitude (WGS 84)"), required=False, min_value=-180, max_value=180, max_digits=12, decimal_places=9
    )
    latitude = number_field(
        _("Latitude (WGS 84)"), required=False, min_value=-90, max_value=90, max_digits=12, decimal_places=9
    )
    boundary_file = forms.FileField(
        label=_("Boundary from a file (GeoJSON)"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".geojson,.json,application/geo+json,application/json"}),
    )
    boundary = forms.CharField(
        label=_("Boundary as text (GeoJSON)"),
        required=False,
        widget=_PASTED,
        help_text=_("Longitude before latitude, in WGS 84. Points from Chinese web maps are shifted by some 500 m."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        last_first(self, "day")

    def about(self) -> list[BoundField]:
        """Give the fields about the plot itself."""
        return [self[name] for name in ("number", "name", "declared", "division_code")]

    def point(self) -> list[BoundField]:
        """Give the fields that say where the plot lies by a point."""
        return [self["longitude"], self["latitude"]]

    def drawn(self) -> list[BoundField]:
        """Give the fields that say where the plot lies by its boundary."""
        return [self["boundary_file"], self["boundary"]]

    def rest(self) -> list[BoundField]:
        """Give the fields that stand below all others."""
        above = {field.name for field in (*self.about(), *self.point(), *self.drawn())}
        return [field for field in self.visible_fields() if field.name not in above]

    def clean(self) -> dict[str, Any]:
        """Take one way of saying where the plot lies; raises ValidationError for two, or half a point."""
        said = super().clean() or self.cleaned_data
        point = [said.get(name) is not None for name in ("longitude", "latitude")]
        if any(point) and not all(point):
            raise ValidationError(_("A point needs longitude and latitude."), code="half_a_point")
        if sum((any(point), bool(said.get("boundary_file")), bool(said.get("boundary")))) > 1:
            raise ValidationError(_("Say in one way only where the plot lies."), code="several_boundaries")
        return said

    def facts(self) -> PlotFacts:
        """Give the service what was said."""
        said = self.cleaned_data
        return PlotFacts(
            number=said["number"],
            name=said["name"],
            division_code=said["division_code"],
            declared_mu=in_mu(said["declared"]),
            typed=typed(said["declared"]),
            boundary=self._boundary(),
        )

    def _boundary(self) -> bytes | None:
        said = self.cleaned_data
        if said["boundary_file"]:
            # One byte more than the service takes: it says what is too much, and no more than that is read.
            return bytes(said["boundary_file"].read(MAX_BYTES + 1))
        if said["boundary"]:
            return str(said["boundary"]).encode()
        if said["longitude"] is None:
            return None
        return f'{{"type": "Point", "coordinates": [{said["longitude"]}, {said["latitude"]}]}}'.encode()


class PlotCorrectionForm(PlotForm):
    """A plot as it ought to have been registered; a boundary that is not drawn again stays."""

    reason = choice_field(_("What was wrong"), "plot.corrected", "reason")
    explanation = forms.CharField(label=_("Explanation"), required=False, max_length=1000, widget=forms.Textarea)

    def __init__(self, *args: Any, plot: Plot, **options: Any) -> None:
        options["initial"] = {
            "number": plot.number,
            "name": plot.name,
            "declared": {"value": plot.declared_mu.normalize(), "unit": "mu"},
            "division_code": plot.division_code,
        }
        super().__init__(*args, **options)

    def revision(self) -> PlotRevision:
        """Give the service what was said."""
        said = self.cleaned_data
        return PlotRevision(facts=self.facts(), reason=said["reason"], explanation=said["explanation"])


class RetirementForm(EntryForm):
    """Why a plot is no longer farmed."""

    reason = choice_field(_("Reason"), "plot.retired", "reason")
