"""How fast a lot is traced both ways, and how fast its page is, as JSON beside the machine's limits of the same run.

    python -m benchmarks.trace [--events 100000]

Three grounds, generated and loaded as the services would have written their rows: a trade of so many events (three
quarters of them on lots and processes), 10,000 lots at depth 10, and one lot in 1,300 packages.
"""

import argparse
import json
import os

from benchmarks import limits
from benchmarks.ground import engines, set_up_product


def main() -> None:
    """Measure, and print one JSON object."""
    parser = argparse.ArgumentParser(description="Measure tracing.")
    parser.add_argument("--events", type=int, default=100_000, help="events of the large trade")
    asked = parser.parse_args()
    with engines():
        bounds = limits.measure(os.environ["DATABASE_OWNER_URL"])
        set_up_product()
        # After Django is set up: these import the product.
        from benchmarks import trace_figures  # noqa: PLC0415

        figures = trace_figures.figures(asked.events)
    print(json.dumps({"limits": bounds, **figures}, indent=1))


if __name__ == "__main__":
    main()
