"""Laboratory reports as tables: each result beside its limit, and what that means."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from django.utils.translation import gettext

from accounts.models import Organisation
from traceability.queries.judgements import JudgedLot, JudgedReport
from traceability.queries.timeline import named_parties
from traceability.standards.judgement import REASONS, VERDICTS, Judgement, Result, Verdict
from traceability.standards.tables import criteria, limits
from traceability.web.trace.text import plain
from traceability.web.words import analyte_name

# Red is for what fails a lot; what no official text confirms only asks for a look.
_LOOKS: Mapping[Verdict, str] = MappingProxyType(
    {
        Verdict.FAIL: "badge--signal",
        Verdict.UNVERIFIED_EXCEEDS: "badge--straw",
        Verdict.UNDECIDED: "badge--straw",
        Verdict.UNVERIFIED_PASS: "badge--straw",
        Verdict.NO_LIMIT: "badge--plain",
        Verdict.PASS: "",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRow:
    """One result as a page shows it."""

    name: str
    value: str
    limit: str
    standard: str
    verdict: str
    look: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTable:
    """One report with its rows."""

    id: str
    laboratory: str
    number: str
    day: date
    withdrawn: bool
    verdict: str
    look: str
    rows: list[ResultRow]


def report_tables(judged: JudgedLot) -> list[ReportTable]:
    """Put the reports on a lot into tables."""
    parties = named_parties(one.report.body["laboratory"] for one in judged.reports)
    return [_table(one, parties) for one in judged.reports]


def known_analytes() -> list[str]:
    """List the names of all that limits and grades know, for a laboratory to choose from."""
    known = {one.analyte for one in limits()} | {one.analyte for one in criteria()}
    return sorted(analyte_name(one) for one in known)


def _table(one: JudgedReport, parties: Mapping[str, Organisation]) -> ReportTable:
    laboratory = parties.get(one.report.body["laboratory"])
    return ReportTable(
        id=one.report.event.leaf.id,
        laboratory=laboratory.name if laboratory else "",
        number=one.report.body.get("report_no", ""),
        day=one.report.day,
        withdrawn=one.report.withdrawn,
        verdict=gettext(VERDICTS[one.verdict]),
        look=_LOOKS[one.verdict],
        rows=[_row(judgement) for judgement in one.judgements],
    )


def _row(judgement: Judgement) -> ResultRow:
    limit = judgement.limit
    return ResultRow(
        name=analyte_name(judgement.result.analyte),
        value=_value(judgement.result),
        limit=f"{plain(limit.limit)} {limit.unit}" if limit else "—",
        standard=limit.standard if limit else "",
        verdict=gettext(VERDICTS[judgement.verdict]),
        look=_LOOKS[judgement.verdict],
        reason=gettext(REASONS[judgement.reason]) if judgement.reason else "",
    )


def _value(result: Result) -> str:
    number = plain(result.value) if result.value is not None else f"< {plain(result.most)}"
    return f"{number} {result.unit}"
