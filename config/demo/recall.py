"""A drill: the mill asks itself what it would do if one of its dried paddies had to come back."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from config.demo.scenes import Scene, Stage
from config.demo.tables import moment, table
from traceability.models import Recall
from traceability.services import recalls
from traceability.services.entries import Entry
from traceability.services.recalls import Order


def scenes(stage: Stage) -> Iterator[Scene]:
    """Give every drill: its beginning, and its end with the minutes that it took."""
    for row in table("recall")["drills"]:
        yield Scene(name=_name(row), time=moment(row["time"]), play=partial(_begin, stage, row))
        yield Scene(name=f"{_name(row)} end", time=moment(row["closed"]), play=partial(_end, stage, row))


def _name(row: dict[str, str]) -> str:
    return f"drill {row['lot']}"


def _begin(stage: Stage, row: dict[str, str], *, entry: Entry, at: datetime) -> Recall:
    order = Order(level=row["level"], reason="exercise", note=row["note"], drill=True)
    membership = stage.cast.member(row["party"])
    return recalls.open_recall(lot=stage.lot(row["lot"]), order=order, entry=entry, membership=membership, at=at)


def _end(stage: Stage, row: dict[str, str], *, entry: Entry, at: datetime) -> Recall:
    drill = Recall.objects.get(pk=stage.id_of(_name(row)))
    return recalls.close(
        recall=drill, entry=entry, note=row["report"], membership=stage.cast.member(row["party"]), at=at
    )
