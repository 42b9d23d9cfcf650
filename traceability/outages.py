"""Which errors mean that the database was away, or the way to it: nothing is wrong with what was asked."""

from django.db import InterfaceError, InternalError, OperationalError
from psycopg.errors import IdleInTransactionSessionTimeout


def is_outage(error: BaseException) -> bool:
    """Whether the same may be asked again later, on another connection."""
    if isinstance(error, InternalError):
        # The server ended a transaction of which it had heard nothing for a minute: the network stalled. Others of this
        # kind are faults of ours.
        return isinstance(error.__cause__, IdleInTransactionSessionTimeout)
    return isinstance(error, OperationalError | InterfaceError)
