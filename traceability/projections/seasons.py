"""What follows from the history of a crop season."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from traceability.models import Season
from traceability.projections.plots import entity_id
from traceability.projections.projection import Projection, Recorded, Row
from traceability.projections.standing import Standing, day_of, standing
from traceability.standards.spraying import Spraying, harvest_from

_BEGINNINGS = frozenset({"growth.sown", "growth.transplanted"})


def rows(history: Sequence[Recorded]) -> list[Row]:
    """Give the season's row; none where the history does not begin with its opening, or that was withdrawn."""
    if not history or history[0].leaf.type != "season.opened":
        return []
    opened, *later = standing(history)
    if opened.withdrawn:
        return []
    valid = [one for one in later if not one.withdrawn]
    harvested = [Decimal(one.body["kg"]) for one in valid if one.type == "season.harvested"]
    return [
        {
            "id": entity_id(history[0]),
            "plot_id": UUID(opened.body["plot"].partition(":")[2]),
            "crop": opened.body["crop"],
            "variety": opened.body["variety"],
            "year": opened.body["year"],
            "area_mu": opened.number("area_mu"),
            "opened_on": day_of(history[0]),
            "stage": _stage(valid),
            "sown_on": min((one.day for one in valid if one.type in _BEGINNINGS), default=None),
            "harvest_allowed_from": harvest_from(sprayings(valid)),
            "harvested_kg": sum(harvested, start=Decimal(0)),
        }
    ]


def sprayings(events: Sequence[Standing]) -> list[Spraying]:
    """Give what was sprayed, for the rule of pre-harvest intervals."""
    return [
        Spraying(one.body["product"], one.day, one.body["phi_days"])
        for one in events
        if one.type == "growth.sprayed" and not one.withdrawn
    ]


def _stage(events: Sequence[Standing]) -> str:
    observed = [one for one in events if one.type == "growth.observed" and "stage" in one.body]
    # The one observed last; of one day the one that was recorded last.
    last = max(observed, key=lambda one: (one.day, one.event.leaf.eseq), default=None)
    return str(last.body["stage"]) if last else ""


SEASONS = Projection(
    model=Season,
    prefix="season",
    columns=(
        "id",
        "plot_id",
        "crop",
        "variety",
        "year",
        "area_mu",
        "opened_on",
        "stage",
        "sown_on",
        "harvest_allowed_from",
        "harvested_kg",
    ),
    key=("id",),
    rows=rows,
    # Of a season's events most are none of these.
    bearing=frozenset({"season.opened", "season.harvested", "growth.observed", "growth.sprayed", *_BEGINNINGS}),
)
