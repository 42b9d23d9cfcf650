import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from scripts import engines
from tests.architecture.sources import ROOT

QUEUES = "default,verify,notify,intake,reckon"
ENTRYPOINT = str(ROOT / "docker" / "entrypoint")


def _start(*arguments: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [ENTRYPOINT, *arguments], env=os.environ | environ, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("role", ["", "shell", "web2"])
def test_unknown_role_is_refused_with_the_list(role: str) -> None:
    result = _start(role)

    assert result.returncode == 64
    assert f"'{role}' is none of web, worker, beat, integrate, publish, migrate, collect, manage" in result.stderr


def test_role_takes_the_settings_of_production_where_none_are_named() -> None:
    result = _start("manage", "check", DJANGO_SETTINGS_MODULE="", SECRET_KEY="-", SMS_SENDER="-", SUYUAN_DEMO="1")

    assert result.returncode != 0
    assert "SUYUAN_DEMO: demonstration log-ins have no place in production" in result.stderr


def test_arguments_reach_the_command() -> None:
    result = _start("manage", "make_keys", "--help", DJANGO_SETTINGS_MODULE="config.settings.test")

    assert result.stdout.startswith("usage: manage.py make_keys")


@pytest.fixture
def stage(tmp_path: Path) -> Path:
    """The script in a tree of its own, where each program says with what it was started."""
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    says = f"#!{sys.executable}\nimport json, os, sys\nprint(json.dumps([sys.argv, dict(os.environ)]))\n"
    for name in ("gunicorn", "celery", "python"):
        (programs / name).write_text(says)
        (programs / name).chmod(0o755)
    script = tmp_path / "docker" / "entrypoint"
    script.parent.mkdir()
    script.write_text((ROOT / "docker" / "entrypoint").read_text(encoding="utf-8"), encoding="utf-8")
    script.chmod(0o755)
    return script


def started(script: Path, *arguments: str, **environ: str) -> tuple[list[str], dict[str, str]]:
    kept = {"PATH": os.environ["PATH"], **environ}
    told = subprocess.run([script, *arguments], env=kept, capture_output=True, text=True, check=True).stdout
    command, seen = json.loads(told)
    return [Path(command[0]).name, *command[1:]], seen


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        ("integrate", "python manage.py integrate"),
        ("publish", "python manage.py publish"),
        ("migrate", "python manage.py migrate --database owner --no-input"),
        ("healthy web", "python manage.py healthy web"),
        ("manage backup /folder", "python manage.py backup /folder"),
        ("collect", "python manage.py collectstatic --no-input --clear --ignore rest_framework --verbosity 0"),
        (
            "worker",
            f"celery -A config.celery worker --loglevel INFO --concurrency 2 --queues {QUEUES}",
        ),
    ],
)
def test_each_role_becomes_its_program(stage: Path, arguments: str, command: str) -> None:
    found, seen = started(stage, *arguments.split())

    assert " ".join(found) == command
    assert seen["DJANGO_SETTINGS_MODULE"] == "config.settings.production"
    assert seen["SUYUAN_VAR"] == str(stage.parents[1] / "var")


def test_beat_keeps_its_schedule_where_data_lie(stage: Path) -> None:
    found, _ = started(stage, "beat", SUYUAN_VAR="/data")

    assert found[-2:] == ["--schedule", "/data/beat-schedule"]


def test_a_worker_of_another_host_takes_the_queues_that_it_is_told(stage: Path) -> None:
    found, _ = started(stage, "worker", WORKER_QUEUES="verify", WORKER_PROCESSES="6")

    assert found[-4:] == ["--concurrency", "6", "--queues", "verify"]


def test_web_has_threads_a_folder_to_count_in_and_little_patience(stage: Path) -> None:
    found, seen = started(stage, "web", WEB_BIND="127.0.0.1:9", WEB_WORKERS="3", WEB_THREADS="5")

    assert found[:4] == ["gunicorn", "config.wsgi:application", "--bind", "127.0.0.1:9"]
    assert found[4:10] == ["--worker-class", "gthread", "--workers", "3", "--threads", "5"]
    assert (seen["STATEMENT_SECONDS"], seen["LOCK_SECONDS"]) == ("5", "2")
    # Gone already, where another server was started since: what it named has ended.
    assert re.fullmatch(r"/dev/shm/suyuan-metrics\.\d+\.\w{6}", seen["PROMETHEUS_MULTIPROC_DIR"])  # noqa: S108
    shutil.rmtree(seen["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)


def test_web_takes_away_what_servers_that_are_gone_have_counted(stage: Path) -> None:
    memory = Path("/dev/shm")  # noqa: S108 - where the script looks
    gone, alive = memory / "suyuan-metrics.4194305.aaaaaa", memory / f"suyuan-metrics.{os.getpid()}.aaaaaa"
    for folder in (gone, alive):
        folder.mkdir(exist_ok=True)
        (folder / "counter_7.db").touch()

    _, seen = started(stage, "web")
    shutil.rmtree(seen["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)

    assert (gone.exists(), alive.exists()) == (False, True)
    shutil.rmtree(alive)


@pytest.mark.slow
def test_the_real_web_part_of_production_answers_is_healthy_and_ends_when_told(tmp_path: Path) -> None:
    place = f"127.0.0.1:{engines.free_port()}"
    told = {
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "SECRET_KEY": "only the tests use this, and it is long enough to be none of the short ones",
        "SMS_SENDER": "accounts.sms.MemorySender",
        "WEB_BIND": place,
        "SUYUAN_VAR": str(tmp_path),
    }
    environ = {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"} | told
    with subprocess.Popen([ENTRYPOINT, "web"], env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as web:
        try:
            assert answer(f"http://{place}/healthz") == b"ok\n"
            assert _start("healthy", "web", **told).stdout == "web: ok\n"
        finally:
            web.send_signal(signal.SIGTERM)
            _, written = web.communicate(timeout=300)
    assert web.returncode == 0, written.decode()


def answer(address: str) -> bytes:
    deadline = time.monotonic() + 300
    while True:
        try:
            with urllib.request.urlopen(address, timeout=10) as found:  # noqa: S310 - an address of this test's own
                return bytes(found.read())
        except OSError:
            assert time.monotonic() < deadline, f"{address}: nothing answers"
            time.sleep(0.1)
