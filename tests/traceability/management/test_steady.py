import errno
import signal
import threading
import time
from datetime import datetime
from http import HTTPStatus

import pytest
from django.db import InternalError, OperationalError, connection, transaction

from config.errors import problem_of
from traceability.log_key import LogKeyError
from traceability.management.steady import SteadyCommand
from traceability.models import Finding
from traceability.services.publisher import PublishError

pytestmark = pytest.mark.django_db


class Walk(SteadyCommand):
    """Does what it was told, step by step, and stops where there is nothing left."""

    seconds = 0.0
    fault = ("ledger_state", "walk")

    def __init__(self, *steps: Exception | None) -> None:
        super().__init__()
        self.steps = list(steps)
        self.stop = threading.Event()
        self.taken = 0

    def step(self, at: datetime) -> None:
        assert at.tzinfo
        self.taken += 1
        outcome = self.steps.pop(0)
        if not self.steps:
            self.stop.set()
        if outcome:
            raise outcome

    def walk(self) -> int:
        self.repeat(self.stop)
        return self.taken


def test_steps_are_repeated_until_told_to_stop() -> None:
    assert Walk(None, None, None).walk() == 3


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_is_waited_for(caplog: pytest.LogCaptureFixture) -> None:
    assert Walk(OperationalError("gone"), OperationalError("gone"), None).walk() == 3
    assert caplog.text.count("the database is away or busy: gone") == 2
    assert not Finding.objects.exists()


def keep_silent() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = '20ms'")
        time.sleep(0.5)
        cursor.execute("SELECT 1")


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_the_server_ended_for_its_silence_is_begun_again(caplog: pytest.LogCaptureFixture) -> None:
    # As after a network that stalled for longer than the server waits.
    with pytest.raises(InternalError) as ended:
        keep_silent()

    assert Walk(ended.value, None).walk() == 2
    assert "the database is away or busy" in caplog.text
    problem = problem_of(ended.value)
    assert problem
    assert problem.status == HTTPStatus.SERVICE_UNAVAILABLE


def test_an_error_of_ours_in_the_database_ends_the_command() -> None:
    with pytest.raises(InternalError):
        Walk(InternalError("current transaction is aborted"), None).walk()
    assert problem_of(InternalError("current transaction is aborted")) is None


@pytest.mark.parametrize("error", [PublishError("the log shrank"), LogKeyError("mode 0644")])
def test_what_the_log_refuses_becomes_one_finding_and_is_tried_again(error: Exception) -> None:
    assert Walk(error, error, None).walk() == 3

    finding = Finding.objects.get()
    assert (finding.table, finding.rule, finding.text) == ("ledger_state", "walk", str(error))


def test_a_full_disk_is_one_finding_whatever_the_draft_was_called() -> None:
    full = [OSError(errno.ENOSPC, "No space left on device", f"/var/.{name}.part") for name in ("a", "b")]

    assert Walk(*full, None).walk() == 3

    assert Finding.objects.get().text == "storage: No space left on device"


def test_a_fault_of_the_program_ends_the_command() -> None:
    with pytest.raises(ZeroDivisionError):
        Walk(ZeroDivisionError(), None).walk()


def test_a_signal_lets_the_step_end_and_stops_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)

    class Interrupted(Walk):
        def step(self, at: datetime) -> None:
            signal.raise_signal(signal.SIGTERM)
            super().step(at)

    command = Interrupted(None, None)
    try:
        command.handle(once=False)
    finally:
        signal.signal(signal.SIGTERM, before[0])
        signal.signal(signal.SIGINT, before[1])

    assert command.taken == 1
    assert capsys.readouterr().out == "ready\n"
