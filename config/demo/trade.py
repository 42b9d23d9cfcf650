"""What becomes of the harvest: lots, how they pass from hand to hand, and what is made of them."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from config.demo.scenes import Scene, Stage
from config.demo.tables import moment, table
from traceability.models import Lot, Season
from traceability.services.entries import Entry
from traceability.services.harvests import Harvest, harvest_lot
from traceability.services.lots import LotFacts, hand_over
from traceability.services.processes import ByProduct, Input, Loss, Process, complete_process

Row = Mapping[str, Any]


def scenes(stage: Stage) -> Iterator[Scene]:
    """Give every harvest, every handing over and every process."""
    trade = table("trade")
    for row in trade["harvests"]:
        yield Scene(name=f"harvest {row['key']}", time=moment(row["time"]), play=partial(_harvest, stage, row))
    for row in trade["handovers"]:
        name = f"handover {row['lot']} {row['to']}"
        yield Scene(name=name, time=moment(row["time"]), play=partial(_hand_over, stage, row))
    for row in trade["processes"]:
        yield Scene(name=f"process {row['key']}", time=moment(row["time"]), play=partial(_complete, stage, row))


def _harvest(stage: Stage, row: Row, *, entry: Entry, at: datetime) -> Lot:
    season = Season.objects.select_related("plot__holder").get(pk=stage.id_of(f"season {row['plot']}"))
    membership = stage.cast.member(row["party"])
    harvest = Harvest(
        lot=_facts(row["lot"]),
        area_mu=Decimal(row["area_mu"]),
        interval_reason=row.get("interval_reason", ""),
        note=row.get("note", ""),
    )
    return harvest_lot(season=season, entry=entry, harvest=harvest, membership=membership, at=at)


def _hand_over(stage: Stage, row: Row, *, entry: Entry, at: datetime) -> Lot:
    to = stage.cast.parties[row["to"]]
    membership = stage.cast.member(row["party"])
    return hand_over(lot=stage.lot(row["lot"]), to=to, entry=entry, membership=membership, at=at)


def _complete(stage: Stage, row: Row, *, entry: Entry, at: datetime) -> list[Lot]:
    process = Process(
        name=row["name"],
        inputs=[Input(lot=stage.lot(one["lot"]), kg=Decimal(one["kg"])) for one in row["inputs"]],
        outputs=[_facts(one) for one in row["outputs"]],
        by_products=[_by_product(one) for one in row.get("by_products", ())],
        losses=[Loss(reason=one["reason"], kg=Decimal(one["kg"])) for one in row.get("losses", ())],
        moisture_in_percent=_decimal(row, "moisture_in_percent"),
        moisture_out_percent=_decimal(row, "moisture_out_percent"),
        **{name: row.get(name, "") for name in ("line", "recipe", "operator")},
    )
    return complete_process(entry=entry, process=process, membership=stage.cast.member(row["party"]), at=at)


def _by_product(row: Row) -> ByProduct:
    kg = Decimal(row["kg"])
    # Only what somebody buys becomes a lot; husks go to the boiler.
    lot = LotFacts(kg=kg, product_form=row["product_form"], product_name=row["name"]) if "key" in row else None
    return ByProduct(name=row["name"], kg=kg, lot=lot)


def _facts(row: Row) -> LotFacts:
    return LotFacts(
        kg=Decimal(row["kg"]),
        product_form=row["product_form"],
        product_name=row["product_name"],
        gtin=row.get("gtin", ""),
        code=row.get("code", ""),
        typed=row.get("typed"),
        moisture_percent=_decimal(row, "moisture_percent"),
    )


def _decimal(row: Row, name: str) -> Decimal | None:
    return Decimal(row[name]) if name in row else None
