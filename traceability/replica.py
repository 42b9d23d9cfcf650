"""Reading from a replica: what anybody may see, for who has not just written.

A replica lags behind, mostly by less than a millisecond, and one that is cut off stands still without saying so.
Whoever has written must see it at once, so only public pages are read here, and only while the replica keeps up.
"""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, connections

ALIAS = "replica"
# How long one look at the replica serves, for each process: pages ask far more often than it changes.
_LOOK_SECONDS = 1.0

# Who receives nothing has nothing to replay and looks up to date. Whether there is a receiver everybody may see.
_ASK = """
SELECT pg_is_in_recovery(), EXISTS (SELECT FROM pg_stat_wal_receiver WHERE pid IS NOT NULL),
       CASE WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
            ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END::float8
"""


class ReplicaError(Exception):
    """The database that should follow the primary does not."""


@dataclass(slots=True)
class _Look:
    """What the last look found, and until when it serves."""

    fault: str = "not looked at"
    serves_until: float = 0.0


_look = _Look()


def is_there() -> bool:
    """Tell whether the settings name a replica."""
    return ALIAS in connections.settings


def lag() -> float:
    """Ask the replica how many seconds it is behind. Raises DatabaseError, ReplicaError where it follows nobody."""
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(_ASK)
        follows, receives, seconds = cursor.fetchone()
    if not follows:
        raise ReplicaError("is a primary of its own")
    if not receives:
        raise ReplicaError("receives nothing from the primary")
    return float(seconds or 0)


def fault() -> str:
    """Say why nothing is read from the replica now; nothing where all is well."""
    try:
        seconds = lag()
    except ReplicaError as error:
        return str(error)
    except DatabaseError as error:
        # The kind only: texts of drivers name hosts.
        return type(error).__name__
    return f"{seconds:.0f} s behind" if seconds > settings.REPLICA_MOST_LAG_SECONDS else ""


def keeps_up() -> bool:
    """Tell whether pages may be read from the replica, by a look that is at most a second old."""
    if not is_there():
        return False
    if time.monotonic() >= _look.serves_until:
        _look.fault = fault()
        _look.serves_until = time.monotonic() + _LOOK_SECONDS
    return not _look.fault


@contextlib.contextmanager
def reading() -> Iterator[None]:
    """Let every statement inside go to the replica.

    By the connection and not by a database router, which only models ask: proofs and histories are read by statements
    of their own, and a page whose parts came from two databases would contradict itself.
    """
    primary = connections["default"]
    connections["default"] = connections[ALIAS]
    try:
        yield
    finally:
        connections["default"] = primary


def is_read() -> bool:
    """Tell whether the caller reads from the replica now, so that the primary may be asked the same once more."""
    return connections["default"].alias == ALIAS
