import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from scripts import demo, engines
from tests.architecture.sources import ROOT
from tests.engines import ADMIN

PATIENCE_SECONDS = 60
STAND_IN = ROOT / "tests" / "scripts" / "stand_in.py"
ENGINES = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", ADMIN)


class Demo:
    """The supervisor as a process, with stand-ins for the roles and engines of its own."""

    def __init__(self, var: Path, *arguments: str, **environ: str) -> None:
        self.var = var
        self.output = var / "output"
        entrypoint = var / "entrypoint"
        entrypoint.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{STAND_IN}" "$@"\n')
        entrypoint.chmod(0o755)
        # A port of its own, since several tests may run at once.
        changes = f"demo.ENTRYPOINT = {str(entrypoint)!r}; demo.FIRST_PORT = {engines.free_port()}"
        # And an end of its own when the tests are killed: Linux then sends it SIGTERM (PR_SET_PDEATHSIG).
        bound = "import ctypes; ctypes.CDLL(None).prctl(1, 15)"
        script = f"{bound}; from scripts import demo; {changes}; demo.main()"
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-c", script, *arguments],
                cwd=ROOT,
                env={name: value for name, value in os.environ.items() if name not in ENGINES}
                | {"SUYUAN_VAR": str(var / "var"), **environ},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_for(self, text: str) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while text not in self.output.read_text():
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() < deadline, self.output.read_text()
            time.sleep(0.05)

    def end(self) -> tuple[int, str]:
        return self.process.wait(timeout=PATIENCE_SECONDS), self.output.read_text()

    def role(self, name: str) -> int:
        numbers = json.loads((self.var / "var" / "processes.json").read_text())
        return int(numbers[len(demo.WITNESSES) + demo.ROLES.index(name)][0])

    def left_over(self) -> list[str]:
        return [" ".join(process.cmdline()) for process in _processes_of(self.var)]


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="suyuan-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        yield Path(name)
        for process in _processes_of(Path(name)):
            process.terminate()


def _processes_of(folder: Path) -> list[psutil.Process]:
    return [
        process
        for process in psutil.process_iter(["environ", "status"])
        if (process.info["environ"] or {}).get("SUYUAN_VAR") == str(folder / "var")
        and process.info["status"] != psutil.STATUS_ZOMBIE
    ]


def test_one_round_starts_asks_every_page_and_ends(folder: Path) -> None:
    run = Demo(folder, "--once")

    code, output = run.end()

    assert code == 0, output
    assert "1 pages answer." in output
    assert "+8613800000000" in output
    assert run.left_over() == []


def test_one_round_fails_when_a_page_does(folder: Path) -> None:
    run = Demo(folder, SUYUAN_DEMO_ONCE="1", STAND_IN_BROKEN="/")

    code, output = run.end()

    assert code == 1
    assert "Stopped: /: answered with 500" in output
    assert run.left_over() == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_stops_everything_in_order(folder: Path, number: signal.Signals) -> None:
    run = Demo(folder)
    run.wait_for("Ctrl-C stops it")

    run.process.send_signal(number)
    code, output = run.end()

    assert code == 0
    assert "Stop web, beat, worker, integrate, publish, then witnesses and engines" in output
    assert run.left_over() == []


def test_second_terminal_is_told_how_to_reach_it(folder: Path) -> None:
    run = Demo(folder)
    told = folder / "var/demo.env"
    run.wait_for("Ctrl-C stops it")

    asked = subprocess.run(
        ["sh", "-c", '. "$0"; printf %s "$DATABASE_URL"', str(told)], capture_output=True, text=True, check=True
    )
    mode = told.stat().st_mode & 0o777
    run.process.send_signal(signal.SIGINT)
    run.end()

    assert asked.stdout.startswith("postgresql://suyuan_app@/suyuan?host=")
    assert mode == 0o600
    assert not told.exists()


def test_role_that_ends_ends_everything_and_is_named(folder: Path) -> None:
    run = Demo(folder)
    run.wait_for("Ctrl-C stops it")

    os.kill(run.role("integrate"), signal.SIGKILL)
    code, output = run.end()

    assert code == 1
    assert "Stopped: integrate ended with code -9; the end of its log:" in output
    assert "integrate ready." in output
    assert run.left_over() == []


def test_engine_that_ends_ends_everything(folder: Path) -> None:
    run = Demo(folder)
    run.wait_for("Ctrl-C stops it")

    os.kill(int((folder / "var/valkey/valkey.pid").read_text()), signal.SIGKILL)
    code, output = run.end()

    assert code == 1
    assert "Stopped: PostgreSQL or Valkey ended" in output
    assert run.left_over() == []


def test_killed_supervisor_hinders_no_next_start(folder: Path) -> None:
    killed = Demo(folder)
    killed.wait_for("Ctrl-C stops it")
    killed.process.kill()
    killed.process.wait()

    code, output = Demo(folder, "--once").end()

    assert code == 0, output
    assert killed.left_over() == []


def test_second_supervisor_in_the_same_folder_is_refused(folder: Path) -> None:
    first = Demo(folder)
    first.wait_for("Ctrl-C stops it")
    output = first.output.read_text()

    code, refusal = Demo(folder).end()
    first.process.send_signal(signal.SIGINT)
    first.process.wait(timeout=PATIENCE_SECONDS)

    assert "Ctrl-C stops it" in output
    assert code == 1
    assert "a demonstration runs here already" in refusal
