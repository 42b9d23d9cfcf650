"""What the chain must know of this app before anything is recorded."""

from collections.abc import Mapping

from finance import errors
from traceability.errors import register_messages
from traceability.projections import registry

UNVOUCHED: Mapping[str, str] = {}


def register() -> None:
    """Take up types of events, what their codes are called, and which tables no projection gives."""
    register_messages(errors.MESSAGES)
    registry.register((), unvouched=UNVOUCHED)
