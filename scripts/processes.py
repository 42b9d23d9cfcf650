"""Processes that run together: started one by one, watched, and stopped in the opposite order."""

import contextlib
import json
import os
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

STOP_SECONDS = 40
TAIL_LINES = 15


class ProcessEndedError(RuntimeError):
    """A process ended that should go on, or did not do its work; the text holds the end of its log."""


@dataclass(frozen=True, slots=True)
class Member:
    """A process with its log, and where in the log this run begins."""

    name: str
    process: "subprocess.Popen[bytes]"
    log: Path
    log_start: int

    def written(self) -> str:
        """Give what this run has written to its log."""
        with self.log.open("rb") as log:
            log.seek(self.log_start)
            return log.read().decode(errors="replace")

    def stop(self) -> None:
        """Ask the process to end, and end it when it does not."""
        self.process.terminate()
        try:
            self.process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Troupe:
    """Members that live and end together; a file keeps their numbers, in case this run is killed first."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        """Keep logs and numbers under a folder; every member gets the environment as it is when it starts."""
        self._logs = folder / "log"
        self._logs.mkdir(parents=True, exist_ok=True)
        self._numbers = folder / "processes.json"
        self._environ = environ
        self._members: list[Member] = []
        self._watched: dict[str, subprocess.Popen[bytes]] = {}
        self._stop_leftovers()

    def start(self, name: str, *command: str) -> Member:
        """Start a member in a session of its own, where Ctrl-C does not reach it."""
        log = self._logs / f"{name}.log"
        log.touch()
        start = log.stat().st_size
        with log.open("ab") as output:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self._environ,
                start_new_session=True,
            )
        member = Member(name, process, log, start)
        self._members.append(member)
        self._write_numbers()
        return member

    def watch(self, name: str, process: "subprocess.Popen[bytes]") -> None:
        """Miss a process, too, that somebody else starts and stops."""
        self._watched[name] = process

    def check(self) -> None:
        """Raise ProcessEndedError when a member has ended."""
        for name, process in self._watched.items():
            if process.poll() is not None:
                raise ProcessEndedError(f"{name} ended; logs are in {self._logs}")
        for member in self._members:
            code = member.process.poll()
            if code is not None:
                raise ProcessEndedError(f"{member.name} ended with code {code}{_tail(member.written())}")

    def wait_until(self, ready: Callable[[], bool], what: str, *, seconds: float = 60) -> None:
        """Wait until something holds, as long as all members live."""
        deadline = time.monotonic() + seconds
        while not ready():
            self.check()
            if time.monotonic() > deadline:
                raise ProcessEndedError(f"{what}: not ready after {seconds:g} s; logs are in {self._logs}")
            time.sleep(0.05)

    def run(self, *command: str) -> None:
        """Run a command to its end on this terminal, as long as all members live."""
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, env=self._environ, start_new_session=True)
        try:
            while process.poll() is None:
                self.check()
                time.sleep(0.05)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
        if process.returncode:
            raise ProcessEndedError(f"{' '.join(command)}: ended with code {process.returncode}")

    def ask(self, *command: str) -> str:
        """Run a command and give what it prints."""
        result = subprocess.run(
            command, stdin=subprocess.DEVNULL, env=self._environ, capture_output=True, text=True, check=False
        )
        if result.returncode:
            raise ProcessEndedError(f"{' '.join(command)}: ended with code {result.returncode}{_tail(result.stderr)}")
        return result.stdout

    def stop(self) -> None:
        """Stop all members, the one that started last first."""
        while self._members:
            self._members.pop().stop()
        self._numbers.unlink(missing_ok=True)

    def _write_numbers(self) -> None:
        numbers = [
            (member.process.pid, psutil.Process(member.process.pid).create_time())
            for member in self._members
            if member.process.poll() is None
        ]
        draft = self._numbers.with_suffix(".draft")
        draft.write_text(json.dumps(numbers))
        draft.replace(self._numbers)

    def _stop_leftovers(self) -> None:
        if not self._numbers.exists():
            return
        found = []
        for number, created in json.loads(self._numbers.read_text()):
            with contextlib.suppress(psutil.Error):
                process = psutil.Process(number)
                # A number is given again to another program; the moment of its start is not.
                if process.create_time() == created:
                    process.terminate()
                    found.append(process)
        for process in found:
            if not has_ended(process, within=STOP_SECONDS):
                process.kill()
        self._numbers.unlink()


def has_ended(process: psutil.Process, *, within: float) -> bool:
    """Wait for a process that is not our child, and say whether it has ended.

    One whose parent has not asked for its end yet has ended all the same; psutil's own wait would go on waiting.
    """
    deadline = time.monotonic() + within
    with contextlib.suppress(psutil.NoSuchProcess):
        while process.status() != psutil.STATUS_ZOMBIE:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
    return True


def _tail(text: str) -> str:
    lines = text.rstrip().splitlines()[-TAIL_LINES:]
    return os.linesep.join(["; the end of its log:", *(f"    {line}" for line in lines)]) if lines else ""
