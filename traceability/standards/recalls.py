"""What the law asks of a recall: when it must begin, and when it must be finished (食品召回管理办法).

The periods were read in secondary sources only (evidence B), and every page that shows them says so. Working days are
Monday to Friday: public holidays and the days that are worked in their place are not considered, so that a deadline
reckoned here is never later than the law's but where a holiday's weekend is worked.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from traceability.standards.days import CHINA
from traceability.standards.files import rows

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Duty:
    """The periods of one level."""

    level: str
    start_within: timedelta
    finish_within_working_days: int
    source: str
    evidence: str


@cache
def duty(level: str) -> Duty:
    """Look up the periods of a level. Raises KeyError."""
    return {
        row["level"]: Duty(
            row["level"],
            timedelta(hours=int(row["start_within_hours"])),
            int(row["finish_within_working_days"]),
            row["source"],
            row["evidence"],
        )
        for row in rows("recall_levels.csv")
    }[level]


def start_by(level: str, opened_at: datetime) -> datetime:
    """Give the moment before which the recall must have begun: holders told, goods blocked."""
    return opened_at + duty(level).start_within


def finish_by(level: str, opened_at: datetime) -> datetime:
    """Give the end, in China, of the last working day on which the recall must be finished."""
    day = opened_at.astimezone(CHINA)
    left = duty(level).finish_within_working_days
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < _SATURDAY
    return (day + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
