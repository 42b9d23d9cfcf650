from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from orders.services.payments import late_interest


@given(st.integers(0, 10**12), st.integers(0, 400))
def test_interest_is_half_a_thousandth_a_day_and_never_a_fen_more(fen: int, days: int) -> None:
    due = date(2026, 10, 16)

    owed = late_interest(fen, due_on=due, on=due + timedelta(days=days))

    assert owed * 2000 <= fen * days < (owed + 1) * 2000
    assert late_interest(fen, due_on=due, on=due - timedelta(days=days)) == 0
