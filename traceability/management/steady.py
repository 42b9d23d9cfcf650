"""A command that does one step again and again, for as long as the log lives."""

import logging
import signal
import threading
from collections.abc import Callable
from datetime import datetime
from types import FrameType

from django.core.management.base import BaseCommand
from django.db import DatabaseError, InterfaceError, connections
from django.utils import timezone

from traceability.errors import TraceabilityError
from traceability.log_key import LogKeyError
from traceability.services import findings

logger = logging.getLogger("suyuan.steady")

_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 5.0


class SteadyCommand(BaseCommand):
    """Repeats `step` until SIGTERM or SIGINT, which let the step that runs come to its end.

    A database that is away is waited for, with longer and longer pauses. What the log refuses to do is reported as a
    finding and tried again: a person can mend the cause without restarting anything.
    """

    # How long to wait after a step that went well.
    seconds = 1.0
    # The table and rule of the finding when the log refuses.
    fault = ("ledger_state", "step")

    def handle(self, **options: object) -> None:
        stop = threading.Event()

        def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
            stop.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, ask_to_stop)
        self.stdout.write("ready")
        self.stdout.flush()
        if options["once"]:
            self.step(timezone.now())
            return
        self.repeat(stop)

    def add_arguments(self, parser):  # type: ignore[no-untyped-def]
        parser.add_argument("--once", action="store_true", help="do one step and end")

    def step(self, at: datetime) -> None:
        raise NotImplementedError

    def rest(self, stop: threading.Event) -> None:
        """Wait until the next step is due."""
        stop.wait(self.seconds)

    def repeat(self, stop: threading.Event) -> None:
        """Do steps until the event is set."""
        failures = 0
        while not stop.is_set():
            if self._attempt(self._step_now):
                failures = 0
                self.rest(stop)
            else:
                failures += 1
                stop.wait(min(_FIRST_PAUSE * 2**failures, _LONGEST_PAUSE))

    def _step_now(self) -> None:
        self.step(timezone.now())

    def _attempt(self, action: Callable[[], None]) -> bool:
        try:
            action()
        except (DatabaseError, InterfaceError) as error:
            logger.warning("%s: the database is away or busy: %s", self.name, error)
            connections.close_all()
        except (TraceabilityError, LogKeyError) as error:
            self._attempt(lambda: self._report(error))
        else:
            return True
        return False

    def _report(self, error: Exception) -> None:
        table, rule = self.fault
        logger.error("%s: %s", self.name, error)
        findings.report([findings.Fault(table, "-", rule, str(error))], at=timezone.now())

    @property
    def name(self) -> str:
        """The command's name, for the log."""
        return type(self).__module__.rpartition(".")[2]
