"""How many bursts of phones one process takes at once, so that whoever reads a page finds a thread that is free."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.conf import settings

from traceability.errors import TraceabilityError


class NoTurnError(TraceabilityError):
    """Other phones are being served; this one should come back in a few seconds."""


@contextmanager
def turn() -> Iterator[None]:
    """Serve one phone. Raises NoTurnError at once where enough of them are served.

    Who waited here would hold a thread. A phone keeps what it has and asks again; a person before a page does not.
    """
    turns = _turns()
    if not turns.acquire(blocking=False):
        raise NoTurnError(f"phones: {settings.BURSTS_AT_ONCE} are being served at this moment")
    try:
        yield
    finally:
        turns.release()


@cache
def _turns() -> threading.BoundedSemaphore:
    return threading.BoundedSemaphore(settings.BURSTS_AT_ONCE)
