"""SIGKILL of the whole database in the middle of writing: whatever was acknowledged is there, and nothing is bent."""

import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from scripts import engines
from tests import databases
from tests.factories.events import new_entity
from tests.faults.processes import PATIENCE, environ, start, stop, wait_until

ROUNDS = int(os.environ.get("SUYUAN_KILL_ROUNDS", "6"))
WRITERS = 3

pytestmark = [pytest.mark.faults, pytest.mark.slow, pytest.mark.usefixtures("django_db_setup", "log_keys")]


@pytest.fixture
def folder() -> Iterator[Path]:
    # Not pytest's own folder: PostgreSQL runs as another user where the tests run as root, and may not enter that one.
    with tempfile.TemporaryDirectory(prefix="suyuan-kills-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        yield Path(name) / "engines"


def test_a_killed_database_loses_nothing_that_was_acknowledged(folder: Path) -> None:
    entities = [new_entity() for _ in range(10)]
    acknowledged: set[str] = set()
    helpers: list[subprocess.Popen[str]] = []
    for number in range(ROUNDS):
        with engines.guarded(folder) as running:
            env = environ(**running.engines.environ)
            if not number:
                databases.copy_tables(running.engines)
                run("-m", "tests.faults", "writer", "open", "0", *entities, env=env)
                # These two live through all that follows.
                helpers = [start("manage.py", command, env=env) for command in ("integrate", "publish")]
            with writing(number, entities, env) as (process, told):
                time.sleep(0.3 + 0.2 * number)
                os.kill(running.engines.postgres_pid, signal.SIGKILL)
                process.kill()
            acknowledged |= {line.split()[1] for line in told}

    with engines.guarded(folder) as running:
        env = environ(**running.engines.environ)
        check(running.engines, acknowledged, env)
        for helper in helpers:
            stop(helper)
    assert len(acknowledged) > ROUNDS * WRITERS


@contextmanager
def writing(
    number: int, entities: Sequence[str], env: Mapping[str, str]
) -> "Iterator[tuple[subprocess.Popen[str], list[str]]]":
    """Start writers, each of which has written once, and give their lines, which are whole when they have ended."""
    seeds = [str(number * WRITERS + one) for one in range(WRITERS)]
    process = start("-m", "tests.faults", "writer", "0", ",".join(seeds), *entities, env=env)
    assert process.stdout
    told: list[str] = []
    while {line.split()[0] for line in told} != set(seeds):
        line = process.stdout.readline()
        assert line, process.communicate()
        told.append(line)
    yield process, told
    # From the same reader as the first lines: another would not get what this one has taken in already.
    told += process.stdout
    process.communicate()


def check(running: engines.Engines, acknowledged: set[str], env: dict[str, str]) -> None:
    with psycopg.connect(running.admin_url, dbname="suyuan", autocommit=True) as connection:

        def count(query: str) -> int:
            found = connection.execute(query).fetchone()
            return int(found[0]) if found else -1

        wait_until(lambda: count("SELECT count(*) FROM ledger_outbox") == 0, what="the integrator goes on")
        newest = "SELECT (SELECT size FROM ledger_state) - (SELECT max(size) FROM ledger_checkpoint)"
        wait_until(lambda: count(newest) == 0, what="the publisher goes on")
        rows = connection.execute("SELECT record_id::text FROM ledger_entry").fetchall()
    assert acknowledged - {str(row[0]) for row in rows} == set()
    told = json.loads(run("manage.py", "fsck", "--json", env=env, codes=(0, 1)))
    assert [one for one in told["findings"] if one["table"] != "traceability_season"] == []
    assert told["size"] == len(rows)


def run(*command: str, env: dict[str, str], codes: tuple[int, ...] = (0,)) -> str:
    process = start(*command, env=env)
    written, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode in codes, errors
    return written
