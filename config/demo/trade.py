"""What becomes of the harvest: lots, how they pass from hand to hand, and what is made of them."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from config.demo.scenes import Scene, Stage
from config.demo.tables import moment, table
from traceability.models import Lot, Season, Shipment
from traceability.services.entries import Entry
from traceability.services.harvests import Harvest, harvest_lot
from traceability.services.lots import LotFacts
from traceability.services.processes import ByProduct, Input, Loss, Process, complete_process
from traceability.services.shipments import Acceptance, Consignment, accept, ship
from traceability.services.weighing import Weighing

Row = Mapping[str, Any]
_ON_THE_ROAD = timedelta(minutes=50)


def scenes(stage: Stage) -> Iterator[Scene]:
    """Give every harvest, every handing over and every process."""
    trade = table("trade")
    for row in trade["harvests"]:
        yield Scene(name=f"harvest {row['key']}", time=moment(row["time"]), play=partial(_harvest, stage, row))
    for row in trade["handovers"]:
        name = f"handover {row['lot']} {row['to']}"
        yield Scene(name=name, time=moment(row["time"]), play=partial(_ship, stage, row))
        taken = partial(_accept, stage, row, stage.id_of(name))
        yield Scene(name=f"acceptance {row['lot']} {row['to']}", time=moment(row["time"]) + _ON_THE_ROAD, play=taken)
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


def _ship(stage: Stage, row: Row, *, entry: Entry, at: datetime) -> Shipment:
    consignment = Consignment(to=stage.cast.parties[row["to"]], slip=f"FH-{row['lot']}")
    membership = stage.cast.member(row["party"])
    return ship(lot=stage.lot(row["lot"]), consignment=consignment, entry=entry, membership=membership, at=at)


def _accept(stage: Stage, row: Row, shipment_id: UUID, *, entry: Entry, at: datetime) -> Shipment:
    shipment = Shipment.objects.select_related("lot", "sender", "receiver").get(pk=shipment_id)
    # Both scales of the story agree.
    weighing = Weighing(net_kg=shipment.kg, slip=f"GB-{row['lot']}", supplier_code=row["lot"])
    member = stage.cast.member(row["to"])
    acceptance = Acceptance(weighing=weighing)
    return accept(shipment=shipment, acceptance=acceptance, entry=entry, membership=member, at=at)


def _complete(stage: Stage, row: Row, *, entry: Entry, at: datetime) -> list[Lot]:
    member = stage.cast.member(row["party"])
    return complete_process(entry=entry, process=process_of(stage, row), membership=member, at=at)


def process_of(stage: Stage, row: Row) -> Process:
    """Read a run of a process out of its row."""
    return Process(
        name=row["name"],
        inputs=[Input(lot=stage.lot(one["lot"]), kg=Decimal(one["kg"])) for one in row["inputs"]],
        outputs=[_facts(one) for one in row["outputs"]],
        by_products=[_by_product(one) for one in row.get("by_products", ())],
        losses=[Loss(reason=one["reason"], kg=Decimal(one["kg"])) for one in row.get("losses", ())],
        moisture_in_percent=_decimal(row, "moisture_in_percent"),
        moisture_out_percent=_decimal(row, "moisture_out_percent"),
        **{name: row.get(name, "") for name in ("line", "recipe", "operator", "balance_reason")},
    )


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
