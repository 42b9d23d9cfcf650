"""Plots as lists and pages show them."""

from dataclasses import dataclass
from datetime import date

from traceability.geometry import Drawing, boundary_from_json, boundary_geojson, drawing
from traceability.models import Plot, Season
from traceability.web.words import stage_name


@dataclass(frozen=True, slots=True)
class PlotCard:
    """A plot in a list: its picture, and what grows on it now or grew on it last."""

    plot: Plot
    picture: Drawing | None
    seasons: list[Season]
    stage: str


def card(plot: Plot) -> PlotCard:
    """Make the card of a plot. Requires that its seasons were fetched with it, the newest first."""
    newest = list(plot.seasons.all()[:1])
    return PlotCard(plot, picture(plot), newest, stage_name(newest[0].crop, newest[0].stage) if newest else "")


def picture(plot: Plot) -> Drawing | None:
    """Draw a plot's shape; None where no boundary was given, or it was erased."""
    return drawing(boundary_from_json(plot.boundary)) if plot.boundary else None


def boundary_text(plot: Plot) -> str:
    """Write a plot's boundary for maps; only for who may see where the plot lies."""
    return boundary_geojson(boundary_from_json(plot.boundary)) if plot.boundary else ""


def interval_runs(season: Season, *, on: date) -> bool:
    """Tell whether a pre-harvest interval has not passed on a day."""
    return season.harvest_allowed_from is not None and on < season.harvest_allowed_from
