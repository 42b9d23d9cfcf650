"""A recomputed score in lines for the terminal."""

from collections.abc import Sequence

from traceability.ledger.scores.figures import Figure
from traceability.ledger.scores.variables import NumberVariable, decimal_of
from traceability.ledger.scores.verify import ScoreReport, verify_score


def score_lines(data: bytes, vkeys: Sequence[str]) -> list[str]:
    """Verify an evidence file and say what it shows. Raises ScoreError naming the part that failed."""
    report = verify_score(data, vkeys=vkeys)
    record = report.record
    lines = [
        f"OK: {_outcome(report)}, recomputed from {report.records} records",
        f"subject    {record['subject']} as of {record['as_of']}, by {record['consent']}",
        f"card       {report.card.name} ({report.card.kind}) {report.card.id}",
        f"log        {report.origin}, {report.size} entries, root {report.root}",
        f"checked    {report.openings} disclosed fields, evidence root {record['evidence_root']}",
        f"signed by  {', '.join(report.score_vkeys)}",
    ]
    overlay = report.judged.levels.overlay
    if overlay:
        lines.append(f"overlay    {overlay.points:+d} points for everybody until {overlay.until}: {overlay.reason}")
    if report.judged.levels and report.judged.chance is not None:
        lines.append(f"default    {report.judged.chance / 100:.2f} % by what outcomes and overlay say")
    if report.policy_keys_only:
        lines += [
            "WARNING: the log's key was taken from the file itself. Compare it with one that you know otherwise:",
            *(f"  {vkey}" for vkey in report.vkeys),
        ]
    return [*lines, "", *_figure_lines(report), "", "Not claimed:", *(f"  - {one}" for one in report.not_claimed)]


def _outcome(report: ScoreReport) -> str:
    judged = report.judged
    if judged.scored is None:
        return f"no score ({judged.outcome}: {', '.join(judged.gate)})"
    return f"score {judged.scored.score}, grade {judged.scored.grade}, range {judged.low} to {judged.high}"


def _figure_lines(report: ScoreReport) -> list[str]:
    points = {one.name: one.points for one in report.judged.scored.bins} if report.judged.scored else {}
    places = {one.name: one.places for one in report.card.variables if isinstance(one, NumberVariable)}
    return [
        f"  {name:<22} {_number(figure, places.get(name, 0)):>12}  "
        f"{f'{points[name]:+d} points' if name in points else '':<12} {len(figure.events)} records"
        for name, figure in report.judged.features.figures.items()
    ]


def _number(figure: Figure, places: int) -> str:
    return "-" if figure.number is None else decimal_of(figure.number, places)
