"""How tasks, queues and sessions of the database are set up: each line with a reason to be there."""

import os
import re
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from config.celery import app
from tests.architecture.sources import ROOT

ENTRYPOINT = (ROOT / "docker" / "entrypoint").read_text(encoding="utf-8")
HOUR = 3600
TRANSPORT = {"visibility_timeout": 2 * HOUR, "socket_timeout": 5, "socket_connect_timeout": 1}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        # A worker that dies gives its task back; twice does no harm.
        ("task_acks_late", True),
        ("task_reject_on_worker_lost", True),
        # A long task holds up nobody else's.
        ("worker_prefetch_multiplier", 1),
        # How a job went stands in our own tables.
        ("task_ignore_result", True),
        ("task_time_limit", HOUR),
        ("task_soft_time_limit", HOUR - 60),
        # Never given to a second worker while the first one's time is not over.
        ("visibility_timeout", 2 * HOUR),
        (
            "broker_transport_options",
            {"visibility_timeout": 2 * HOUR, "socket_timeout": 5, "socket_connect_timeout": 1},
        ),
        ("result_backend_transport_options", TRANSPORT),
        # An upgrade lets tasks end.
        ("worker_soft_shutdown_timeout", 30),
        ("broker_connection_retry_on_startup", True),
        ("broker_connection_max_retries", None),
        # No pickle from whoever reaches the broker.
        ("accept_content", ["json"]),
    ],
)
def test_celery_is_set(name: str, value: object) -> None:
    assert app.conf[name] == value


def test_a_task_that_never_ends_well_is_given_up() -> None:
    assert len(settings.TASK_RESEND_SECONDS) == 6
    assert list(settings.TASK_RESEND_SECONDS) == sorted(settings.TASK_RESEND_SECONDS)


def ours() -> set[str]:
    app.loader.import_default_modules()
    return {name for name in app.tasks if not name.startswith("celery.")}


def test_every_queue_has_a_worker_and_every_route_a_task() -> None:
    queues = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()} | {settings.CELERY_TASK_DEFAULT_QUEUE}
    found = re.search(r"WORKER_QUEUES:-([a-z,]+)", ENTRYPOINT)

    assert found
    assert set(found[1].split(",")) == queues
    assert {queue.name for queue in settings.CELERY_TASK_QUEUES} == queues
    assert settings.CELERY_TASK_ROUTES.keys() - ours() == set()


def test_a_route_is_taken() -> None:
    assert app.amqp.router.route({}, "traceability.check_chunk")["queue"].name == "verify"
    assert app.amqp.router.route({}, "traceability.relay")["queue"].name == "default"


def test_every_tick_is_a_task_and_is_void_when_it_comes_late() -> None:
    schedule: dict[str, dict[str, Any]] = settings.CELERY_BEAT_SCHEDULE
    ticks = schedule.values()

    assert {tick["task"] for tick in ticks} - ours() == set()
    assert [tick["task"] for tick in ticks if not tick["options"]["expires"]] == []


@pytest.mark.django_db
def test_what_was_answered_is_on_the_disk_and_nothing_waits_for_ever() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('synchronous_commit'), current_setting('statement_timeout'),"
            " current_setting('lock_timeout'), current_setting('idle_in_transaction_session_timeout')"
        )
        assert cursor.fetchone() == ("on", "30s", "10s", "1min")


def test_a_page_gives_up_sooner() -> None:
    line = next(line for line in ENTRYPOINT.splitlines() if "STATEMENT_SECONDS" in line)
    program = "from django.conf import settings; print(settings.DATABASES['default']['OPTIONS']['options'])"
    told = subprocess.run(
        ["sh", "-c", f'{line}; exec "$0" -W ignore -c "$1"', sys.executable, program],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings.test"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert "-c statement_timeout=5s -c lock_timeout=2s" in told.stdout


def test_a_replica_is_there_where_it_is_named() -> None:
    program = "from django.conf import settings; r = settings.DATABASES['replica']; print(r['HOST'], r['OPTIONS'])"
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        cwd=ROOT,
        env=os.environ | {"DATABASE_REPLICA_URL": "postgresql://suyuan_app@replica.example/suyuan?sslmode=require"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout.startswith("replica.example {'sslmode': 'require', ")
    assert "'connect_timeout': 5" in told.stdout
    assert "-c synchronous_commit=on" in told.stdout
    assert "replica" not in settings.DATABASES
