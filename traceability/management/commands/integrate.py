import threading
import time
from datetime import datetime

from django.conf import settings

from traceability.management.steady import SteadyCommand
from traceability.queries import log
from traceability.services import integrator

# How often to look whether enough waits to go ahead of time.
_LOOK_SECONDS = 0.05


class Command(SteadyCommand):
    help = "Give waiting events their place in the log. Several may run; one works, the others stand by."
    fault = ("ledger_outbox", "integrate")

    def step(self, at: datetime) -> None:  # noqa: ARG002 - the log's order is its own, no clock's
        integrator.integrate_once()

    def rest(self, stop: threading.Event) -> None:
        due = time.monotonic() + settings.INTEGRATE_SECONDS
        while not stop.wait(_LOOK_SECONDS) and time.monotonic() < due:
            if log.waiting(at_most=settings.INTEGRATE_ROWS) >= settings.INTEGRATE_ROWS:
                return
