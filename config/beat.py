"""The clockwork of recurring tasks, on a clock that may be set back and a disk that may be full."""

import logging
from datetime import datetime, timedelta
from typing import Any

from celery.beat import PersistentScheduler, ScheduleEntry, SchedulingError
from kombu.exceptions import OperationalError

logger = logging.getLogger("suyuan.beat")

# A clock that is brought into line bit by bit goes back by less, and does no harm.
_SET_BACK = timedelta(seconds=5)


class _Memory(dict[str, Any]):
    """Stands where the file of the schedule would, and is gone with the process."""

    @classmethod
    def open(cls, *_args: object, **_kwargs: object) -> "_Memory":
        return cls()

    def sync(self) -> None:
        return

    def close(self) -> None:
        return


class SteadyScheduler(PersistentScheduler):
    """Celery's own scheduler, which goes on when the clock was set back, and when its file cannot be written.

    Celery notes by the wall clock when each task ran last and is due next. Set back by an hour, it would send nothing
    for that hour: not even the relay, on which all other background work waits. On a full disk it would end, and end
    again whenever it is started; without its file it knows only since its start when each task ran last. Of a broker
    that is away it would tell with a traceback each second; this one tells once, and once when it is back.
    """

    _broker_is_away = False

    def setup_schedule(self) -> None:
        """Read when each task ran last, or begin in memory."""
        try:
            super().setup_schedule()
        except OSError as error:
            logger.warning("the schedule is not kept: %s", error.strerror)
            self.persistence = _Memory  # type: ignore[assignment]  # all of it that Celery asks for
            super().setup_schedule()

    def sync(self) -> None:
        """Write down when each task ran last, where that can be written."""
        try:
            super().sync()
        except OSError as error:
            logger.warning("the schedule was not written: %s", error.strerror)

    def apply_entry(self, entry: ScheduleEntry, producer: Any = None) -> None:
        """Send a task that is due. One that cannot be sent is void: its next tick does its work."""
        try:
            self.apply_async(entry, producer=producer, advance=False)
        except SchedulingError as error:
            is_outage = isinstance(error.__context__, OperationalError)
            if not (is_outage and self._broker_is_away):
                logger.error("%s", error, exc_info=not is_outage)  # noqa: TRY400 - where it is not known already
            self._broker_is_away = is_outage
        else:
            if self._broker_is_away:
                logger.warning("the broker is back")
            self._broker_is_away = False

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send what is due, after moments that lie in the future by now were forgotten."""
        if self._was_set_back():
            # Celery reckons anew when each task is due.
            self._heap = None
        seconds: float = super().tick(*args, **kwargs)
        return seconds

    def _was_set_back(self) -> bool:
        entries: list[ScheduleEntry] = list(self.schedule.values())
        moved = [entry for entry in entries if _is_ahead(entry.last_run_at, entry.default_now())]
        for entry in moved:
            entry.last_run_at = entry.default_now()
        if moved:
            logger.warning("the clock was set back: %d recurring tasks begin anew", len(moved))
        return bool(moved)


def _is_ahead(last: datetime | None, now: datetime) -> bool:
    return last is not None and last - now > _SET_BACK
