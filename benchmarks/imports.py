"""How a dirty sheet of orders is checked and loaded by the real service, as JSON.

    python -m benchmarks.imports [--rows 200000] [--form gbk|bom|utf16|xlsx] [--seed 1]

The sheet is generated, and of each row it is known what is wrong with it. `missed` counts bad rows that were not named
by line, field and rule, `slandered` good rows that were; `lost` good rows that became no order, `strange` orders that
no good row tells of. `peak_mb` is the most memory that the process held which did the work, `at_rest_mb` what it held
before it had read the file.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from benchmarks import imports_made
from benchmarks.ground import engines, peak_mb, set_up_product

FORMS = (*imports_made.ENCODINGS, "xlsx")


def main() -> None:
    """Make a sheet, load it in a process of its own, compare what came of it with what is known."""
    parser = argparse.ArgumentParser(description="Measure the import of orders.")
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--form", choices=FORMS, default="gbk")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--file", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.file:
        print(json.dumps(_worked(Path(asked.file))))
        return
    with engines(), TemporaryDirectory() as folder:
        set_up_product()
        # After Django is set up: they import the product.
        from benchmarks import imports_found, imports_ground  # noqa: PLC0415

        imports_ground.make()
        file = Path(folder) / f"orders.{asked.form}"
        file.write_bytes(imports_made.file_of(imports_made.rows(asked.rows, seed=asked.seed), asked.form))
        command = [sys.executable, "-m", "benchmarks.imports", "--file", str(file)]
        # No integrator empties the outbox here, so that it must hold all.
        room = os.environ | {"OUTBOX_LIMIT": str(asked.rows + 4096)}
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=room)
        found = imports_found.compared(imports_made.rows(asked.rows, seed=asked.seed))
    figures = {"rows": asked.rows, "form": asked.form, **json.loads(done.stdout), **found}
    print(json.dumps(figures, indent=1))


def _worked(file: Path) -> dict[str, Any]:
    import django  # noqa: PLC0415 - after the addresses are in the environment

    django.setup()
    from accounts.models import Membership  # noqa: PLC0415
    from benchmarks.imports_ground import SUMMER  # noqa: PLC0415
    from traceability.services.imports import jobs  # noqa: PLC0415

    seller = Membership.objects.select_related("organisation", "user").get()
    rest, data = peak_mb(), file.read_bytes()
    begun = time.perf_counter()
    sent = jobs.SentSheet(id=uuid4(), kind="orders", file_name=file.name, data=data)
    made = jobs.take(sent=sent, membership=seller, at=SUMMER)
    taken = time.perf_counter()
    jobs.run(made.pk, clock=lambda: SUMMER)
    checked, peak = time.perf_counter(), peak_mb()
    jobs.load(sheet_import=made, membership=seller, at=SUMMER)
    jobs.run(made.pk, clock=lambda: SUMMER)
    return {
        "file_mb": round(len(data) / (1 << 20), 1),
        "take_seconds": round(taken - begun, 1),
        "check_seconds": round(checked - taken, 1),
        "load_seconds": round(time.perf_counter() - checked, 1),
        "cpu_seconds": round(time.process_time(), 1),
        "at_rest_mb": rest,
        "checked_peak_mb": peak,
        "peak_mb": peak_mb(),
    }


if __name__ == "__main__":
    main()
