"""What follows from the history of a lot about its being held."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from traceability.models import Hold
from traceability.projections.plots import entity_id
from traceability.projections.projection import Projection, Recorded, Row


def standing_holds(history: Sequence[Recorded]) -> list[Recorded]:
    """Give the holds of a lot that nobody released, oldest first."""
    released = {event.leaf.body["hold"] for event in history if event.leaf.type == "lot.released"}
    return [event for event in history if event.leaf.type == "lot.held" and event.leaf.id not in released]


def rows(history: Sequence[Recorded]) -> list[Row]:
    """Give a row for each time that the lot was held."""
    # The first release of a hold ends it; the service lets no second one in.
    released = {one.leaf.body["hold"]: one for one in reversed(history) if one.leaf.type == "lot.released"}
    return [
        {
            "id": UUID(event.leaf.id),
            "lot_id": entity_id(event),
            "reason": event.leaf.body["reason"],
            "party__public_id": UUID(event.leaf.actor.party),
            "held_at": _moment(event),
            "released_at": _moment(released[event.leaf.id]) if event.leaf.id in released else None,
        }
        for event in history
        if event.leaf.type == "lot.held"
    ]


def _moment(event: Recorded) -> datetime:
    return datetime.fromisoformat(event.leaf.time)


HOLDS = Projection(
    model=Hold,
    prefix="lot",
    columns=("id", "lot_id", "reason", "party__public_id", "held_at", "released_at"),
    key=("id",),
    rows=rows,
    entity_column="lot_id",
)
