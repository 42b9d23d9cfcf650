"""The clockwork on a clock that is set back, and on a disk that takes nothing."""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from celery import Celery
from kombu.exceptions import OperationalError

from config.beat import SteadyScheduler

NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)
Travel = Callable[[float], AbstractContextManager[object]]


class Counting(SteadyScheduler):
    """Remembers what it would have sent."""

    sent: list[str]

    def apply_entry(self, entry: Any, producer: object = None) -> None:
        assert producer is None
        self.sent.append(entry.name)


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[Counting]:
    app = Celery("clockwork", broker="memory://", set_as_current=False)
    app.conf.beat_schedule = {
        "relay": {"task": "relay", "schedule": 1.0},
        "verify": {"task": "verify", "schedule": 60.0},
    }
    with time_machine.travel(NOON, tick=False):
        made = begin(app, tmp_path / "schedule")
        yield made
        made.close()


def begin(app: Celery, path: Path) -> Counting:
    made = Counting(app=app, schedule_filename=str(path))
    made.sent = []
    # The connection to a broker, which is not asked here.
    made.__dict__["producer"] = None
    return made


def run(scheduler: Counting, *, seconds: range, start: float) -> list[str]:
    """Let seconds pass from a moment on, and give what was sent in them."""
    scheduler.sent.clear()
    for second in seconds:
        with time_machine.travel(start + second, tick=False):
            while scheduler.tick() == 0:
                pass
    return sorted(set(scheduler.sent))


def test_tasks_are_sent_in_their_turn(scheduler: Counting) -> None:
    assert run(scheduler, seconds=range(1, 10), start=NOON.timestamp()) == ["relay"]
    assert run(scheduler, seconds=range(10, 70), start=NOON.timestamp()) == ["relay", "verify"]


def test_a_clock_that_is_set_back_stops_nothing(scheduler: Counting, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    run(scheduler, seconds=range(1, 70), start=NOON.timestamp())

    found = run(scheduler, seconds=range(70), start=NOON.timestamp() - 3600)

    assert found == ["relay", "verify"]
    assert "the clock was set back" in caplog.text


def test_a_clock_that_is_brought_into_line_changes_nothing(
    scheduler: Counting, caplog: pytest.LogCaptureFixture
) -> None:
    run(scheduler, seconds=range(1, 5), start=NOON.timestamp())

    run(scheduler, seconds=range(2, 5), start=NOON.timestamp())

    assert "set back" not in caplog.text


@pytest.fixture
def sender(scheduler: Counting, monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception | None], None]:
    """Let what is due be sent, which fails or does not."""

    def send(failure: Exception | None) -> None:
        def send_task(*_args: object, **_options: object) -> None:
            if failure:
                raise failure

        monkeypatch.setattr(scheduler, "send_task", send_task)
        for name in ("relay", "verify"):
            SteadyScheduler.apply_entry(scheduler, scheduler.schedule[name])

    return send


def test_of_a_broker_that_is_away_it_tells_once_and_once_when_it_is_back(
    sender: Callable[[Exception | None], None], caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(60):
        sender(OperationalError("connection refused"))
    sender(None)
    sender(None)

    assert [(one.levelname, one.getMessage()) for one in caplog.records] == [
        ("ERROR", "Couldn't apply scheduled task relay: connection refused"),
        ("WARNING", "the broker is back"),
    ]
    assert not caplog.records[0].exc_info


def test_a_fault_of_ours_is_told_each_time_with_where_it_arose(
    sender: Callable[[Exception | None], None], caplog: pytest.LogCaptureFixture
) -> None:
    sender(TypeError("no such option"))

    assert len(caplog.records) == 2
    assert all(one.exc_info for one in caplog.records)


def test_a_disk_that_takes_nothing_while_it_runs_stops_nothing(
    scheduler: Counting, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    run(scheduler, seconds=range(1, 5), start=NOON.timestamp())
    for file in tmp_path.iterdir():
        file.rename(file.with_suffix(".away"))
        file.mkdir()

    # Celery writes every three minutes.
    found = run(scheduler, seconds=range(5, 200), start=NOON.timestamp())
    scheduler.sync()

    assert found == ["relay", "verify"]
    assert "the schedule was not written: Is a directory" in caplog.text


def test_a_disk_that_takes_nothing_at_the_start_is_no_reason_to_end(
    scheduler: Counting, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with time_machine.travel(NOON, tick=False):
        made = begin(scheduler.app, tmp_path / "no folder" / "schedule")

    assert run(made, seconds=range(1, 70), start=NOON.timestamp()) == ["relay", "verify"]
    made.close()
    assert "the schedule is not kept: No such file or directory" in caplog.text
