import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from scripts import engines
from tests.architecture.sources import ROOT

PATIENCE_SECONDS = 30


@pytest.fixture
def folder() -> Iterator[Path]:
    # Not pytest's own folder: PostgreSQL runs as another user where the tests run as root, and may not enter that one.
    with tempfile.TemporaryDirectory(prefix="suyuan-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        yield Path(name) / "engines"


def test_engines_answer_as_both_roles_and_end(folder: Path) -> None:
    with engines.running(folder, quick=True) as running:
        users = [_user(running.environ[name]) for name in ("DATABASE_URL", "DATABASE_OWNER_URL")]
        with redis.Redis.from_url(running.environ["REDIS_URL"]) as broker:
            answered = broker.ping()

    assert users == ["suyuan_app", "suyuan_owner"]
    assert answered is True
    assert not _lives(running.postgres_pid)
    assert not _lives(running.valkey_pid)


@pytest.mark.slow
def test_second_run_keeps_what_the_first_wrote(folder: Path) -> None:
    with engines.running(folder) as first, psycopg.connect(first.environ["DATABASE_OWNER_URL"]) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")

    with engines.running(folder) as second, psycopg.connect(second.environ["DATABASE_OWNER_URL"]) as connection:
        row = connection.execute("SELECT number FROM kept").fetchone()

    assert row == (7,)


def test_killed_caller_leaves_no_engine_and_no_folder(folder: Path) -> None:
    # Not even a chance to clean up: the guardian sees its pipe close.
    script = (
        "import json, dataclasses, pathlib, sys, time; from scripts import engines\n"
        "with engines.guarded(pathlib.Path(sys.argv[1]), quick=True, remove=True) as found:\n"
        "    print(json.dumps(dataclasses.asdict(found.engines)), flush=True); time.sleep(600)"
    )
    caller = subprocess.Popen([sys.executable, "-c", script, str(folder)], cwd=ROOT, stdout=subprocess.PIPE)
    assert caller.stdout
    found = json.loads(caller.stdout.readline())

    caller.kill()
    caller.communicate()

    _wait_for(lambda: not folder.exists())
    assert not _lives(found["postgres_pid"])
    assert not _lives(found["valkey_pid"])


@pytest.mark.slow
def test_engines_of_a_killed_guardian_are_taken_over(folder: Path) -> None:
    with engines.guarded(folder, quick=True) as left:
        left.guardian.kill()
        left.guardian.wait()

    with engines.running(folder, quick=True) as running:
        pids = {running.postgres_pid, running.valkey_pid}

    assert pids & {left.engines.postgres_pid, left.engines.valkey_pid} == set()
    assert not _lives(left.engines.postgres_pid)
    assert not _lives(left.engines.valkey_pid)


def test_number_of_a_leftover_that_is_another_program_is_let_be(tmp_path: Path) -> None:
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    (tmp_path / "postmaster.pid").write_text(f"{other.pid}\n")

    engines._stop_leftover(tmp_path / "postmaster.pid", "postgres", signal.SIGINT)

    assert other.poll() is None
    assert not (tmp_path / "postmaster.pid").exists()
    other.kill()
    other.wait()


def test_guardian_ends_when_an_engine_does(folder: Path) -> None:
    with engines.guarded(folder, quick=True) as found:
        os.kill(found.engines.postgres_pid, signal.SIGKILL)

        assert found.guardian.wait(timeout=PATIENCE_SECONDS) == 1
    assert not _lives(found.engines.valkey_pid)


def test_folder_in_use_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "STOP_SECONDS", 0)

    with (
        engines.guarded(folder, quick=True),
        pytest.raises(engines.EngineError, match="another run uses this folder"),
        engines.running(folder),
    ):
        pytest.fail("two runs in one folder")


def _wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _user(url: str) -> str:
    with psycopg.connect(url) as connection:
        return connection.info.user


def _lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
