"""A made-up market as rows of the database, and what reading and matching it takes there.

Run as a module it measures a market whose rows another process wrote, so that its peak is that of the work alone.
"""

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.ground import engines, peak_mb, set_up_product
from orders.matching import Market, again, match

if TYPE_CHECKING:
    from orders.models import Product

_SHAKES = 4


@dataclass(frozen=True, slots=True)
class _Spent:
    """What one product took, in seconds, and what came out."""

    read: float
    matched: float
    cpu: float
    outcome: bytes


def measured(markets: Sequence[Market]) -> dict[str, Any]:
    """Start engines, write the markets as rows, and measure in a process of its own."""
    with engines():
        set_up_product()
        # After Django is set up: it imports the product.
        from benchmarks import matching_written  # noqa: PLC0415

        matching_written.write(markets)
        command = [sys.executable, "-m", "benchmarks.matching_rows"]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        found: dict[str, Any] = json.loads(done.stdout)
        return found


def main() -> None:
    """Match every product from its rows, then once more after each of some changes of its plans."""
    import django  # noqa: PLC0415 - after the addresses are in the environment

    django.setup()
    from orders.models import Product  # noqa: PLC0415

    products = list(Product.objects.order_by("pk"))
    spent = [_spent(product) for product in products]
    peak = peak_mb()
    again_ms = sorted(
        round(1000 * took, 1)
        for product, one in zip(products, spent, strict=True)
        for took in _replanned(product, one.outcome)
    )
    figures = {
        "kg": sum(json.loads(one.outcome)["grams"] for one in spent) // 1000,
        "read_seconds": round(sum(one.read for one in spent), 3),
        "match_seconds": round(sum(one.matched for one in spent), 3),
        "seconds": round(sum(one.read + one.matched for one in spent), 3),
        "cpu_seconds": round(sum(one.cpu for one in spent), 3),
        "peak_mb": peak,
        "replan_ms_p50": again_ms[len(again_ms) // 2],
        "replan_ms_p95": again_ms[95 * (len(again_ms) - 1) // 100],
    }
    print(json.dumps(figures))


def _spent(product: "Product") -> _Spent:
    from orders.queries.market import ground_of  # noqa: PLC0415

    begun, worked = time.perf_counter(), time.process_time()
    ground = ground_of(product)
    between = time.perf_counter()
    outcome = again.outcome(ground.inputs)
    ended = time.perf_counter()
    return _Spent(between - begun, ended - between, time.process_time() - worked, outcome)


def _replanned(product: "Product", outcome: bytes) -> list[float]:
    """Let one plan in twenty lose a third, keep what was matched, and match: what the solving took, each time."""
    from orders.queries.market import ground_of  # noqa: PLC0415

    said = json.loads(ground_of(product).inputs)
    said["kept"] = json.loads(outcome)["allocations"]
    took = []
    for shake in range(_SHAKES):
        rows = [
            [*row[:6], 2 * row[6] // 3, *row[7:]] if place % 20 == shake else row
            for place, row in enumerate(said["supplies"])
        ]
        inputs = again.write({**said, "supplies": rows})
        market, rules = again.market_of(inputs)
        begun = time.perf_counter()
        match(market, rules, prove=False)
        took.append(time.perf_counter() - begun)
    return took


if __name__ == "__main__":
    main()
