"""What was loaded and what it comes to, as tables for a console."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from rich.console import RenderableType
from rich.table import Table

from accounts.enums import Provenance
from config.demo.published import Taken
from config.demo.verdict import Finding
from traceability.enums import RunState
from traceability.models import Lot, LotLink, VerificationRun
from traceability.standards.judgement import VERDICTS, Judgement


def published_table(taken: Sequence[Taken]) -> Table:
    """Sum up the published documents, by the folder that they came from."""
    table = Table(
        "published by", "documents", "events", "captured", "sent again", "conflicts", "refused",
        title="Published EPCIS documents", title_justify="left",
    )  # fmt: skip
    for folder in sorted({one.folder for one in taken}):
        _add(table, folder, [one for one in taken if one.folder == folder])
    _add(table, "all", taken)
    return table


def _add(table: Table, name: str, taken: Sequence[Taken]) -> None:
    table.add_row(
        name,
        str(len(taken)),
        str(sum(one.events for one in taken)),
        str(sum(one.captured for one in taken)),
        str(sum(one.repeats for one in taken)),
        str(sum(len(one.conflicts) for one in taken)),
        str(sum(len(one.refusals) for one in taken)),
    )


def published_notes(taken: Sequence[Taken]) -> list[str]:
    """Say which events were not captured, and why."""
    notes = [
        f"{one.source.name}: the eventID {event_id} is another event's already (409)"
        for one in taken
        for event_id in one.conflicts
    ]
    return notes + [f"{one.source.name}: {refusal}" for one in taken for refusal in one.refusals]


def figures() -> dict[str, int]:
    """Count what the published documents led to."""
    examples = Lot.objects.filter(registrant__provenance=Provenance.EXAMPLE)
    return {
        "items": examples.count(),
        "of which lots": examples.filter(kind="LOT").count(),
        "links of genealogy": LotLink.objects.filter(product__in=examples).count(),
    }


def findings_table(findings: Iterable[Finding]) -> Table:
    """Show each lot that was tested beside its verdict, and the result that comes closest to its limit."""
    table = Table(
        "lot", "product", "produced", "verdict", "closest to its limit", title="Lots judged", title_justify="left"
    )
    for one in findings:
        judgements = [judgement for report in one.judged.reports for judgement in report.judgements]
        produced = one.lot.produced_on.isoformat() if one.lot.produced_on else ""
        table.add_row(one.lot.code, one.lot.product_name, produced, VERDICTS[one.judged.verdict], _closest(judgements))
    return table


def _closest(judgements: Iterable[Judgement]) -> str:
    compared = [one for one in judgements if one.limit and one.compared and not one.reason]
    closest = max(compared, key=_share, default=None)
    if closest is None or closest.limit is None:
        return ""
    limit = closest.limit
    amount = f"{closest.compared} of {limit.limit} {limit.unit} ({_share(closest):.0%})"
    return f"{limit.analyte} {amount}, {limit.standard}"


def _share(judgement: Judgement) -> Decimal:
    if judgement.limit is None or judgement.compared is None:
        return Decimal(0)
    return judgement.compared / judgement.limit.limit


def pages_table(pages: Iterable[Mapping[str, str]]) -> Table:
    """List what is worth looking at."""
    table = Table("page", "address", title="Where to look", title_justify="left")
    for page in pages:
        table.add_row(page["title"], page["path"])
    return table


def accounts_table(accounts: Iterable[Mapping[str, str]]) -> Table:
    """List the log-ins."""
    table = Table("acts for", "role", "phone", "password", title="Demonstration log-ins", title_justify="left")
    for account in accounts:
        table.add_row(account["organisation"], account["role"], account["phone"], account["password"])
    return table


def verdict_line(run: VerificationRun) -> RenderableType:
    """Say what the verification of everything came to."""
    if run.state == RunState.CLEAN:
        text = f"The chain verifies: {run.entries} records, {run.rows} histories with their rows, nothing found"
        return f"[green]✓[/green] {text} ({run.seconds:.2f} s)."
    return f"[red]✗[/red] The chain does not verify: {run.get_state_display()}. {run.detail}"
