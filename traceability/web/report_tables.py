"""Laboratory reports as tables: each result beside its limit, and what that means."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from django.urls import reverse
from django.utils.translation import gettext

from accounts.models import Organisation
from traceability.ledger.leaf import Attachment, Leaf
from traceability.queries.judgements import JudgedLot, JudgedReport
from traceability.queries.timeline import named_parties
from traceability.services.attachments import is_kept
from traceability.standards.judgement import REASONS, VERDICTS, Judgement, Result, Verdict
from traceability.standards.tables import criteria, limits
from traceability.web.trace.text import plain
from traceability.web.words import analyte_name, attested, word

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
class ReportFile:
    """A file of a report: its address for whom the lot concerns, its name, and whether it is withheld."""

    url: str
    sha256: str
    size: int
    withheld: bool


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
    # How we know that the laboratory said so: by its key, or by a log-in.
    signed: bool
    vouched: str
    conclusion: str
    conclusion_look: str
    files: list[ReportFile]


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
    leaf, conclusion = one.report.event.leaf, one.report.body.get("conclusion", "")
    return ReportTable(
        id=one.report.event.leaf.id,
        laboratory=laboratory.name if laboratory else "",
        number=one.report.body.get("report_no", ""),
        day=one.report.day,
        withdrawn=one.report.withdrawn,
        verdict=gettext(VERDICTS[one.verdict]),
        look=_LOOKS[one.verdict],
        rows=result_rows(one.judgements),
        signed=leaf.sig is not None,
        vouched=_vouched(leaf),
        conclusion=word(conclusion) if conclusion else "",
        conclusion_look="badge--signal" if conclusion == "non_conforming" else "",
        files=[_file(leaf, found) for found in leaf.attachments],
    )


def result_rows(judgements: Iterable[Judgement]) -> list[ResultRow]:
    """Put results into rows, each beside its limit."""
    return [_row(judgement) for judgement in judgements]


def verdict_badge(verdict: Verdict) -> tuple[str, str]:
    """Give the look and the words of a verdict."""
    return _LOOKS[verdict], gettext(VERDICTS[verdict])


def _vouched(leaf: Leaf) -> str:
    if leaf.sig:
        return gettext("signed with the laboratory's own key")
    typed = leaf.actor.attested == "account"
    return gettext("typed in by log-in, not signed") if typed else attested(leaf.actor.attested)


def _file(leaf: Leaf, found: Attachment) -> ReportFile:
    lot_id = leaf.entity.partition(":")[2]
    return ReportFile(
        url=reverse("inspection:file", args=[lot_id, leaf.id, found.sha256]),
        sha256=found.sha256,
        size=found.size,
        withheld=not is_kept(found.sha256),
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
