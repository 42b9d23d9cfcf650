"""The laboratory's report: a head, and a row for each thing measured."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from traceability.events.vocabulary import RESULT_UNITS
from traceability.models import Lot
from traceability.projections.standing import Standing
from traceability.services.samples import Result, TestReport
from traceability.standards import tables
from traceability.standards.units import share_unit
from traceability.web.fields import number_field
from traceability.web.forms.entries import EntryForm, last_first
from traceability.web.words import analyte_name

# A row without a number was not measured: the rows that we offer need not all be filled.
_SPARE_ROWS = 4
_MOST_ROWS = 200


class ReportForm(EntryForm):
    """The head of a report."""

    report_no = forms.CharField(label=_("Report number"), max_length=60, required=False)
    signatory = forms.CharField(label=_("Who signed the report"), max_length=60, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        last_first(self, "day")


class ResultForm(forms.Form):
    """One row: what, how much, or that it stayed below what could be found."""

    analyte = forms.CharField(
        label=_("Analyte"), max_length=60, widget=forms.TextInput(attrs={"list": "analytes", "autocomplete": "off"})
    )
    below = forms.ChoiceField(
        label=_("Found"), choices=[("", "="), ("below", "<")], required=False, help_text=_("< for not detected")
    )
    number = number_field(_("Value or limit of detection"), required=False, max_digits=14, decimal_places=8)
    unit = forms.ChoiceField(label=_("Unit"), choices=[(unit, unit) for unit in RESULT_UNITS])
    method = forms.CharField(label=_("Method"), max_length=60, required=False)

    def has_changed(self) -> bool:
        """Take a row for empty while nobody has typed a number into it."""
        return bool(self["number"].data)

    def clean(self) -> dict[str, Any]:
        """Refuse a limit of detection of nothing; raises ValidationError."""
        said = super().clean() or self.cleaned_data
        if said.get("below") and said.get("number") == 0:
            raise ValidationError(_("A limit of detection is above zero."), code="not_positive")
        return said

    def result(self) -> Result:
        """Give the service what was said; a name of the tables stands for all its spellings."""
        said = self.cleaned_data
        return Result(
            analyte=tables.analyte(said["analyte"]).analyte,
            unit=said["unit"],
            value=None if said["below"] else said["number"],
            lod=said["number"] if said["below"] else None,
            method=said["method"],
        )


class ResultRows(forms.BaseFormSet[ResultForm]):
    """The rows of a report, of which those with a number count."""

    def clean(self) -> None:
        """Refuse a report of nothing; raises ValidationError."""
        if not any(form.has_changed() for form in self.forms):
            raise ValidationError(_("Type at least one result."), code="no_results")

    def results(self) -> list[Result]:
        """Give the results that were typed."""
        return [form.result() for form in self.forms if form.has_changed()]


RESULT_ROWS = cast(
    "type[ResultRows]",
    forms.formset_factory(ResultForm, formset=ResultRows, extra=_SPARE_ROWS, max_num=_MOST_ROWS, validate_max=True),
)


def offered_rows(lot: Lot) -> list[dict[str, str]]:
    """Offer a row for each limit that the lot is judged by."""
    if lot.produced_on is None:
        return []
    limits = tables.limits_in_force(crop=lot.crop, product_form=lot.product_form, on=lot.produced_on)
    return [
        {"analyte": analyte_name(one.analyte), "unit": share_unit(one.unit), "method": one.method} for one in limits
    ]


def reported_rows(report: Standing) -> list[dict[str, str]]:
    """Fill the rows with what a report says now, to be corrected."""
    return [
        {
            "analyte": analyte_name(one["analyte"]),
            "below": "below" if "lod" in one else "",
            "number": one.get("lod") or one["value"],
            "unit": one["unit"],
            "method": one.get("method", ""),
        }
        for one in report.body["results"]
    ]


def report_of(head: ReportForm, rows: ResultRows) -> TestReport:
    """Join head and rows."""
    said = head.cleaned_data
    results: Sequence[Result] = rows.results()
    return TestReport(results=results, report_no=said["report_no"], signatory=said["signatory"])
