"""The ledger's own figures, as JSON, each beside its bound from the same run.

    python -m benchmarks.ledger [--part NAME ...] [--leaves 1000000]

Parts: canonicalise, append, batches, log (integrate, proofs, audits on a large log), bundle. Figures are medians; the
machine is shared, so the ratio to the bound says more than the figure.
"""

import argparse
import json
import os

from benchmarks import limits
from benchmarks.ground import engines, set_up_product

PARTS = ("canonicalise", "bundle", "log", "append", "batches")


def main() -> None:
    """Measure the parts that are asked for, and print one JSON object."""
    parser = argparse.ArgumentParser(description="Measure the ledger.")
    parser.add_argument("--part", action="append", choices=PARTS, help="only this part; may be given several times")
    parser.add_argument("--leaves", type=int, default=1_000_000, help="size of the large log")
    asked = parser.parse_args()
    with engines():
        bounds = limits.measure(os.environ["DATABASE_OWNER_URL"])
        set_up_product()
        # After Django is set up: the parts import the product.
        from benchmarks import ledger_parts  # noqa: PLC0415

        figures = {name: ledger_parts.measure(name, bounds, asked.leaves) for name in asked.part or PARTS}
    print(json.dumps({"limits": bounds, **figures}, indent=1))


if __name__ == "__main__":
    main()
