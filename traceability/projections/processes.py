"""What follows from the history of a process: which lots came out of which, and the lines of its balance."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from traceability.enums import PartKind
from traceability.models import LotLink, ProcessPart, ProcessRun
from traceability.projections.plots import entity_id
from traceability.projections.projection import Projection, Recorded, Row
from traceability.projections.standing import Standing, decimal_of, standing

LINK_COLUMNS = ("product_id", "source_id", "event", "at", "packed", "kg_in", "kg_out")
LINK_KEY = ("product_id", "source_id", "event")


def rows(history: Sequence[Recorded]) -> list[Row]:
    """Give one link from every lot that went in to every lot that came out, by-products included."""
    completed = _completed(history)
    if completed is None:
        return []
    body = completed.body
    made = _kilograms([*body["outputs"], *body.get("by_products", ())])
    return [
        {
            "product_id": product,
            "source_id": source,
            "event": entity_id(history[0]),
            "at": datetime.fromisoformat(history[0].leaf.time),
            "packed": False,
            "kg_in": kg_in,
            "kg_out": kg_out,
        }
        for product, kg_out in made.items()
        for source, kg_in in _kilograms(body["inputs"]).items()
    ]


def runs(history: Sequence[Recorded]) -> list[Row]:
    """Give the row of the run; none where it was withdrawn."""
    completed = _completed(history)
    if completed is None:
        return []
    return [
        {
            "id": entity_id(history[0]),
            "party__public_id": UUID(history[0].leaf.actor.party),
            "step": completed.body["process"],
            "finished_on": completed.day,
            "moisture_in_percent": completed.number("moisture_in_percent"),
            "moisture_out_percent": completed.number("moisture_out_percent"),
        }
    ]


def parts(history: Sequence[Recorded]) -> list[Row]:
    """Give a row for each line: inputs, outputs, by-products, losses, in this order."""
    completed = _completed(history)
    if completed is None:
        return []
    return [
        {
            "run_id": entity_id(history[0]),
            "position": position,
            "kind": kind.value,
            "lot_id": UUID(line["lot"].partition(":")[2]) if "lot" in line else None,
            "name": line.get("name", line.get("reason", "")),
            "kg": decimal_of(line, "kg"),
        }
        for position, (kind, line) in enumerate(_lines(completed.body))
    ]


def _completed(history: Sequence[Recorded]) -> Standing | None:
    if not history or history[0].leaf.type != "process.completed":
        return None
    completed = standing(history)[0]
    return None if completed.withdrawn else completed


def _lines(body: Mapping[str, Any]) -> Iterator[tuple[PartKind, Mapping[str, Any]]]:
    named = {
        "inputs": PartKind.INPUT,
        "outputs": PartKind.OUTPUT,
        "by_products": PartKind.BY_PRODUCT,
        "losses": PartKind.LOSS,
    }
    for name, kind in named.items():
        yield from ((kind, line) for line in body.get(name, ()))


def _kilograms(parts: Iterable[Mapping[str, Any]]) -> dict[UUID, Decimal]:
    found: dict[UUID, Decimal] = defaultdict(Decimal)
    for part in parts:
        if "lot" in part:
            found[UUID(part["lot"].partition(":")[2])] += Decimal(part["kg"])
    return found


LINKS = Projection(
    model=LotLink,
    prefix="process",
    columns=LINK_COLUMNS,
    key=LINK_KEY,
    rows=rows,
    entity_column="event",
)
RUNS = Projection(
    model=ProcessRun,
    prefix="process",
    columns=("id", "party__public_id", "step", "finished_on", "moisture_in_percent", "moisture_out_percent"),
    key=("id",),
    rows=runs,
)
PARTS = Projection(
    model=ProcessPart,
    prefix="process",
    columns=("run_id", "position", "kind", "lot_id", "name", "kg"),
    key=("run_id", "position"),
    rows=parts,
    entity_column="run_id",
)
