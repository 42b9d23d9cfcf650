"""A second PostgreSQL that follows the suite's own by streaming replication, made by PostgreSQL's own programs."""

import contextlib
import os
import pwd
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from scripts import engines
from tests.engines import ADMIN
from traceability.postgres_tools import programs

_QUICK = ["-c", "unix_socket_permissions=0700", "-c", "fsync=off"]


@dataclass(frozen=True, slots=True)
class Standby:
    """Where it listens, and its process."""

    host: str
    user: str
    pid: int

    def answers(self) -> None:
        """Connect and ask something. Raises OperationalError while it is not ready."""
        self.ask("SELECT 1")

    def ask(self, query: str) -> object:
        """Run a statement there as the superuser, and give the first column of the first row."""
        with psycopg.connect(host=self.host, user=self.user, dbname="postgres", autocommit=True) as connection:
            row = connection.execute(query).fetchone()
            return row[0] if row else None


@contextlib.contextmanager
def following() -> Iterator[Standby]:
    """Copy the suite's cluster while it works, and let the copy follow it; the copy goes away at the end."""
    primary = conninfo_to_dict(os.environ[ADMIN])
    host, user = str(primary["host"]), str(primary["user"])
    if not host.startswith("/"):
        pytest.skip("the suite's cluster runs elsewhere")
    system_user = _owner_of(host)
    # Not pytest's own folder: PostgreSQL runs as another user where the tests run as root, and may not enter that one.
    with tempfile.TemporaryDirectory(prefix="suyuan-standby-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        # The primary's socket, and the file that says who listens there, may lie in its data: ours lies elsewhere.
        folder, sockets = (_folder(Path(name) / one, system_user) for one in ("data", "sockets"))
        (Path(name) / "log").mkdir()
        how = ["--write-recovery-conf", "--checkpoint=fast", "--no-sync", "--wal-method=stream"]
        copy = [str(programs() / "pg_basebackup"), "--pgdata", str(folder), *how, "--host", host, "--username", user]
        subprocess.run(copy, check=True, capture_output=True, cwd=folder, user=system_user)
        command = [str(programs() / "postgres"), "-D", str(folder), "-h", "", "-k", str(sockets), *_QUICK]
        with engines._child(command, folder, stop=signal.SIGINT, user=system_user) as process:
            found = Standby(str(sockets), user, process.pid)
            engines._wait_until(found.answers, process)
            yield found


def _folder(path: Path, owner: str | None) -> Path:
    path.mkdir(mode=0o700)
    if owner:
        os.chown(path, pwd.getpwnam(owner).pw_uid, pwd.getpwnam(owner).pw_gid)
    return path


def _owner_of(folder: str) -> str | None:
    found = Path(folder).stat().st_uid
    return None if found == os.geteuid() else pwd.getpwuid(found).pw_name
