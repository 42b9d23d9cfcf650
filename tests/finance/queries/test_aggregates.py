from hypothesis import given
from hypothesis import strategies as st

from finance.queries.aggregates import LEAST, Group, merged


def _group(code: str, farms: int) -> Group:
    return Group(code=code, farms=farms, mu=farms, with_consent=0, loans=0, lent_fen=0, late=0)


def test_small_groups_go_together_and_take_the_next_smallest_along() -> None:
    found = merged([_group("210101", 30), _group("210102", 4), _group("210103", 12)])

    assert [(one.code, one.farms) for one in found] == [("210101", 30), ("", 16)]


def test_too_few_farms_make_no_figure() -> None:
    assert merged([_group("210101", 4), _group("210102", 6)]) == []


@given(st.lists(st.integers(1, 40), max_size=12))
def test_no_group_has_fewer_than_eleven_farms_and_none_can_be_had_from_the_sum(sizes: list[int]) -> None:
    found = merged(_group(f"21{number:04}", size) for number, size in enumerate(sizes))

    hidden = sum(sizes) - sum(one.farms for one in found)
    assert all(one.farms >= LEAST for one in found)
    assert not found or hidden == 0
