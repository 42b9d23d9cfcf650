"""A household with a past: two seasons, worked week by week, brought to the mill load by load, tested.

Each step was heard of on its day, as if the household had been here since then: a score counts how soon things are
told, and how long ago the first of them was. All of it is made up, and its party says so.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import cycle, islice
from typing import Any
from uuid import uuid5

from config.demo.laboratory import result_of
from config.demo.scenes import Scene, Stage
from config.demo.tables import moment, table
from traceability.models import Lot, Plot, Sample, Season, Shipment
from traceability.services.entries import Entry
from traceability.services.growth import Operation, log_growth
from traceability.services.harvests import Harvest, harvest_lot
from traceability.services.lots import LotFacts
from traceability.services.plots import PlotFacts, register_plot
from traceability.services.reports import TestReport, report_test
from traceability.services.samples import SampleFacts, take_sample
from traceability.services.seasons import SeasonFacts, open_season
from traceability.services.shipments import Acceptance, Consignment, accept, ship
from traceability.services.weighing import Weighing

FARM = "zheng"
_BUYER, _LABORATORY = "mill", "laboratory"
_LOADS_A_DAY = 3
_SAMPLED = frozenset({0, 5})
Row = Mapping[str, Any]


def scenes(stage: Stage) -> Iterator[Scene]:
    """Give everything that the household and its buyer recorded."""
    told = table("credit")
    yield Scene(name="credit plot", time=moment(told["plot"]["time"]), play=partial(_register, stage))
    for season in told["seasons"]:
        opened = moment(season["opened"])
        yield Scene(name=f"credit season {season['year']}", time=opened, play=partial(_open, stage, season))
        yield from _works(stage, season)
        for number in range(season["loads"]):
            yield from _load(stage, season, number)


def _works(stage: Stage, season: Row) -> Iterator[Scene]:
    sown = {"do": "sown", "body": {"method": "tray"}}
    for week, row in enumerate([sown, *islice(cycle(table("credit")["works"]), season["weeks"] - 1)]):
        time = moment(season["sown"]) + timedelta(days=7 * week)
        yield Scene(name=f"credit work {season['year']} {week}", time=time, play=partial(_log, stage, season, row))


def _load(stage: Stage, season: Row, number: int) -> Iterator[Scene]:
    day, turn = divmod(number, _LOADS_A_DAY)
    time = moment(season["harvested"]) + timedelta(days=day, hours=3 * turn)
    name = f"{season['year']} {number}"
    yield Scene(name=f"credit load {name}", time=time, play=partial(_harvest, stage, season, number))
    if number in _SAMPLED:
        later = time + timedelta(minutes=20)
        yield Scene(name=f"credit sample {name}", time=later, play=partial(_take, stage, name))
        found = time + timedelta(days=3)
        yield Scene(name=f"credit report {name}", time=found, play=partial(_report, stage, name))
    yield Scene(name=f"credit sent {name}", time=time + timedelta(hours=1), play=partial(_ship, stage, name))
    weighed = time + timedelta(hours=1, minutes=50)
    yield Scene(name=f"credit weighed {name}", time=weighed, play=partial(_accept, stage, name))


def _register(stage: Stage, *, entry: Entry, at: datetime) -> Plot:  # noqa: ARG001 - told on its day, here and below
    row = table("credit")["plot"]
    boundary = {"type": "Polygon", "coordinates": [row["boundary"]]}
    facts = PlotFacts(
        number=row["number"],
        name=row["name"],
        division_code=row["division_code"],
        declared_mu=Decimal(row["mu"]),
        boundary=json.dumps(boundary).encode(),
    )
    return register_plot(entry=entry, facts=facts, membership=stage.cast.member(FARM), at=entry.time)


def _open(stage: Stage, season: Row, *, entry: Entry, at: datetime) -> Season:  # noqa: ARG001
    plot = Plot.objects.select_related("holder").get(pk=stage.id_of("credit plot"))
    facts = SeasonFacts(crop="rice", variety="盐丰47", year=season["year"], area_mu=plot.declared_mu)
    return open_season(plot=plot, entry=entry, facts=facts, membership=stage.cast.member(FARM), at=entry.time)


def _season(stage: Stage, row: Row) -> Season:
    return Season.objects.select_related("plot__holder").get(pk=stage.id_of(f"credit season {row['year']}"))


def _log(stage: Stage, season: Row, row: Row, *, entry: Entry, at: datetime) -> Season:  # noqa: ARG001
    member = stage.cast.member(FARM)
    operation = Operation(name=row["do"], body=row["body"], private={"operator": member.user.name})
    return log_growth(season=_season(stage, season), entry=entry, operation=operation, membership=member, at=entry.time)


def _harvest(stage: Stage, season: Row, number: int, *, entry: Entry, at: datetime) -> Lot:  # noqa: ARG001
    # A cart is never filled twice alike.
    kg = Decimal(season["kg"]) + stage.seed.dice(f"load {season['year']} {number}").randrange(-40, 41)
    harvest = Harvest(lot=LotFacts(kg=kg, product_form="paddy", product_name="稻谷", moisture_percent=Decimal(20)))
    member = stage.cast.member(FARM)
    return harvest_lot(season=_season(stage, season), entry=entry, harvest=harvest, membership=member, at=entry.time)


def _lot(stage: Stage, name: str) -> Lot:
    found = Lot.objects.select_related("registrant", "custodian")
    return found.get(pk=uuid5(stage.id_of(f"credit load {name}"), "lot"))


def _take(stage: Stage, name: str, *, entry: Entry, at: datetime) -> Sample:  # noqa: ARG001
    member = stage.cast.member(FARM)
    facts = SampleFacts(
        number=f"ZJ-{name.replace(' ', '-')}",
        laboratory=stage.cast.parties[_LABORATORY],
        standard="GB/T 5491",
        kg=Decimal(2),
        purpose="entrusted",
        sampler=member.user.name,
    )
    return take_sample(lot=_lot(stage, name), entry=entry, facts=facts, membership=member, at=entry.time)


def _report(stage: Stage, name: str, *, entry: Entry, at: datetime) -> Sample:  # noqa: ARG001
    sample = Sample.objects.select_related("lot", "laboratory").get(pk=stage.id_of(f"credit sample {name}"))
    member = stage.cast.member(_LABORATORY)
    report = TestReport(
        results=[result_of(one) for one in table("credit")["results"]],
        report_no=f"示检 {sample.number}",
        signatory=member.user.name,
    )
    return report_test(sample=sample, entry=entry, report=report, membership=member, at=entry.time)


def _ship(stage: Stage, name: str, *, entry: Entry, at: datetime) -> Shipment:  # noqa: ARG001
    consignment = Consignment(to=stage.cast.parties[_BUYER], slip=f"ZF-{name.replace(' ', '-')}")
    member = stage.cast.member(FARM)
    return ship(lot=_lot(stage, name), consignment=consignment, entry=entry, membership=member, at=entry.time)


def _accept(stage: Stage, name: str, *, entry: Entry, at: datetime) -> Shipment:  # noqa: ARG001
    sent = Shipment.objects.select_related("lot", "sender", "receiver").get(pk=stage.id_of(f"credit sent {name}"))
    acceptance = Acceptance(weighing=Weighing(net_kg=sent.kg, slip=f"ZB-{name.replace(' ', '-')}"))
    member = stage.cast.member(_BUYER)
    return accept(shipment=sent, acceptance=acceptance, entry=entry, membership=member, at=entry.time)
