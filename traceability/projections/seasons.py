"""What follows from the history of a crop season."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from traceability.models import Season
from traceability.projections.plots import entity_id
from traceability.projections.projection import Projection, Recorded, Row
from traceability.projections.standing import Standing, day_of, standing


def rows(history: Sequence[Recorded]) -> list[Row]:
    """Give the season's row; a history that does not begin with its opening makes none."""
    if not history or history[0].leaf.type != "season.opened":
        return []
    opened, *later = standing(history)
    valid = [one for one in later if not one.withdrawn]
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
            "harvest_allowed_from": harvest_allowed_from(valid),
            "harvested_kg": sum(
                (Decimal(one.body["kg"]) for one in valid if one.type == "season.harvested"), start=Decimal(0)
            ),
        }
    ]


def harvest_allowed_from(events: Sequence[Standing]) -> date | None:
    """Give the first day that lies in no pre-harvest interval, or None where nothing was sprayed.

    On the last day of an interval of n days the n-th night has passed: harvest is allowed on it.
    """
    sprayed = [one for one in events if one.type == "growth.sprayed" and not one.withdrawn]
    return max((one.day + timedelta(days=one.body["phi_days"]) for one in sprayed), default=None)


_BEGINNINGS = ("growth.sown", "growth.transplanted")


def _stage(events: Sequence[Standing]) -> str:
    observed = [one for one in events if one.type == "growth.observed" and "stage" in one.body]
    # The one observed last; of one day the one that was recorded last.
    last = max(observed, key=lambda one: (one.day, one.event.leaf.eseq), default=None)
    return last.body["stage"] if last else ""


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
)
