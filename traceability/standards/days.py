"""The day in China on which something happened."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from traceability.errors import InputError

CHINA = ZoneInfo("Asia/Shanghai")


def day_in_china(moment: date | datetime, pointer: str = "") -> date:
    """Return the day of a date, or of a moment as the clocks in China showed it.

    What is made at half past midnight in Panjin is made on that day, though UTC still writes the day before. Raises
    InputError for a time without its zone.
    """
    if not isinstance(moment, datetime):
        return moment
    if moment.utcoffset() is None:
        raise InputError(pointer, "day_without_zone")
    return moment.astimezone(CHINA).date()
