"""Processes of a test's own, on the database and keys of the test."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
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


def wait_until(holds: Callable[[], bool], *, what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"not after {PATIENCE} s: {what}"
        time.sleep(0.05)
