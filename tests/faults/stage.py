"""The whole product on engines of the test's own, with a network between its parts that can be spoilt."""

import contextlib
import ctypes
import http.client
import io
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test import override_settings
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from benchmarks.storm_people import Farm
from benchmarks.storm_world import make_farm
from scripts import engines
from scripts.engines import free_port
from tests import databases
from tests.faults.broker import Broker
from tests.faults.processes import ROOT, wait_until
from tests.faults.proxies import Proxy

ROLES = ("web", "worker", "beat", "integrate", "publish")
_READY = {"publish": "ready", "integrate": "ready", "worker": " ready.", "beat": "beat: Starting"}
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)
_SOCKET = ".s.PGSQL.5432"


class Stage:
    """Parts started by the project's own script; `address` is where clients ask, through a network."""

    def __init__(self, folder: Path, blocker: DjangoDbBlocker) -> None:
        self.folder, self._blocker = folder, blocker
        self._stack = contextlib.ExitStack()
        self._parts: dict[str, subprocess.Popen[bytes]] = {}
        self._engines = contextlib.ExitStack()
        self.farms: list[Farm] = []

    def __enter__(self) -> Self:
        with self._stack as stack:
            self._set_up(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stack.close()

    def _set_up(self, stack: contextlib.ExitStack) -> None:
        stack.callback(self._engines.close)
        self.start_database()
        databases.copy_tables(self._cluster)
        self.broker = Broker(self.folder)
        self.broker.start()
        stack.callback(self.broker.kill)
        (self.folder / "network").mkdir()
        real = Path(self.admin_url.partition("host=")[2]) / _SOCKET
        self.to_database = self._network(stack, real, path=self.folder / "network" / _SOCKET)
        self.to_broker = self._network(stack, ("127.0.0.1", self.broker.port))
        self._web_port = free_port()
        self.to_web = self._network(stack, ("127.0.0.1", self._web_port))
        self.address = ("127.0.0.1", self.to_web.port)
        self.env = self._environ()
        with self.database():
            call_command("make_keys", stdout=io.StringIO())
            self.farms = [make_farm(number, at=timezone.now()) for number in range(3)]
        stack.callback(self._stop_all)
        for role in ROLES:
            self.start(role)
        for role in ROLES:
            self.wait_for(role)

    def _network(self, stack: contextlib.ExitStack, target: "tuple[str, int] | Path", **place: Path) -> Proxy:
        made = Proxy(target, **place)
        stack.callback(made.close)
        return made

    def _environ(self) -> dict[str, str]:
        return os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.faults.stage_settings",
            "SUYUAN_STAGE": str(self.folder),
            "SUYUAN_VAR": str(self.folder),
            "SUYUAN_TEST_KEYS": str(self.folder / "keys"),
            "DATABASE_URL": f"postgresql://{engines.APP}@/suyuan?host={self.folder / 'network'}",
            "DATABASE_OWNER_URL": f"postgresql://{engines.OWNER}@/suyuan?host={self.folder / 'network'}",
            "REDIS_URL": f"redis://127.0.0.1:{self.to_broker.port}/0",
            "WEB_BIND": f"127.0.0.1:{self._web_port}",
            "WEB_WORKERS": "1",
            "WEB_THREADS": "8",
            "WORKER_PROCESSES": "2",
            "PYTHONWARNINGS": "ignore",
        }

    def start_database(self) -> None:
        """Start PostgreSQL, the first time or again, on the same data and at the same place."""
        guarded = engines.guarded(self.folder / "engines", quick=True)
        self._cluster = self._engines.enter_context(guarded).engines

    @property
    def admin_url(self) -> str:
        return self._cluster.admin_url

    def stop_database(self) -> None:
        """Stop PostgreSQL as an operator would: it breaks off what runs."""
        self._engines.close()

    def start(self, role: str) -> None:
        log = (self.folder / f"{role}.log").open("ab")
        with log:
            self._parts[role] = subprocess.Popen(
                [str(ROOT / "docker" / "entrypoint"), role],
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - one call into the kernel, which takes no lock
            )

    def kill(self, role: str) -> None:
        """SIGKILL a part and all its children: their process group is their own."""
        process = self._parts.pop(role)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def revive(self, role: str) -> None:
        """Start a part again that was killed, as its supervisor would, and wait until it works."""
        before = len(self.written(role))
        self.start(role)
        self.wait_for(role, since=before)

    def wait_for(self, role: str, *, since: int = 0) -> None:
        def works() -> bool:
            assert self._parts[role].poll() is None, self.written(role)[-2000:]
            return self._is_alive() if role == "web" else _READY[role] in self.written(role)[since:]

        wait_until(works, what=f"{role} works")

    def are_running(self) -> bool:
        """Whether every part is still the process that was started last."""
        return all(process.poll() is None for process in self._parts.values())

    def written(self, role: str) -> str:
        return (self.folder / f"{role}.log").read_text(errors="replace")

    def keep_logs(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for role in ROLES:
            shutil.copy(self.folder / f"{role}.log", folder)

    def _is_alive(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self._web_port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _stop_all(self) -> None:
        for process in self._parts.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def superuser(self) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(self.admin_url, dbname="suyuan", autocommit=True)

    @contextlib.contextmanager
    def database(self) -> Iterator[None]:
        """Let this process's own Django work on the stage's database, past the network, with the stage's files."""
        connection = connections["default"]
        place = {"NAME": "suyuan", "HOST": self.admin_url.partition("host=")[2]}
        before = {name: connection.settings_dict[name] for name in place}
        with self._blocker.unblock(), override_settings(**_files(self.folder)):
            connection.close()
            connection.settings_dict.update(place)
            try:
                yield
            finally:
                connection.close()
                connection.settings_dict.update(before)


def _die_with_parent() -> None:
    # A test run that is killed itself must not leave a product behind.
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _files(folder: Path) -> dict[str, Any]:
    """Give the settings that say where the stage's keys and files lie: those of stage_settings."""
    backend = "traceability.attachment_storage.WholeFiles"
    folders = {name: {"BACKEND": backend, "OPTIONS": {"location": folder / name}} for name in ("attachments", "public")}
    return {
        "STORAGES": settings.STORAGES | folders,
        "LOG_KEY_FILE": folder / "keys" / "log.key",
        "VAULT_KEY_FILE": folder / "keys" / "vault.keys",
    }


@contextlib.contextmanager
def folder_for_engines() -> Iterator[Path]:
    # Not pytest's own folder: PostgreSQL runs as another user where the tests run as root, and may not enter that one.
    name = tempfile.mkdtemp(prefix="suyuan-stage-")
    Path(name).chmod(0o755)
    try:
        yield Path(name)
    finally:
        shutil.rmtree(name, ignore_errors=True)
