"""Room in the outbox, whether or not an integrator runs beside the demonstration."""

from collections.abc import Callable
from typing import TypeVar

from django.conf import settings

from traceability.queries import log
from traceability.services import integrator
from traceability.services.chain import OutboxFullError

T = TypeVar("T")


def with_room(record: Callable[[], T]) -> T:
    """Record something; where the outbox is full, empty it first, as the integrator would, and record again."""
    try:
        return record()
    except OutboxFullError:
        integrator.integrate_once()
        return record()


def make_room() -> None:
    """Empty the outbox where it is half full: a document that finds it full waits for a worker instead."""
    half = max(1, settings.OUTBOX_LIMIT // 2)
    if log.waiting(at_most=half) >= half:
        integrator.integrate_once()
