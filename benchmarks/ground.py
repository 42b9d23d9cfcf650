"""What benchmarks stand on: real engines in a folder that goes away."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from scripts import engines as wheels


@contextlib.contextmanager
def engines() -> Iterator[wheels.Engines]:
    """Start PostgreSQL and Valkey for one benchmark, and remove them with their data at its end."""
    folder = Path(tempfile.mkdtemp(prefix="suyuan-bench-"))
    folder.chmod(0o755)  # PostgreSQL runs as another user where the benchmark runs as root
    try:
        with wheels.running(folder) as running:
            yield running
    finally:
        shutil.rmtree(folder, ignore_errors=True)
