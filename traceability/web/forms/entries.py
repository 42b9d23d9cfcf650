"""What every form about the farm carries: its own id, and when it happened."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from traceability.services.entries import Entry

# Nothing here happens in other years, and near the ends of the calendar a time zone leads out of it.
_YEARS = range(1900, 2200)


class EntryForm(forms.Form):
    """A form whose id becomes the record's: pressed twice, sent again after a lost answer, it is recorded once."""

    record_id = forms.UUIDField(widget=forms.HiddenInput)
    # Not the time of arrival: the same entry must say the same when it is sent again.
    opened_at = forms.DateTimeField(widget=forms.HiddenInput)
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, data: Mapping[str, Any] | None = None, *args: Any, **options: Any) -> None:
        now = timezone.localtime().replace(microsecond=0)
        fresh = {"record_id": uuid4(), "opened_at": now.isoformat(), "day": now.date()}
        options["initial"] = fresh | (options.get("initial") or {})
        super().__init__(data, *args, **options)

    def clean_opened_at(self) -> datetime:
        """Check that the moment lies in our times."""
        opened: datetime = self.cleaned_data["opened_at"]
        _check_year(opened)
        return opened

    def clean_day(self) -> date | None:
        """Check that the day lies in our times."""
        day: date | None = self.cleaned_data["day"]
        if day:
            _check_year(day)
        return day

    def entry(self) -> Entry:
        """Give the record's id and its time: the day that was chosen, at the hour when the form was opened."""
        opened = timezone.localtime(self.cleaned_data["opened_at"])
        time = datetime.combine(self.cleaned_data.get("day") or opened.date(), opened.timetz())
        return Entry(id=self.cleaned_data["record_id"], time=time)


def last_first(form: forms.Form, *names: str) -> None:
    """Move fields to the end of a form: what is seldom changed stands below what must be said."""
    form.order_fields([name for name in form.fields if name not in names] + list(names))


def _check_year(day: date) -> None:
    if day.year not in _YEARS:
        raise forms.ValidationError(_("This cannot be the right year."))
