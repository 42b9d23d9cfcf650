from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError

from config import celery
from tests import databases
from tests.factories import farm
from traceability.models import Finding, TaskRequest
from traceability.services import task_outbox
from traceability.services.task_outbox import BrokerDownError

pytestmark = pytest.mark.django_db

LATER = timedelta(seconds=61)


class Broker:
    """Takes what is sent, or nothing."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, int]] = []
        self.down_after = 10**6

    def send_task(self, name: str, *, args: list[int], **_options: Any) -> None:
        if len(self.sent) >= self.down_after:
            raise OperationalError("connection refused")
        self.sent.append((name, args[0]))


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Broker:
    made = Broker()
    monkeypatch.setattr(celery.app, "send_task", made.send_task)
    return made


def clock() -> datetime:
    return farm.NOW


def test_what_is_asked_for_is_sent_once(broker: Broker) -> None:
    task_outbox.request("verify", 5, at=farm.NOW)
    task_outbox.request("verify", 5, at=farm.NOW)

    assert task_outbox.relay_once(at=farm.NOW) == 1
    assert task_outbox.relay_once(at=farm.NOW) == 0
    assert broker.sent == [("verify", TaskRequest.objects.get().pk)]


def test_a_request_falls_with_the_transaction_that_made_it(broker: Broker) -> None:
    with transaction.atomic():
        task_outbox.request("verify", 5, at=farm.NOW)
        transaction.set_rollback(True)

    assert task_outbox.relay_once(at=farm.NOW) == 0


def test_a_dead_broker_delays_and_loses_nothing(broker: Broker) -> None:
    for number in range(5):
        task_outbox.request("verify", number, at=farm.NOW)
    broker.down_after = 2

    with pytest.raises(BrokerDownError, match="connection refused"):
        task_outbox.relay_once(at=farm.NOW)
    assert TaskRequest.objects.exclude(sent_at=None).count() == 2

    broker.down_after = 10**6
    assert task_outbox.relay_once(at=farm.NOW) == 3
    assert len(set(broker.sent)) == 5


def test_what_was_sent_and_is_not_done_is_sent_again(broker: Broker) -> None:
    task_outbox.request("verify", 1, at=farm.NOW)
    task_outbox.relay_once(at=farm.NOW)

    assert task_outbox.relay_once(at=farm.NOW + timedelta(seconds=59)) == 0
    assert task_outbox.relay_once(at=farm.NOW + LATER) == 1
    assert task_outbox.relay_once(at=farm.NOW + 2 * LATER) == 0


def test_what_is_done_is_not_sent_again(broker: Broker) -> None:
    task_outbox.request("verify", 1, at=farm.NOW)
    task_outbox.relay_once(at=farm.NOW)
    done: list[str] = []

    task_outbox.perform(broker.sent[0][1], done.append, clock=clock)

    assert done == ["1"]
    assert task_outbox.relay_once(at=farm.NOW + timedelta(days=1)) == 0


def test_a_task_that_comes_twice_works_once(broker: Broker) -> None:
    task_outbox.request("verify", 1, at=farm.NOW)
    request_id = TaskRequest.objects.get().pk
    done: list[str] = []

    task_outbox.perform(request_id, done.append, clock=clock)
    task_outbox.perform(request_id, done.append, clock=clock)

    assert done == ["1"]


def test_a_task_that_fails_stays_to_be_done(broker: Broker) -> None:
    task_outbox.request("verify", 1, at=farm.NOW)
    request_id = TaskRequest.objects.get().pk

    def fail(_argument: str) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        task_outbox.perform(request_id, fail, clock=clock)

    assert TaskRequest.objects.get().done_at is None
    done: list[str] = []
    task_outbox.perform(request_id, done.append, clock=clock)
    assert done == ["1"]


@pytest.mark.django_db(transaction=True)
def test_a_task_that_another_worker_is_at_is_left_to_it(broker: Broker) -> None:
    task_outbox.request("verify", 1, at=farm.NOW)
    request_id = TaskRequest.objects.get().pk
    done: list[str] = []

    with databases.superuser() as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", [task_outbox._WORKING, request_id])
        task_outbox.perform(request_id, done.append, clock=clock)
        assert done == []
        # A session that ends gives its locks back in its own time.
        other.execute("SELECT pg_advisory_unlock(%s, %s)", [task_outbox._WORKING, request_id])

    task_outbox.perform(request_id, done.append, clock=clock)
    assert done == ["1"]


def test_a_task_that_is_never_done_becomes_a_finding(broker: Broker) -> None:
    task_outbox.request("verify", 1, at=farm.NOW)

    at = farm.NOW
    for _ in range(12):
        task_outbox.relay_once(at=at)
        at += timedelta(days=1)

    assert len(broker.sent) == len(settings.TASK_RESEND_SECONDS)
    finding = Finding.objects.get()
    assert (finding.table, finding.rule) == ("traceability_taskrequest", "task-poison")
