"""How long a night takes: so many generated farms re-scored and watched through the database, as the nightly task does.

    python -m benchmarks.scores_watched [--farms 100000] [--loans 5000]

Prints one line of JSON. All farms and loans are generated; rows are loaded straight, and the log is not asked.
`rescore_seconds` reads every farm's newest score, scores it by the card and writes what came out (`_again` where
nothing changed); `watch_seconds` is the whole task: that, and the reports on calibration, drift and fairness, which
took `reports_seconds`.
"""

import argparse
import json
import os
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from benchmarks.ground import engines, peak_mb, set_up_product


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--farms", type=int, default=100_000)
    parser.add_argument("--loans", type=int, default=5_000)
    asked = parser.parse_args()
    # To load so many rows takes longer than a statement may take in the product.
    os.environ.setdefault("STATEMENT_SECONDS", "600")
    with engines():
        set_up_product()
        figures = measured(asked.farms, asked.loans)
    print(json.dumps({"generated": True, **figures}))


def measured(farms: int, loans: int) -> dict[str, object]:
    """Load the farms, and let the night run twice."""
    # After Django is set up: these import the product.
    from benchmarks import scores_watched_made as made  # noqa: PLC0415
    from finance.models import ShadowScore  # noqa: PLC0415
    from finance.services import monitoring, rescoring  # noqa: PLC0415
    from tests.factories.lending import NOW  # noqa: PLC0415

    loaded, row = _timed(lambda: made.load(farms, loans))
    first, _ = _timed(lambda: rescoring.rescore(row, at=NOW))
    again, _ = _timed(lambda: rescoring.rescore(row, at=NOW + timedelta(hours=1)))
    watched, reports = _timed(lambda: monitoring.watch(row, day=NOW.date(), at=NOW))
    return {
        "farms": farms,
        "loans": loans,
        "load_seconds": loaded,
        "rescored": ShadowScore.objects.count(),
        "rescore_seconds": first,
        "rescore_again_seconds": again,
        "watch_seconds": watched,
        "reports_seconds": round(watched - again, 2),
        "reports": {str(one.kind): one.alarm for one in reports},
        "peak_mb": peak_mb(),
    }


def _timed(what: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.perf_counter()
    found = what()
    return round(time.perf_counter() - begun, 2), found


if __name__ == "__main__":
    main()
