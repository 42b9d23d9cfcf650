"""Inspection: strawberries with their certificate and without, and peanuts that are held with a report to save."""

import io
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import uuid5

from reportlab.pdfgen.canvas import Canvas

from accounts.models import Membership
from config.demo.laboratory import result_of
from config.demo.scenes import Play, Scene, Stage
from config.demo.tables import moment, table
from traceability.models import Certificate, Lot, Plot, Sample, Season
from traceability.services.attachments import store_report
from traceability.services.certificates import CertificateFacts, collect, issue
from traceability.services.entries import Entry
from traceability.services.harvests import Harvest, harvest_lot
from traceability.services.lots import LotFacts, hand_over
from traceability.services.plots import PlotFacts, register_plot
from traceability.services.reports import TestReport, report_test
from traceability.services.samples import SampleFacts, take_sample
from traceability.services.seasons import SeasonFacts, open_season
from traceability.standards.divisions import place

Row = Mapping[str, Any]


def scenes(stage: Stage) -> Iterator[Scene]:
    """Give the fruit's year, and what the laboratory found in the peanuts."""
    told = table("inspection")
    yield _scene("plot fruit", told["plot"], partial(_register, stage))
    yield _scene("season fruit", told["season"], partial(_open, stage))
    for row in told["harvests"]:
        yield _scene(f"fruit {row['key']}", row, partial(_harvest, stage, row))
    for row in told["certificates"]:
        yield _scene(f"certificate {row['lot']}", row, partial(_issue, stage, row))
        name = f"collected {row['lot']}"
        yield Scene(name=name, time=moment(row["collected"]), play=partial(_collect, stage, row))
    for row in told["handovers"]:
        yield _scene(f"fruit {row['lot']} {row['to']}", row, partial(_hand_over, stage, row))
    yield _scene("sample peanuts", told["sample"], partial(_take, stage))
    yield _scene("report peanuts", told["report"], partial(_report, stage))


def _scene(name: str, row: Row, play: Play) -> Scene:
    return Scene(name=name, time=moment(row["time"]), play=play)


def _register(stage: Stage, *, entry: Entry, at: datetime) -> Plot:
    row = table("inspection")["plot"]
    facts = PlotFacts(
        number=row["number"], name=row["name"], division_code=row["division_code"], declared_mu=Decimal(row["mu"])
    )
    return register_plot(entry=entry, facts=facts, membership=stage.cast.member(row["party"]), at=at)


def _open(stage: Stage, *, entry: Entry, at: datetime) -> Season:
    told = table("inspection")
    plot = Plot.objects.select_related("holder").get(pk=stage.id_of("plot fruit"))
    facts = SeasonFacts(
        crop="strawberry", variety=told["season"]["variety"], year=entry.day.year, area_mu=Decimal(told["plot"]["mu"])
    )
    return open_season(plot=plot, entry=entry, facts=facts, membership=_grower(stage), at=at)


def _harvest(stage: Stage, row: Row, *, entry: Entry, at: datetime) -> Lot:
    season = Season.objects.select_related("plot__holder").get(pk=stage.id_of("season fruit"))
    lot = LotFacts(kg=Decimal(row["kg"]), product_form="fresh fruit", product_name="红颜草莓", code=row["code"])
    return harvest_lot(season=season, entry=entry, harvest=Harvest(lot=lot), membership=_grower(stage), at=at)


def _issue(stage: Stage, row: Row, *, entry: Entry, at: datetime) -> Certificate:
    facts = CertificateFacts(
        basis=row["basis"],
        product="红颜草莓",
        kg=Decimal(row["kg"]),
        origin=place(table("inspection")["plot"]["division_code"], "zh-hans"),
        contact=row["contact"],
        number=row["number"],
        signatory=row["signatory"],
    )
    return issue(lot=_fruit(stage, row["lot"]), entry=entry, facts=facts, membership=_grower(stage), at=at)


def _collect(stage: Stage, row: Row, *, entry: Entry, at: datetime) -> Certificate:
    found = Certificate.objects.select_related("lot", "issuer").get(pk=stage.id_of(f"certificate {row['lot']}"))
    return collect(certificate=found, entry=entry, membership=stage.cast.member(row["collected_by"]), at=at)


def _hand_over(stage: Stage, row: Row, *, entry: Entry, at: datetime) -> Lot:
    to = stage.cast.parties[row["to"]]
    return hand_over(lot=_fruit(stage, row["lot"]), to=to, entry=entry, membership=_grower(stage), at=at)


def _take(stage: Stage, *, entry: Entry, at: datetime) -> Sample:
    row = table("inspection")["sample"]
    facts = SampleFacts(
        number=row["number"], laboratory=stage.cast.parties[row["laboratory"]], kg=Decimal(2), purpose="entrusted"
    )
    membership = stage.cast.member(row["party"])
    return take_sample(lot=stage.lot(row["lot"]), entry=entry, facts=facts, membership=membership, at=at)


def _report(stage: Stage, *, entry: Entry, at: datetime) -> Sample:
    row = table("inspection")["report"]
    sample = Sample.objects.select_related("lot", "laboratory").get(pk=stage.id_of("sample peanuts"))
    report = TestReport(
        results=[result_of(one) for one in row["results"]],
        report_no=row["report_no"],
        signatory=row["signatory"],
        conclusion=row["conclusion"],
        files=[store_report(paper(sample.number))],
    )
    return report_test(sample=sample, entry=entry, report=report, membership=stage.cast.member("laboratory"), at=at)


def paper(number: str) -> bytes:
    """Draw a report that says of itself that it is generated; the same number gives the same bytes."""
    drawn = io.BytesIO()
    canvas = Canvas(drawn, pageCompression=0, invariant=1)
    canvas.setTitle(f"Generated example report {number}")
    canvas.setFont("Helvetica", 14)
    for line, text in enumerate(("GENERATED EXAMPLE", f"Report on sample {number}", "No laboratory issued this.")):
        canvas.drawString(72, 760 - 24 * line, text)
    canvas.save()
    return drawn.getvalue()


def _grower(stage: Stage) -> Membership:
    return stage.cast.member(table("inspection")["plot"]["party"])


def _fruit(stage: Stage, key: str) -> Lot:
    lot_id = uuid5(stage.id_of(f"fruit {key}"), "lot")
    return Lot.objects.select_related("registrant", "custodian").get(pk=lot_id)
