"""Samples, and what the laboratory finds in them."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from config.demo.scenes import Scene, Stage
from config.demo.tables import moment, table
from traceability.models import Sample
from traceability.services.entries import Entry
from traceability.services.reports import Result, TestReport, report_test
from traceability.services.samples import SampleFacts, take_sample

Row = Mapping[str, Any]


def scenes(stage: Stage) -> Iterator[Scene]:
    """Give every sample and every report."""
    trade = table("trade")
    for row in trade["samples"]:
        yield Scene(name=f"sample {row['key']}", time=moment(row["time"]), play=partial(_take, stage, row))
    for row in trade["reports"]:
        yield Scene(name=f"report {row['sample']}", time=moment(row["time"]), play=partial(_report, stage, row))


def _take(stage: Stage, row: Row, *, entry: Entry, at: datetime) -> Sample:
    membership = stage.cast.member(row["party"])
    facts = SampleFacts(
        number=row["number"],
        laboratory=stage.cast.parties[row["laboratory"]],
        standard=row["standard"],
        kg=Decimal(row["kg"]),
        purpose=row["purpose"],
        sampler=membership.user.name,
        place=membership.organisation.name,
    )
    return take_sample(lot=stage.lot(row["lot"]), entry=entry, facts=facts, membership=membership, at=at)


def _report(stage: Stage, row: Row, *, entry: Entry, at: datetime) -> Sample:
    found = Sample.objects.select_related("lot", "laboratory")
    sample = found.get(pk=stage.id_of(f"sample {row['sample']}"))
    report = TestReport(
        results=[result_of(one) for one in row["results"]],
        report_no=row["report_no"],
        signatory=row["signatory"],
    )
    return report_test(sample=sample, entry=entry, report=report, membership=stage.cast.member(row["party"]), at=at)


def result_of(row: Row) -> Result:
    """Give one result of the tables as the service takes it."""
    return Result(
        analyte=row["analyte"],
        unit=row["unit"],
        value=Decimal(row["value"]) if "value" in row else None,
        lod=Decimal(row["lod"]) if "lod" in row else None,
        method=row.get("method", ""),
    )
