"""Which records the work at hand appended: for the log lines of operators, who look for them by these ids."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

_TRAIL: ContextVar[list[str] | None] = ContextVar("trail", default=None)


@contextmanager
def followed() -> Iterator[list[str]]:
    """Collect the ids of what is appended inside, in order."""
    found: list[str] = []
    token = _TRAIL.set(found)
    try:
        yield found
    finally:
        _TRAIL.reset(token)


def note(record_id: UUID) -> None:
    """Take down one id, where somebody follows."""
    found = _TRAIL.get()
    if found is not None:
        found.append(str(record_id))
