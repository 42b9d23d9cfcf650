"""What was wrong and is put right, what is erased, and what is given up."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from config.demo.scenes import Scene, Stage
from config.demo.tables import moment, table
from traceability.models import Plot
from traceability.projections.standing import Standing
from traceability.services.correction_rules import Correction
from traceability.services.corrections import correct
from traceability.services.entries import Entry
from traceability.services.erasure import Erasure, erase_personal
from traceability.services.plots import retire_plot

Row = Mapping[str, Any]


def scenes(stage: Stage) -> Iterator[Scene]:
    """Give every correction, erasure and retirement."""
    trade = table("trade")
    for row in trade["corrections"]:
        yield Scene(name=f"correction {row['of']}", time=moment(row["time"]), play=partial(_correct, stage, row))
    for row in trade["erasures"]:
        yield Scene(name=f"erasure {row['of']}", time=moment(row["time"]), play=partial(_erase, stage, row))
    for row in trade["retirements"]:
        yield Scene(name=f"retirement {row['plot']}", time=moment(row["time"]), play=partial(_retire, stage, row))


def _correct(stage: Stage, row: Row, *, entry: Entry, at: datetime) -> Standing:
    correction = Correction(
        record_id=stage.id_of(row["of"]),
        reason=row["reason"],
        changes=row.get("changes", {}),
        explanation=row.get("explanation", ""),
        withdrawn=row.get("withdrawn", False),
    )
    return correct(correction=correction, entry=entry, membership=stage.cast.member(row["party"]), at=at)


def _erase(stage: Stage, row: Row, *, entry: Entry, at: datetime) -> None:
    erasure = Erasure(record_id=stage.id_of(row["of"]), paths=row["paths"], reason=row["reason"])
    erase_personal(erasure=erasure, entry=entry, membership=stage.cast.member(row["party"]), at=at)


def _retire(stage: Stage, row: Row, *, entry: Entry, at: datetime) -> Plot:
    plot = Plot.objects.select_related("holder").get(pk=stage.id_of(f"plot {row['plot']}"))
    membership = stage.cast.member(row["party"])
    return retire_plot(plot=plot, entry=entry, reason=row["reason"], membership=membership, at=at)
