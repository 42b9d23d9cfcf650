"""Plots, seasons and lots, made through the services as a person would make them."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from accounts.models import Membership
from traceability.ledger.leaf import Leaf
from traceability.models import (
    EntityHead,
    Hold,
    Lot,
    LotLink,
    Opening,
    OutboxEntry,
    Plot,
    Recall,
    Receipt,
    Sample,
    Season,
    Shipment,
)
from traceability.queries import history
from traceability.services import holds, recalls, shipments
from traceability.services.correction_rules import Correction
from traceability.services.entries import Entry
from traceability.services.growth import Operation, log_growth
from traceability.services.harvests import Harvest, harvest_lot
from traceability.services.lots import LotFacts, hand_over
from traceability.services.plots import PlotFacts, register_plot
from traceability.services.processes import Input, Process, complete_process
from traceability.services.reports import Result, TestReport, report_test
from traceability.services.samples import SampleFacts, take_sample
from traceability.services.seasons import SeasonFacts, open_season
from traceability.services.shipments import Acceptance, Consignment
from traceability.services.weighing import Weighing

# When the server hears of everything: after all that happens in these tests.
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
SPRING = datetime(2026, 4, 20, 1, 0, tzinfo=UTC)
AUTUMN = datetime(2026, 9, 28, 2, 0, tzinfo=UTC)
VILLAGE = "211104105203"
# Above the numbers that tests name themselves.
_numbers = count(1000)

# About 38.6 mu near Panjin.
BOUNDARY = {
    "type": "Polygon",
    "coordinates": [
        [
            [122.071200, 41.151200],
            [122.073300, 41.151300],
            [122.073200, 41.152600],
            [122.071100, 41.152500],
            [122.071200, 41.151200],
        ]
    ],
}


def entry(time: datetime = SPRING, record_id: UUID | None = None) -> Entry:
    return Entry(id=record_id or uuid4(), time=time)


def boundary_bytes(geometry: dict[str, Any] = BOUNDARY) -> bytes:
    return json.dumps(geometry).encode()


def plot_facts(**said: Any) -> PlotFacts:
    facts = {"number": f"T-{next(_numbers):04}", "division_code": VILLAGE, "declared_mu": Decimal("38.60"), **said}
    return PlotFacts(**facts)


def make_plot(member: Membership, *, at: datetime = NOW, **said: Any) -> Plot:
    return register_plot(entry=entry(), facts=plot_facts(**said), membership=member, at=at)


def season_facts(**said: Any) -> SeasonFacts:
    facts = {"crop": "rice", "variety": "盐丰47", "year": 2026, "area_mu": Decimal("38.60"), **said}
    return SeasonFacts(**facts)


def make_season(member: Membership, plot: Plot | None = None, **said: Any) -> Season:
    on = plot or make_plot(member)
    return open_season(plot=on, entry=entry(), facts=season_facts(**said), membership=member, at=NOW)


def log(season: Season, name: str, *, by: Membership, days: int = 30, **body: Any) -> UUID:
    """Record an operation so many days after the season began, and give its record's id."""
    made = entry(SPRING + timedelta(days=days))
    log_growth(season=season, entry=made, operation=Operation(name=name, body=body), membership=by, at=NOW)
    return made.id


def make_lot(member: Membership, season: Season | None = None, *, kg: str = "1000", **said: Any) -> Lot:
    of = season or make_season(member)
    harvest = Harvest(lot=LotFacts(kg=Decimal(kg), product_form="paddy", product_name="稻谷", **said))
    return harvest_lot(season=of, entry=entry(AUTUMN), harvest=harvest, membership=member, at=NOW)


def give(lot: Lot, *, by: Membership, to: Membership) -> Lot:
    return hand_over(lot=lot, to=to.organisation, entry=entry(AUTUMN), membership=by, at=NOW)


def ship(lot: Lot, *, by: Membership, to: Membership, kg: str | None = None) -> Shipment:
    """Send a lot, or so many kilograms of it, on its way."""
    consignment = Consignment(to=to.organisation, kg=Decimal(kg) if kg else None, slip="SJ-0417")
    return shipments.ship(lot=lot, consignment=consignment, entry=entry(AUTUMN), membership=by, at=NOW)


