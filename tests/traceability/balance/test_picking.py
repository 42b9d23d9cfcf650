from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from traceability.balance import Pick, pick_oldest

WEIGHTS = st.decimals("0", "1000", places=3)
STOCK = st.lists(WEIGHTS, max_size=8).map(lambda weights: list(enumerate(weights)))


def test_what_came_first_goes_first() -> None:
    stock = [("old", Decimal(300)), ("new", Decimal(500))]

    assert pick_oldest(stock, Decimal(400)) == [Pick("old", Decimal(300)), Pick("new", Decimal(100))]


@given(STOCK, WEIGHTS)
def test_no_more_is_taken_than_wanted_or_there(stock: list[tuple[int, Decimal]], wanted: Decimal) -> None:
    picks = pick_oldest(stock, wanted)

    assert sum(pick.kg for pick in picks) == min(wanted, sum(kg for _name, kg in stock))
    assert all(0 < pick.kg <= stock[pick.name][1] for pick in picks)
    # Only the last one may be left in part.
    assert all(pick.kg == stock[pick.name][1] for pick in picks[:-1])
