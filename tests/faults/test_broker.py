"""A broker that dies, for a while and with all that it held, delays work and loses none."""

import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from django.db import transaction

from tests.factories import farm
from tests.faults.broker import Broker
from tests.faults.processes import environ, start, stop, wait_until
from traceability.enums import RunKind, RunState
from traceability.models import TaskRequest, VerificationRun
from traceability.services import task_outbox, verification

pytestmark = [
    pytest.mark.faults,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("log_keys"),
]


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    made = Broker(tmp_path)
    made.start()
    yield made
    made.kill()


def ask(number: int) -> None:
    for _ in range(number):
        with transaction.atomic():
            run = VerificationRun.objects.create(kind=RunKind.INCREMENTAL, requested_at=farm.NOW)
            task_outbox.request(verification.VERIFY_NEW, run.pk, at=farm.NOW)


def done() -> int:
    return TaskRequest.objects.exclude(done_at=None).count()


def start_worker(env: Mapping[str, str]) -> "subprocess.Popen[str]":
    # It tells of each task twice, whatever level is asked for: our own settings of logs hold in workers too.
    command = ("-m", "celery", "-A", "config.celery", "worker", "--concurrency", "1", "--loglevel", "ERROR")
    return start(*command, env=env, told=subprocess.DEVNULL)


def test_no_task_is_lost_while_the_broker_is_dead(broker: Broker) -> None:
    env = environ(REDIS_URL=broker.url)
    relay = start("manage.py", "relay", env=env)
    worker = start_worker(env)
    ask(20)
    wait_until(lambda: done() > 0, what="the worker works")

    ask(20)
    broker.kill()
    ask(40)
    before = done()
    # Long enough for relay and worker to run against the wall.
    time.sleep(8)
    broker.start()
    wait_until(lambda: done() == 80, what="all that was asked for is done")

    assert "what waits stays in the database" in stop(relay)
    stop(worker)
    assert before < 80
    assert set(VerificationRun.objects.values_list("state", flat=True)) == {RunState.CLEAN}


def test_no_task_is_lost_where_the_broker_forgets_what_it_was_sent(broker: Broker) -> None:
    # Everything is sent before a worker is there, and then forgotten: only the second sending can reach one.
    env = environ(REDIS_URL=broker.url)
    ask(10)
    relay = start("manage.py", "relay", env=env)
    wait_until(lambda: not TaskRequest.objects.filter(sent_at=None).exists(), what="all is sent")
    broker.kill()
    broker.start()
    worker = start_worker(env)

    wait_until(lambda: done() == 10, what="all that was asked for is done")

    stop(relay)
    stop(worker)
    assert TaskRequest.objects.filter(attempts__gt=1).count() == 10
