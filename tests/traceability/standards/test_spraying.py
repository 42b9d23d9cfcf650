from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from traceability.standards.spraying import Spraying, harvest_from, violated_by

TRICYCLAZOLE = Spraying("三环唑", date(2026, 8, 20), 21)
ABAMECTIN = Spraying("阿维菌素", date(2026, 8, 30), 7)
SPRAYINGS = st.lists(
    st.builds(Spraying, st.text(max_size=3), st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 365)),
    max_size=6,
)


def test_harvest_is_allowed_when_the_interval_is_over() -> None:
    assert TRICYCLAZOLE.harvest_from == date(2026, 9, 10)
    assert violated_by(date(2026, 9, 9), [TRICYCLAZOLE]) == [TRICYCLAZOLE]
    assert violated_by(date(2026, 9, 10), [TRICYCLAZOLE]) == []


def test_the_longest_wait_of_several_sprayings_counts() -> None:
    assert harvest_from([ABAMECTIN, TRICYCLAZOLE]) == date(2026, 9, 10)
    assert violated_by(date(2026, 9, 1), [ABAMECTIN, TRICYCLAZOLE]) == [TRICYCLAZOLE, ABAMECTIN]
    assert violated_by(date(2026, 9, 8), [ABAMECTIN, TRICYCLAZOLE]) == [TRICYCLAZOLE]


def test_without_spraying_harvest_is_free() -> None:
    assert harvest_from([]) is None
    assert violated_by(date(2026, 9, 1), []) == []


def test_a_spraying_after_the_harvest_does_not_concern_it() -> None:
    assert violated_by(date(2026, 8, 19), [TRICYCLAZOLE]) == []
    assert violated_by(date(2026, 8, 20), [TRICYCLAZOLE]) == [TRICYCLAZOLE]


def test_no_interval_means_no_wait() -> None:
    assert violated_by(date(2026, 8, 20), [Spraying("石硫合剂", date(2026, 8, 20), 0)]) == []


@given(SPRAYINGS, st.integers(0, 400))
def test_from_the_first_allowed_day_on_nothing_is_violated(sprayings: list[Spraying], later: int) -> None:
    first = harvest_from(sprayings) or date(2020, 1, 1)

    assert violated_by(first + timedelta(days=later), sprayings) == []
