"""Too little for all: shares are fair to less than a pack, and nobody is sent what would be sent back."""

from hypothesis import given
from hypothesis import strategies as st

from orders.rationing import Claim, pro_rata, ration

PACKS = st.integers(0, 60)


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    ordered = draw(st.integers(1, 60))
    return Claim(
        lacks=draw(st.integers(0, ordered)),
        ordered=ordered,
        min_accept_bp=draw(st.sampled_from([0, 5000, 8000, 10_000])),
    )


@given(PACKS, st.lists(PACKS, max_size=6))
def test_shares_are_whole_packs_and_within_one_of_what_is_fair(available: int, lacking: list[int]) -> None:
    shares = pro_rata(available, lacking)

    total = sum(lacking)
    assert sum(shares) == min(available, total)
    for share, lacks in zip(shares, lacking, strict=True):
        assert 0 <= share <= lacks
        if available < total:
            assert abs(share * total - available * lacks) < total


@given(PACKS, st.lists(PACKS, min_size=1, max_size=6))
def test_who_lacks_more_never_gets_less(available: int, lacking: list[int]) -> None:
    shares = pro_rata(available, lacking)

    pairs = list(zip(lacking, shares, strict=True))
    assert all(one[1] <= other[1] + (one[0] == other[0]) for one in pairs for other in pairs if one[0] <= other[0])


def test_largest_remainders_get_what_is_left_and_of_equals_the_first() -> None:
    assert pro_rata(10, [7, 7, 7]) == [4, 3, 3]
    assert pro_rata(10, [1, 8, 8]) == [0, 5, 5]
    assert pro_rata(5, [10, 5, 1]) == [3, 2, 0]


@given(PACKS, st.lists(claims(), max_size=6))
def test_nobody_gets_a_part_that_the_buyer_would_send_back(available: int, lines: list[Claim]) -> None:
    shares = ration(available, lines)

    assert sum(shares) <= available
    served = [place for place, packs in enumerate(shares) if packs]
    assert all(lines[place].takes(shares[place]) and shares[place] <= lines[place].lacks for place in served)
    # Those who are served share what there is pro rata, as if nobody else were there.
    assert sum(shares) == min(available, sum(lines[place].lacks for place in served)) or not served


@given(st.lists(claims(), max_size=6))
def test_enough_for_all_is_given_to_all(lines: list[Claim]) -> None:
    assert ration(sum(one.lacks for one in lines), lines) == [one.lacks for one in lines]


def test_who_is_furthest_from_what_it_takes_goes_without() -> None:
    small, large = (Claim(lacks=10, ordered=10, min_accept_bp=bp) for bp in (5000, 9000))

    assert ration(13, [large, small]) == [0, 10]
    assert ration(13, [small, small]) == [7, 6]
    assert ration(4, [small, small]) == [0, 0]
    assert ration(8, [large, small]) == [0, 8]
