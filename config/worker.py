"""How a worker comes back to a broker that was away."""

from functools import partial
from typing import Any

from celery.worker.consumer import Consumer

# Celery waits longer after each try, up to half a minute: for so long after the broker is back nothing would be done.
_LONGEST_PAUSE = 5


class SteadyConsumer(Consumer):
    """Celery's own consumer, which looks for its broker every few seconds for as long as it is away."""

    def ensure_connected(self, conn: Any) -> Any:
        """Wait until the broker takes connections."""
        conn.ensure_connection = partial(conn.ensure_connection, interval_max=_LONGEST_PAUSE)
        return super().ensure_connected(conn)
