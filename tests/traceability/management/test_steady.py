import errno
import signal
import threading
from datetime import datetime

import pytest
from django.db import OperationalError

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
