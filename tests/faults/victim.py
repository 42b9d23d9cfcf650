"""A program that does one thing to the log and kills itself at its n-th statement.

    python -m tests.faults victim WORK N RECORD...

WORK is append, integrate or publish; RECORD are ids of three records to append. Prints the ids that were acknowledged,
and `done` when it came to the end alive.
"""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg import Cursor

from tests.factories.events import NOON, opening, tending
from tests.factories.events import append as append_records
from traceability.services.integrator import integrate_once
from traceability.services.publisher import publish_once

Tell = Callable[[str], None]


class Countdown:
    """Counts statements, COPY and COMMIT among them, and ends the process at one of them as a power cut would."""

    def __init__(self, number: int) -> None:
        self.left = number

    def __call__(self, execute: Callable[..., Any], *statement: Any) -> Any:
        self.step()
        return execute(*statement)

    def step(self) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    work, number, *records = sys.argv[1:]
    countdown = Countdown(int(number))
    connection.ensure_connection()
    _count_copies_and_commits(countdown)
    with connection.execute_wrapper(countdown):
        {"append": append, "integrate": integrate, "publish": publish}[work](records, say)
    say("done")


def append(records: list[str], tell: Tell) -> None:
    """Append in two transactions, one that makes an entity and one that goes on; tell each receipt's record."""
    first, second, third = map(UUID, records)
    entity = f"season:{first}"
    beginning = opening(entity, id=first, private={"note": "雨后"})
    for receipt in append_records(beginning, tending(entity, id=second)):
        tell(str(receipt.record_id))
    for receipt in append_records(tending(entity, id=third, private={"note": "放晴"})):
        tell(str(receipt.record_id))


def integrate(_records: list[str], _tell: Tell) -> None:
    integrate_once()


def publish(_records: list[str], _tell: Tell) -> None:
    publish_once(at=NOON)


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _count_copies_and_commits(countdown: Countdown) -> None:
    copy, commit = Cursor.copy, connection.commit

    def counted_copy(self: Any, *args: Any, **kwargs: Any) -> Any:
        countdown.step()
        return copy(self, *args, **kwargs)

    def counted_commit() -> None:
        countdown.step()
        commit()
        # And once more when it is durable, and nobody has been told.
        countdown.step()

    Cursor.copy = counted_copy  # type: ignore[method-assign]
    connection.commit = counted_commit  # type: ignore[method-assign]
