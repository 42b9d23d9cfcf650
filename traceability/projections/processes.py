"""What follows from the history of a process: which lots came out of which."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from traceability.models import LotLink
from traceability.projections.plots import entity_id
from traceability.projections.projection import Projection, Recorded, Row


def rows(history: Sequence[Recorded]) -> list[Row]:
    """Give one link from every lot that went in to every lot that came out, by-products included."""
    if not history or history[0].leaf.type != "process.completed":
        return []
    body = history[0].leaf.body
    made = _lots([*body["outputs"], *body.get("by_products", ())])
    return [
        {"product_id": product, "source_id": source, "event": entity_id(history[0])}
        for product in made
        for source in _lots(body["inputs"])
    ]


def _lots(parts: Sequence[dict[str, Any]]) -> list[UUID]:
    return [UUID(part["lot"].partition(":")[2]) for part in parts if "lot" in part]


LINKS = Projection(
    model=LotLink,
    prefix="process",
    columns=("product_id", "source_id", "event"),
    key=("product_id", "source_id", "event"),
    rows=rows,
    entity_column="event",
)
