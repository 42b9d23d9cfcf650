"""Pages about plots and seasons."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.queries.memberships import may_record
from accounts.requests import PartyRequest
from accounts.web.access import acts_for_party, records_for_party
from traceability.models import Plot
from traceability.queries.farm import plots_visible_to, plots_with_seasons, seasons_visible_to
from traceability.queries.timeline import steps
from traceability.services.plots import correct_plot, register_plot, retire_plot
from traceability.services.seasons import open_season
from traceability.standards.divisions import place
from traceability.web.facts import log_steps
from traceability.web.forms.growth import FORMS
from traceability.web.forms.plots import PlotCorrectionForm, PlotForm, RetirementForm
from traceability.web.forms.seasons import SeasonForm
from traceability.web.plot_cards import boundary_text, card, interval_runs, picture
from traceability.web.refusals import refusals_on
from traceability.web.words import stage_name

PAGE = 20


@acts_for_party
def plots(request: PartyRequest) -> HttpResponse:
    """List the party's plots with what grows on them."""
    page = Paginator(plots_with_seasons(request.membership), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "cards": list(map(card, page)), "records": may_record(request.membership)}
    return render(request, "traceability/farm/plots.html", context)


@acts_for_party
def plot(request: PartyRequest, plot_id: UUID) -> HttpResponse:
    """Show a plot: its drawing, its seasons, its records."""
    found = get_object_or_404(plots_with_seasons(request.membership), pk=plot_id)
    context = {
        "plot": found,
        "picture": picture(found),
        "place": place(found.division_code, get_language() or ""),
        "boundary": boundary_text(found),
        "seasons": found.seasons.all(),
        "steps": log_steps(steps(found.entity), membership=request.membership),
        "records": may_record(request.membership),
    }
    return render(request, "traceability/farm/plot.html", context)


@records_for_party
def register(request: PartyRequest) -> HttpResponse:
    """Register a plot."""
    form = PlotForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        with refusals_on(form):
            made = register_plot(
                entry=form.entry(), facts=form.facts(), membership=request.membership, at=timezone.now()
            )
            _warn_of_area(request, made)
            return redirect("farm:plot", made.pk)
    return render(request, "traceability/farm/register.html", {"form": form})


@records_for_party
def correct(request: PartyRequest, plot_id: UUID) -> HttpResponse:
    """Put a plot's registration right."""
    found = get_object_or_404(plots_visible_to(request.membership), pk=plot_id)
    form = PlotCorrectionForm(request.POST or None, request.FILES or None, plot=found)
    if form.is_valid():
        with refusals_on(form):
            made = correct_plot(
                plot=found,
                entry=form.entry(),
                revision=form.revision(),
                membership=request.membership,
                at=timezone.now(),
            )
            _warn_of_area(request, made)
            return redirect("farm:plot", found.pk)
    return render(request, "traceability/farm/correct_plot.html", {"form": form, "plot": found})


@records_for_party
def retire(request: PartyRequest, plot_id: UUID) -> HttpResponse:
    """Close a plot for new seasons."""
    found = get_object_or_404(plots_visible_to(request.membership), pk=plot_id)
    form = RetirementForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            reason = form.cleaned_data["reason"]
            retire_plot(plot=found, entry=form.entry(), reason=reason, membership=request.membership, at=timezone.now())
            return redirect("farm:plot", found.pk)
    return render(request, "traceability/farm/retire.html", {"form": form, "plot": found})


@records_for_party
def begin(request: PartyRequest, plot_id: UUID) -> HttpResponse:
    """Begin a season on a plot."""
    found = get_object_or_404(plots_visible_to(request.membership), pk=plot_id)
    form = SeasonForm(request.POST or None, plot=found)
    if form.is_valid():
        with refusals_on(form):
            made = open_season(
                plot=found, entry=form.entry(), facts=form.facts(), membership=request.membership, at=timezone.now()
            )
            return redirect("farm:season", made.pk)
    return render(request, "traceability/farm/begin.html", {"form": form, "plot": found})


@acts_for_party
def season(request: PartyRequest, season_id: UUID) -> HttpResponse:
    """Show a season: what can be recorded now, and what was."""
    found = get_object_or_404(seasons_visible_to(request.membership), pk=season_id)
    context = {
        "season": found,
        "stage": stage_name(found.crop, found.stage),
        "operations": [(name, form.title) for name, form in FORMS.items()],
        "lots": found.lots.order_by("produced_on", "code"),
        "steps": log_steps(steps(found.entity), membership=request.membership, crop=found.crop),
        "records": may_record(request.membership) and not found.plot.retired,
        "waits": interval_runs(found, on=timezone.localdate()),
    }
    return render(request, "traceability/farm/season.html", context)


def _warn_of_area(request: PartyRequest, plot: Plot) -> None:
    if plot.area_disagrees:
        measured, declared = plot.measured_mu, plot.declared_mu
        text = _("The boundary encloses %(measured)s mu, and %(declared)s mu were declared. Look at both again.")
        messages.warning(request, text % {"measured": measured, "declared": declared})
