"""The level of a card for the operator: points for everybody for a time, and chances of default set by outcomes."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.enums import OrganisationKind
from accounts.requests import PartyRequest
from accounts.web.access import acts_as_kind, records_for_party
from finance.models import Scorecard
from finance.services import levels
from finance.services.levels import Correction
from traceability.errors import InputError
from traceability.ledger.scores.levels import MOST_POINTS
from traceability.web.forms.entries import EntryForm
from traceability.web.refusals import refusals_on, sentence

_DAY = {"type": "date"}


class CorrectionForm(EntryForm):
    """Points for everybody, from when until when, by whom and why."""

    points = forms.IntegerField(
        label=gettext_lazy("Points for everybody"),
        help_text=gettext_lazy("Below zero in a bad season: -40 doubles the odds of default. 0 ends what is in force."),
        min_value=-MOST_POINTS,
        max_value=MOST_POINTS,
    )
    since = forms.DateField(label=gettext_lazy("From this day"), widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"))
    until = forms.DateField(label=gettext_lazy("Until this day"), widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"))
    owner = forms.CharField(label=gettext_lazy("Who answers for it"), max_length=120)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Every farm reads it beside its score."),
        max_length=300,
    )
    day = None  # type: ignore[assignment]

    def correction(self) -> Correction:
        """Give the service what was said."""
        said = self.cleaned_data
        return Correction(**{name: said[name] for name in ("points", "since", "until", "owner", "reason")})


@acts_as_kind(OrganisationKind.OPERATOR)
@records_for_party
def correct(request: PartyRequest, card_id: str) -> HttpResponse:
    """Move every score of a card by the same points for a time."""
    found = get_object_or_404(Scorecard, pk=card_id)
    form = CorrectionForm(request.POST or None, initial={"since": timezone.localdate()})
    if form.is_valid():
        with refusals_on(form):
            levels.overlay(
                card=found,
                correction=form.correction(),
                entry=form.entry(),
                membership=request.membership,
                at=timezone.now(),
            )
            messages.success(request, _("Noted. It is in every score from the next published checkpoint on."))
            return redirect("cards:card", found.pk)
    return render(request, "finance/cards/correct.html", {"form": form, "card": found})


@require_POST
@acts_as_kind(OrganisationKind.OPERATOR)
@records_for_party
def calibrate(request: PartyRequest, card_id: str) -> HttpResponse:
    """Set the chances of default behind a card's scores by the outcomes that are known today."""
    found = get_object_or_404(Scorecard, pk=card_id)
    form = EntryForm({**request.POST.dict(), "day": timezone.localdate()})
    if form.is_valid():
        try:
            levels.calibrate(
                card=found,
                on=timezone.localdate(),
                entry=form.entry(),
                membership=request.membership,
                at=timezone.now(),
            )
        except InputError as error:
            messages.error(request, sentence(error))
    return redirect("cards:card", found.pk)
