"""Background work that cannot get lost: asked for in the database, sent to the broker by a relay.

A request is sent again until its task has reported itself done, so tasks must be safe to run twice. A broker that was
dead, or has forgotten everything, delays work and loses none.
"""

import contextlib
import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from kombu.exceptions import OperationalError

from traceability.models import TaskRequest
from traceability.services import findings
from traceability.services.checks.fault import Fault

logger = logging.getLogger("suyuan.tasks")

_BATCH = 100
# The first half of the advisory locks that stand for "somebody works on this request".
_WORKING = 0x5359_5441


class BrokerDownError(Exception):
    """The broker takes nothing now; what waits stays in the database."""


def request(name: str, argument: object, *, at: datetime) -> None:
    """Ask for a task, inside the caller's transaction; asking twice for the same is asking once."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO traceability_taskrequest (name, argument, created_at, attempts) VALUES (%s, %s, %s, 0)"
            " ON CONFLICT DO NOTHING",
            [name, str(argument), at],
        )


def relay_once(*, at: datetime) -> int:
    """Send what waits to the broker, and again what was sent long ago and is not done; return how many.

    Raises BrokerDownError, with all that was sent until then marked as sent.
    """
    sent = 0
    while batch := _relay_batch(at):
        sent += batch
    return sent


def perform(request_id: int, work: Callable[[str], object], *, clock: Callable[[], datetime]) -> None:
    """Do the work of a request with its argument and mark it done, unless it is done or another worker is at it."""
    with _sole_worker(request_id) as alone:
        waiting = TaskRequest.objects.filter(pk=request_id, done_at=None).first()
        if alone and waiting:
            work(waiting.argument)
            # A crash before this line runs the work once more, which does no harm.
            TaskRequest.objects.filter(pk=request_id).update(done_at=clock())


def _relay_batch(at: datetime) -> int:
    failure: BrokerDownError | None = None
    sent = 0
    with transaction.atomic():
        for waiting in _due(at):
            try:
                _send(waiting)
            except BrokerDownError as error:
                failure = error
                break
            _mark_sent(waiting, at)
            sent += 1
        # A crash before the commit sends these once more, which does no harm.
    if failure:
        raise failure
    return sent


def _due(at: datetime) -> QuerySet[TaskRequest]:
    due = Q(sent_at=None)
    for attempt, seconds in enumerate(settings.TASK_RESEND_SECONDS, 1):
        due |= Q(attempts=attempt, sent_at__lte=at - timedelta(seconds=seconds))
    # Skipping what another relay holds: two of them share the work.
    waiting = TaskRequest.objects.select_for_update(skip_locked=True)
    return waiting.filter(due, done_at=None).order_by("pk")[:_BATCH]


def _is_given_up(waiting: TaskRequest) -> bool:
    return waiting.attempts >= len(settings.TASK_RESEND_SECONDS)


def _send(waiting: TaskRequest) -> None:
    if _is_given_up(waiting):
        return
    with current_app.connection_for_write() as broker:
        try:
            # One try: whoever waits for this call holds rows, and the next call comes within seconds.
            broker.ensure_connection(max_retries=1, interval_start=0)
            current_app.send_task(waiting.name, args=[waiting.pk], connection=broker, retry=False)
        except (OperationalError, *broker.connection_errors, *broker.channel_errors) as error:  # type: ignore[misc]
            raise BrokerDownError(f"broker: {error}") from error


def _mark_sent(waiting: TaskRequest, at: datetime) -> None:
    if _is_given_up(waiting):
        text = f"{waiting.name} was sent {waiting.attempts} times and is not done; it is not sent again"
        findings.report([Fault("traceability_taskrequest", str(waiting.pk), "task-poison", text)], at=at)
    TaskRequest.objects.filter(pk=waiting.pk).update(sent_at=at, attempts=waiting.attempts + 1)


@contextlib.contextmanager
def _sole_worker(request_id: int) -> Iterator[bool]:
    # A lock of the session, not of a row: work may take an hour, and a transaction must not. It goes with the worker.
    key = [_WORKING, request_id % 2**31]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", key)
        alone = cursor.fetchone()[0]
    try:
        yield alone
    finally:
        if alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", key)
