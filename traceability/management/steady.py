"""A command that does one step again and again, for as long as the log lives."""

import argparse
import logging
import signal
import threading
from datetime import datetime
from types import FrameType

from django.core.management.base import BaseCommand
from django.db import DatabaseError, InterfaceError, connections
from django.utils import timezone

from traceability.errors import TraceabilityError
from traceability.log_key import LogKeyError
from traceability.outages import is_outage
from traceability.services import findings
from traceability.services.checks.fault import Fault

logger = logging.getLogger("suyuan.steady")

_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 5.0


class SteadyCommand(BaseCommand):
    """Repeats `step` until SIGTERM or SIGINT, which let the step that runs come to its end.

    A database that is away is waited for, with longer and longer pauses. What the log refuses to do, or a disk that is
    full, is reported as a finding and tried again: a person can mend the cause without restarting anything.
    """

    # How long to wait after a step that went well.
    seconds = 1.0
    # The table and rule of the finding when the log refuses.
    fault = ("ledger_state", "step")

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take --once."""
        parser.add_argument("--once", action="store_true", help="do one step and end")

    def handle(self, **options: object) -> None:
        """Say that the work begins, and do steps until asked to stop."""
        stop = threading.Event()

        def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
            stop.set()

        if options["once"]:
            self.step(timezone.now())
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, ask_to_stop)
        self.stdout.write("ready")
        self.stdout.flush()
        self.repeat(stop)

    def step(self, at: datetime) -> None:
        """Do the command's work once."""
        raise NotImplementedError

    def rest(self, stop: threading.Event) -> None:
        """Wait until the next step is due."""
        stop.wait(self.seconds)

    def repeat(self, stop: threading.Event) -> None:
        """Do steps until the event is set."""
        failures = 0
        while not stop.is_set():
            try:
                self._attempt()
                failures = 0
                self.rest(stop)
            except (DatabaseError, InterfaceError) as error:
                if not is_outage(error):
                    raise
                logger.warning("%s: the database is away or busy: %s", self._name, error)
                connections.close_all()
                failures += 1
            stop.wait(min(_FIRST_PAUSE * 2**failures, _LONGEST_PAUSE) if failures else 0)

    def _attempt(self) -> None:
        try:
            self.step(timezone.now())
        except (TraceabilityError, LogKeyError, OSError) as error:
            table, rule = self.fault
            logger.error("%s: %s", self._name, error)  # noqa: TRY400 - its text says all; a traceback each second would not
            findings.report([Fault(table, "-", rule, _text(error))], at=timezone.now())

    @property
    def _name(self) -> str:
        return type(self).__module__.rpartition(".")[2]


def _text(error: Exception) -> str:
    # Of the system's errors without the file: drafts have another name each time, and each would be a finding.
    return f"storage: {error.strerror}" if isinstance(error, OSError) and error.strerror else str(error)
