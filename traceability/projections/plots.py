"""What follows from the history of a plot."""

from collections.abc import Sequence
from uuid import UUID

from traceability.models import Plot
from traceability.projections.projection import Projection, Recorded, Row
from traceability.projections.standing import standing


def rows(history: Sequence[Recorded]) -> list[Row]:
    """Give the plot's row; a history that does not begin with its registration makes none."""
    if not history or history[0].leaf.type != "plot.registered":
        return []
    registered = standing(history)[0]
    return [
        {
            "id": entity_id(history[0]),
            "holder__public_id": UUID(registered.body["holder"]),
            "number": registered.body["number"],
            "name": registered.private.get("name", ""),
            "division_code": registered.body.get("division_code", ""),
            "boundary": registered.private.get("boundary"),
            "declared_mu": registered.number("declared_mu"),
            "measured_mu": registered.number("measured_mu"),
            "retired": any(event.leaf.type == "plot.retired" for event in history),
        }
    ]


def entity_id(event: Recorded) -> UUID:
    """Give the id in the name of the event's entity."""
    return UUID(event.leaf.entity.partition(":")[2])


PLOTS = Projection(
    model=Plot,
    prefix="plot",
    columns=(
        "id",
        "holder__public_id",
        "number",
        "name",
        "division_code",
        "boundary",
        "declared_mu",
        "measured_mu",
        "retired",
    ),
    key=("id",),
    rows=rows,
)
