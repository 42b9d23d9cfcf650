"""What became of a made-up sheet of orders, row by row, beside what is known of each row."""

import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import Any

from benchmarks.imports_made import Made
from orders.models import OrderLine
from traceability.models import SheetImport

# The heading stands on the first line.
FIRST_LINE = 2


def compared(made: Iterable[Made]) -> dict[str, Any]:
    """Count what was named and loaded, and what should have been."""
    rows = list(made)
    (found,) = SheetImport.objects.all()
    named = Counter((one["line"], one["field"], one["rule"]) for one in found.problems)
    expected = Counter(
        (line, row.fault.field, row.fault.rule) for line, row in enumerate(rows, FIRST_LINE) if row.fault
    )
    good = {row.cells["number"]: row.grams for row in rows if row.fault is None}
    lines = OrderLine.objects.filter(order__external_id__startswith="TB-").values_list("order__external_id", "kg")
    orders = {number: int(1000 * kg) for number, kg in lines.iterator()}
    return {
        "state": found.state,
        "bad": expected.total(),
        "missed": (expected - named).total(),
        "slandered": len({line for line, _, _ in named} - {line for line, _, _ in expected}),
        "misquoted": sum(1 for one in found.problems if not _quotes(one, rows[one["line"] - FIRST_LINE])),
        "good": len(good),
        "loaded": found.loaded,
        "lost": len(good.items() - orders.items()),
        "strange": len(orders.items() - good.items()),
        "counted_all": found.rows == found.good + len({one["line"] for one in found.problems}) == len(rows),
    }


def _quotes(problem: dict[str, Any], row: Made) -> bool:
    """Tell whether a problem shows the cell that it names."""
    cell = unicodedata.normalize("NFKC", row.cells.get(problem["field"], "")).strip()
    return bool(problem["value"] == cell[:60])
