from datetime import UTC, date, datetime

import pytest

from traceability.errors import InputError
from traceability.standards.days import CHINA, day_in_china


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (date(2026, 9, 2), date(2026, 9, 2)),
        (datetime(2026, 9, 1, 15, 59, 59, tzinfo=UTC), date(2026, 9, 1)),
        (datetime(2026, 9, 1, 16, 0, tzinfo=UTC), date(2026, 9, 2)),
        (datetime(2026, 9, 2, 0, 30, tzinfo=CHINA), date(2026, 9, 2)),
    ],
)
def test_the_day_is_that_of_the_clocks_in_china(moment: date, day: date) -> None:
    found = day_in_china(moment)

    assert type(found) is date
    assert found == day


def test_a_time_without_its_zone_has_no_day() -> None:
    with pytest.raises(InputError, match="a time needs its time zone before its day can be told"):
        day_in_china(datetime(2026, 9, 2, 0, 30))  # noqa: DTZ001 - the fault that is meant
