"""Audit a range of the log's entries in a process of its own, and print how long it took and how much memory.

python -m benchmarks.audit_range FIRST END
"""

import json
import os
import sys
import time
from pathlib import Path


def main() -> None:
    """Check stored bytes, columns, chains and tree of the range; fail where anything is found."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    import django  # noqa: PLC0415

    django.setup()
    from traceability.services.checks import tree  # noqa: PLC0415 - after the set-up
    from traceability.services.fsck import Fsck  # noqa: PLC0415

    first, end = map(int, sys.argv[1:3])
    start, worked = time.perf_counter(), time.process_time()
    faults = list(Fsck(thorough=False, files=False).check_entries(first, end, before=tree.stored_frontier(first)))
    seconds, cpu = time.perf_counter() - start, time.process_time() - worked
    print(json.dumps({"seconds": seconds, "cpu_seconds": cpu, "peak_mb": round(_peak_mb()), "faults": len(faults)}))
    sys.exit(bool(faults))


def _peak_mb() -> float:
    # Not `getrusage`, which counts the memory of the process that started this one until it became another program.
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["VmHWM"].split()[0]) / 1024


if __name__ == "__main__":
    main()
