"""File systems of some megabytes that are really full, under what the product writes to. Root may mount them.

    SUYUAN_FULL_DISKS=1 python -m pytest -n 0 -s tests/faults/test_full_disks.py

`test_storm.py` plays the same with an error in place of a disk, for every machine.
"""

import contextlib
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.faults.processes import wait_until
from tests.faults.stage import Stage, folder_for_engines
from tests.faults.test_storm import capture, storm
from traceability.models import Finding

FOLDERS = ("attachments", "public", "var")

pytestmark = [
    pytest.mark.faults,
    pytest.mark.slow,
    pytest.mark.skipif("SUYUAN_FULL_DISKS" not in os.environ, reason="asks for SUYUAN_FULL_DISKS=1, and root"),
    pytest.mark.usefixtures("django_db_setup"),
]


class StageOnDisks(Stage):
    """A stage some of whose folders are file systems of their own; beat's schedule lies on one, too."""

    def __init__(self, folder: Path, blocker: DjangoDbBlocker, disks: dict[str, str]) -> None:
        super().__init__(folder, blocker)
        self._disks, self._mounts = disks, contextlib.ExitStack()

    def __enter__(self) -> Self:
        with self._mounts as mounts:
            for name, size in self._disks.items():
                mounts.enter_context(mounted(self.folder / name, size=size))
            super().__enter__()
            self._mounts = mounts.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        with self._mounts:
            super().__exit__(*error)

    def _environ(self) -> dict[str, str]:
        return super()._environ() | ({"SUYUAN_VAR": str(self.folder / "var")} if "var" in self._disks else {})


@contextlib.contextmanager
def mounted(path: Path, *, size: str) -> Iterator[None]:
    path.mkdir()
    path.chmod(0o755)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=755", "tmpfs", path], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", path], check=True)


@contextlib.contextmanager
def filled(folder: Path) -> Iterator[None]:
    """Take all the room that there is, to the last byte."""
    junk = folder / "junk"
    with junk.open("ab", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            with contextlib.suppress(OSError):
                while True:
                    file.write(bytes(size))
    yield
    junk.unlink()


def test_full_disks_of_files_stop_what_needs_a_file(django_db_blocker: DjangoDbBlocker) -> None:
    disks = dict.fromkeys(FOLDERS, "4m")
    with folder_for_engines() as folder, StageOnDisks(folder, django_db_blocker, disks) as stage:
        with storm(stage) as crowd, contextlib.ExitStack() as stack:
            for name in FOLDERS:
                stack.enter_context(filled(folder / name))
            crowd.goes_on()
            assert capture(stage, events=1).status == 503
            # A part that cannot keep its notes goes on without, and one that ended begins.
            stage.kill("beat")
            stage.revive("beat")
            with stage.database():
                wait_until(lambda: Finding.objects.filter(rule="publish").exists(), what="somebody is told")
        assert capture(stage, events=1).status == 202
        assert list(folder.rglob("*.part")) == []


def test_a_full_disk_of_the_database_stops_everybody_and_loses_nothing(django_db_blocker: DjangoDbBlocker) -> None:
    disks = {"engines": "150m"}
    with folder_for_engines() as folder, StageOnDisks(folder, django_db_blocker, disks) as stage, storm(stage) as crowd:
        with filled(folder / "engines"):
            wait_until(lambda: crowd.tally.statuses()["503"] >= 50, what="clients are told to come again")
            # Long enough for all parts to run against the wall.
            time.sleep(20)
        assert stage.are_running()
