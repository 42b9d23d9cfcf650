"""What follows from the histories of recalls, and of the lots that they name."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from traceability.decimals import read_decimal
from traceability.models import Recall, RecallAnswer, RecalledLot
from traceability.projections.plots import entity_id
from traceability.projections.projection import Projection, Recorded, Row


def rows(history: Sequence[Recorded]) -> list[Row]:
    """Give the recall's row, as it stands after all that was said."""
    if not history:
        return []
    opened = history[0].leaf
    level = [one.leaf.body["level"] for one in history if "level" in one.leaf.body][-1]
    widened = [one.leaf.body["lots"] for one in history if one.leaf.type in {"recall.opened", "recall.widened"}]
    closed = next((one for one in history if one.leaf.type == "recall.closed"), None)
    return [
        {
            "id": entity_id(history[0]),
            "party__public_id": UUID(opened.actor.party),
            "lot_id": UUID(opened.body["lot"].partition(":")[2]),
            "level": level,
            "reason": opened.body["reason"],
            "drill": bool(opened.body.get("drill")),
            "lots_count": sum(widened),
            "accounted_percent": _decimal(history[0], "accounted_percent"),
            "opened_at": _moment(history[0]),
            "closed_at": _moment(closed) if closed else None,
            "minutes": closed.leaf.body["minutes"] if closed else None,
        }
    ]


def answers(history: Sequence[Recorded]) -> list[Row]:
    """Give a row for each answer of a holder."""
    return [
        {
            "id": UUID(one.leaf.id),
            "recall_id": entity_id(one),
            "party__public_id": UUID(one.leaf.actor.party),
            "found_kg": _decimal(one, "found_kg"),
            "blocked_kg": _decimal(one, "blocked_kg"),
            "destroyed_kg": _decimal(one, "destroyed_kg"),
            "answered_at": _moment(one),
            "eseq": one.leaf.eseq,
        }
        for one in history
        if one.leaf.type == "recall.answered"
    ]


def recalled(history: Sequence[Recorded]) -> list[Row]:
    """Give a row for each recall that names a lot."""
    return [
        {
            "id": UUID(one.leaf.id),
            "recall_id": UUID(one.leaf.body["recall"].partition(":")[2]),
            "lot_id": entity_id(one),
            "at_most_kg": _decimal(one, "at_most_kg"),
        }
        for one in history
        if one.leaf.type == "lot.recalled"
    ]


def _decimal(one: Recorded, name: str) -> Decimal | None:
    return read_decimal(one.leaf.body[name]) if name in one.leaf.body else None


def _moment(one: Recorded) -> datetime:
    return datetime.fromisoformat(one.leaf.time)


RECALLS = Projection(
    model=Recall,
    prefix="recall",
    columns=(
        "id",
        "party__public_id",
        "lot_id",
        "level",
        "reason",
        "drill",
        "lots_count",
        "accounted_percent",
        "opened_at",
        "closed_at",
        "minutes",
    ),
    key=("id",),
    rows=rows,
)
RECALLED = Projection(
    model=RecalledLot,
    prefix="lot",
    columns=("id", "recall_id", "lot_id", "at_most_kg"),
    key=("id",),
    rows=recalled,
    entity_column="lot_id",
)
ANSWERS = Projection(
    model=RecallAnswer,
    prefix="recall",
    columns=("id", "recall_id", "party__public_id", "found_kg", "blocked_kg", "destroyed_kg", "answered_at", "eseq"),
    key=("id",),
    rows=answers,
    entity_column="recall_id",
)
