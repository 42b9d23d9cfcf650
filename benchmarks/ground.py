"""What benchmarks stand on: real engines in a folder that goes away, and the product set up on them."""

import contextlib
import io
import os
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
            os.environ |= dict(running.environ) | {"SUYUAN_VAR": str(folder / "var"), "DEBUG": "0"}
            yield running
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def set_up_product() -> None:
    """Set Django up on the engines of the environment, migrate, and make the keys. Call it once, inside `engines`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    import django  # noqa: PLC0415 - after the addresses are in the environment
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    call_command("migrate", database="owner", verbosity=0, interactive=False)
    call_command("make_keys", verbosity=0, stdout=io.StringIO())


def peak_mb() -> int:
    """Give the most memory that this process held, in MB; what its parent held before it was started does not count."""
    said = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines())
    return int(said["VmHWM"].split()[0]) // 1024
