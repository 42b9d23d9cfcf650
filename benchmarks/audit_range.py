"""Audit a range of the log's entries in a process of its own, and print how long it took and how much memory.

python -m benchmarks.audit_range FIRST END
"""

import json
import os
import resource
import sys
import time


def main() -> None:
    """Check stored bytes, columns, chains and tree of the range; fail where anything is found."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    import django  # noqa: PLC0415

    django.setup()
    from traceability.services.checks import tree  # noqa: PLC0415 - after the set-up
    from traceability.services.fsck import Fsck  # noqa: PLC0415

    first, end = map(int, sys.argv[1:3])
    start = time.perf_counter()
    faults = list(Fsck(thorough=False, files=False).check_entries(first, end, before=tree.stored_frontier(first)))
    seconds = time.perf_counter() - start
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak_mb": round(peak_mb), "faults": len(faults)}))
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
