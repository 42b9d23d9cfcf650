"""The laboratory's report: a head, and a row for each thing measured."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from traceability.events.vocabulary import RESULT_UNITS
from traceability.ledger.leaf import Attachment
from traceability.models import Lot
from traceability.projections.standing import Standing
from traceability.services.entries import members
from traceability.services.reports import Result, TestReport, result_members
from traceability.standards import tables
from traceability.standards.units import share_unit
from traceability.web.fields import choice_field, number_field
from traceability.web.forms.entries import EntryForm, last_first
from traceability.web.words import analyte_name

# A row without a number was not measured: the rows that we offer need not all be filled.
_SPARE_ROWS = 4
_MOST_ROWS = 200


class ReportForm(EntryForm):
    """The head of a report."""

    report_no = forms.CharField(label=_("Report number"), max_length=60, required=False)
    signatory = forms.CharField(label=_("Who signed the report"), max_length=60, required=False)
    conclusion = choice_field(_("Conclusion"), "test.reported", "conclusion", required=False)
    file = forms.FileField(
        label=_("The report itself"),
        required=False,
        help_text=_("A PDF of at most 8 MB. Whom the lot concerns may save it."),
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf"}),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *args: Any, **options: Any) -> None:
        super().__init__(data, *args, **options)
        last_first(self, "day")


class ResultForm(forms.Form):
    """One row: what, how much, or that it stayed below what could be found."""

    analyte = forms.CharField(
        label=_("Analyte"), max_length=60, widget=forms.TextInput(attrs={"list": "analytes", "autocomplete": "off"})
    )
    found = forms.ChoiceField(
        label=_("Result"), choices=[("measured", _("measured")), ("below", _("not detected, below"))]
    )
    number = number_field(_("Value"), max_digits=14, decimal_places=8)
    unit = forms.ChoiceField(label=_("Unit"), choices=[(unit, unit) for unit in RESULT_UNITS])
    method = forms.CharField(label=_("Method"), max_length=60, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        # Any row may stay empty, those too that we filled with what the law asks for.
        options |= {"empty_permitted": True, "use_required_attribute": False}
        super().__init__(*args, **options)

    def has_changed(self) -> bool:
        """Take a row for empty while nobody has typed a number into it."""
        return bool(self["number"].data)

    def clean(self) -> dict[str, Any]:
        """Refuse a limit of detection of nothing; raises ValidationError."""
        said = super().clean() or self.cleaned_data
        if said.get("found") == "below" and said.get("number") == 0:
            raise ValidationError(_("A limit of detection is above zero."), code="not_positive")
        return said

    def result(self) -> Result:
        """Give the service what was said; a name of the tables stands for all its spellings."""
        said = self.cleaned_data
        measured = said["found"] == "measured"
        return Result(
            analyte=tables.analyte(said["analyte"]).analyte,
            unit=said["unit"],
            value=said["number"] if measured else None,
            lod=None if measured else said["number"],
            method=said["method"],
        )


if TYPE_CHECKING:
    _ResultFormSet = forms.BaseFormSet[ResultForm]
else:
    # Django's own class takes no parameters.
    _ResultFormSet = forms.BaseFormSet


class ResultRows(_ResultFormSet):
    """The rows of a report, of which those with a number count."""

    def clean(self) -> None:
        """Refuse a report of nothing, and two results for one thing; raises ValidationError."""
        named = [tables.analyte(form["analyte"].value() or "").analyte for form in self.forms if form.has_changed()]
        if not named:
            raise ValidationError(_("Type at least one result."), code="no_results")
        if len(named) > len(set(named)):
            raise ValidationError(_("One analyte stands in two rows."), code="repeated_analyte")

    def results(self) -> list[Result]:
        """Give the results that were typed."""
        return [form.result() for form in self.forms if form.has_changed()]


RESULT_ROWS = cast(
    "type[ResultRows]",
    forms.formset_factory(ResultForm, formset=ResultRows, extra=_SPARE_ROWS, max_num=_MOST_ROWS, validate_max=True),
)


class ReportCorrectionForm(ReportForm):
    """A report as it ought to have been, head and rows."""

    def __init__(self, data: Mapping[str, Any] | None, *, said: Standing) -> None:
        head = {"day": said.body["date"], "report_no": said.body.get("report_no")}
        head |= {"conclusion": said.body.get("conclusion", ""), **said.private}
        super().__init__(data, prefix="new", initial=head)
        # A file stays what it was: another one belongs to another report.
        del self.fields["file"]
        self.rows = RESULT_ROWS(data, initial=reported_rows(said), prefix="results")

    def is_valid(self) -> bool:
        """Check head and rows, so that all that is wrong shows at once."""
        fine = self.rows.is_valid()
        return super().is_valid() and fine

    def body(self) -> dict[str, object]:
        """Give the public members but for the day."""
        results = [result_members(one) for one in self.rows.results()]
        said = self.cleaned_data
        return members(report_no=said["report_no"], results=results, conclusion=said["conclusion"])

    def private(self) -> dict[str, object]:
        """Give the private members."""
        return members(signatory=self.cleaned_data["signatory"])


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
            "found": "below" if "lod" in one else "measured",
            "number": one.get("lod") or one["value"],
            "unit": one["unit"],
            "method": one.get("method", ""),
        }
        for one in report.body["results"]
    ]


def report_of(head: ReportForm, rows: ResultRows, files: Sequence[Attachment] = ()) -> TestReport:
    """Join head, rows and the files that were stored."""
    said = head.cleaned_data
    results: Sequence[Result] = rows.results()
    return TestReport(
        results=results,
        report_no=said["report_no"],
        signatory=said["signatory"],
        conclusion=said["conclusion"],
        files=files,
    )
