"""Processes of a test's own, on the database and keys of the test."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
# What a test waits for at most; a busy machine is slow, and a fault would wait for ever.
PATIENCE = 120.0


def environ(**more: str) -> dict[str, str]:
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
        "SUYUAN_TEST_KEYS": str(Path(settings.LOG_KEY_FILE).parent),
        **more,
    }


def start(*command: str, env: Mapping[str, str] | None = None, told: int = subprocess.PIPE) -> "subprocess.Popen[str]":
    """Start a Python program of the project.

    One that may say much goes without a pipe (DEVNULL): nobody empties it before the end, and who writes to a full one
    stands still.
    """
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", *command],
        cwd=ROOT,
        env=env or environ(),
        stdout=told,
        stderr=told,
        text=True,
    )


def stop(process: "subprocess.Popen[str]") -> str:
    """Ask a process to end, and give what it wrote to its standard error."""
    process.terminate()
    _, written = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, written
    return written


class Nursery:
    """Runs programs of this folder one after the other, each in a process forked from one that has Django set up."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdin
        assert process.stdout
        self._asked, self._told = process.stdin, process.stdout

    def run(self, *words: str) -> tuple[int, list[str]]:
        """Run a program to its end, and give its code and the words that it wrote."""
        self._asked.write(f"{json.dumps(words)}\n")
        self._asked.flush()
        said: list[str] = []
        for line in self._told:
            if line.startswith("ended "):
                return int(line.removeprefix("ended ")), said
            said += line.split()
        raise AssertionError("the nursery itself has ended")


@contextmanager
def nursery() -> Iterator[Nursery]:
    # Errors go where the test's own go: pytest shows them where it fails.
    command = [sys.executable, "-W", "ignore", "-m", "tests.faults", "nursery"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, env=environ(), stdin=pipe, stdout=pipe, text=True) as process:
        yield Nursery(process)


def wait_until(holds: Callable[[], bool], *, what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"not after {PATIENCE} s: {what}"
        time.sleep(0.05)
