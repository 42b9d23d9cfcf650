"""Pages on which work on a season, and its harvest, are recorded."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.requests import PartyRequest
from accounts.web.access import records_for_party
from traceability.models import Season
from traceability.queries.farm import seasons_visible_to
from traceability.services.growth import log_growth
from traceability.services.harvests import harvest_lot
from traceability.web.forms.growth import FORMS
from traceability.web.forms.lots import HarvestForm
from traceability.web.plot_cards import interval_runs
from traceability.web.refusals import refusals_on


@records_for_party
def log(request: PartyRequest, season_id: UUID, operation: str) -> HttpResponse:
    """Record one operation."""
    if operation not in FORMS:
        raise Http404
    season = get_object_or_404(seasons_visible_to(request.membership), pk=season_id)
    form = FORMS[operation](request.POST or None, request.FILES or None, season=season)
    if form.is_valid():
        with refusals_on(form):
            said, entry = form.operation(), form.entry()
            log_growth(season=season, entry=entry, operation=said, membership=request.membership, at=timezone.now())
            _tell(request, operation, season)
            return redirect("farm:season", season.pk)
    return render(request, "traceability/farm/log.html", {"form": form, "season": season})


@records_for_party
def harvest(request: PartyRequest, season_id: UUID) -> HttpResponse:
    """Record a harvest, and make its lot."""
    season = get_object_or_404(seasons_visible_to(request.membership), pk=season_id)
    form = HarvestForm(request.POST or None, season=season)
    if form.is_valid():
        with refusals_on(form):
            lot = harvest_lot(
                season=season,
                entry=form.entry(),
                harvest=form.harvest(),
                membership=request.membership,
                at=timezone.now(),
            )
            return redirect("farm:lot", lot.pk)
    waits = interval_runs(season, on=timezone.localdate())
    return render(request, "traceability/farm/harvest.html", {"form": form, "season": season, "waits": waits})


def _tell(request: PartyRequest, operation: str, season: Season) -> None:
    allowed = season.harvest_allowed_from
    if operation == "sprayed" and allowed:
        text = _("Recorded. Harvest is allowed from %(day)s on.") % {"day": date_format(allowed)}
        messages.warning(request, text)
    else:
        messages.success(request, _("Recorded."))