def accept(shipment: Shipment, *, by: Membership, kg: str = "1000", reason: str = "", **said: Any) -> Shipment:
    """Accept a delivery that weighs so much."""
    acceptance = Acceptance(weighing=Weighing(net_kg=Decimal(kg), **said), difference_reason=reason)
    made = entry(AUTUMN + timedelta(hours=3))
    return shipments.accept(shipment=shipment, acceptance=acceptance, entry=made, membership=by, at=NOW)


def make_milled(member: Membership, *sources: Lot, kg: str = "600", use: str = "1000") -> Lot:
    """Mill so much of each lot into one."""
    process = Process(
        name="milling",
        inputs=[Input(lot=lot, kg=Decimal(use)) for lot in sources],
        outputs=[LotFacts(kg=Decimal(kg), product_form="milled rice", product_name="盘锦大米")],
        balance_reason="稻壳和米糠没有过磅",
    )
    made = entry(AUTUMN + timedelta(days=7))
    return complete_process(entry=made, process=process, membership=member, at=NOW)[0]


def make_sample(lot: Lot, *, by: Membership, laboratory: Membership, number: str = "S-1") -> Sample:
    facts = SampleFacts(number=number, laboratory=laboratory.organisation)
    return take_sample(lot=lot, entry=entry(AUTUMN + timedelta(days=8)), facts=facts, membership=by, at=NOW)


def report(sample: Sample, *, by: Membership, cadmium: str = "0.06") -> UUID:
    """Report cadmium and lead of a sample, and give the record's id."""
    results = [
        Result(analyte="cadmium", value=Decimal(cadmium), unit="mg/kg", method="GB 5009.15"),
        Result(analyte="lead", lod=Decimal("0.02"), unit="mg/kg", method="GB 5009.12"),
    ]
    made = entry(AUTUMN + timedelta(days=12))
    report_test(sample=sample, entry=made, report=TestReport(results=results, report_no="R-1"), membership=by, at=NOW)
    return made.id


def hold(lot: Lot, *, by: Membership, reason: str = "suspicion") -> Hold:
    """Hold a lot, and give the hold."""
    made = entry(AUTUMN + timedelta(days=20))
    holds.hold(lots=[lot], entry=made, reason=reason, membership=by, at=NOW)
    return Hold.objects.get(pk=holds.hold_entry(made, lot).id)


def release(found: Hold, *, by: Membership, reason: str = "cleared") -> Lot:
    made = entry(AUTUMN + timedelta(days=22))
    return holds.release(lot=found.lot, hold_id=found.pk, entry=made, reason=reason, membership=by, at=NOW)


def recall(lot: Lot, *, by: Membership) -> Recall:
    """Recall a lot and answer for one's own stock."""
    order = recalls.Order(level="2", reason="contaminant")
    made = recalls.open_recall(lot=lot, order=order, entry=entry(NOW), membership=by, at=NOW)
    found = recalls.Found(found_kg=Decimal(10), blocked_kg=Decimal(10), destroyed_kg=Decimal("2.5"))
    recalls.answer(recall=made, found=found, entry=entry(NOW), membership=by, at=NOW)
    return recalls.close(recall=made, entry=entry(NOW), membership=by, at=NOW)


def footprint() -> dict[str, int]:
    """Count the rows that an entry could leave behind."""
    tables = (Receipt, OutboxEntry, EntityHead, Opening, Plot, Season, Lot, LotLink, Sample, Hold, Shipment, Recall)
    return {table.__name__: table.objects.count() for table in tables}


def say(entity: str, *, number: int = -1) -> Leaf:
    """Give what the chain holds of an entity: its last event, or the one of that number."""
    return history.of(entity)[number].leaf


def correction(record_id: str, **changes: str) -> Correction:
    """Say that a record was mistyped."""
    return Correction(record_id=UUID(record_id), reason="typing_error", changes=changes)
