"""How much of a planned yield to sell ahead: the design's example, and what moves it which way."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from orders.matching.again import write
from orders.presell import ALL_BP, PresellRules, Stakes, ahead, presell_of, stakes, terms_of
from orders.yields import Yield

RULES = PresellRules()
# From ten fen on, other goods in place of a missing kilogram cost something.
FEN = st.integers(10, 100_000)
PENALTY = st.integers(0, 10_000)
BP = st.integers(0, ALL_BP)
USUAL = Yield(p10=Decimal(800), p50=Decimal(1000), p90=Decimal(1250))


def test_of_the_usual_price_a_quarter_is_lost_on_what_is_left_over_and_a_third_on_what_is_missing() -> None:
    found = stakes(price=1000, penalty=0, usual=1000, rules=RULES)

    # .24 p / .54 p
    assert (found, found.share_bp) == (Stakes(unsold_fen=240, missing_fen=300), 4444)


def test_a_price_below_what_a_processor_pays_is_no_reason_to_sell_ahead() -> None:
    found = stakes(price=399, penalty=0, usual=1000, rules=RULES)

    assert (found.unsold_fen, found.share_bp, ahead(USUAL, found.share_bp)) == (0, 0, Decimal(0))


def test_where_nothing_is_at_stake_a_usual_year_is_sold() -> None:
    free = Stakes(unsold_fen=0, missing_fen=0)

    assert (free.share_bp, ahead(USUAL, free.share_bp)) == (5000, Decimal(1000))
    # Without any cost of missing goods the share stays below one, of which there is no quantile.
    assert Stakes(unsold_fen=1, missing_fen=0).share_bp == 9999


@given(price=FEN, more=FEN, usual=FEN, penalty=PENALTY, rules=st.builds(PresellRules, salvage_bp=BP, spot_bp=BP))
def test_a_better_price_sells_no_less_ahead(
    price: int, more: int, usual: int, penalty: int, rules: PresellRules
) -> None:
    low, high = (stakes(price=one, penalty=penalty, usual=usual, rules=rules).share_bp for one in (price, price + more))

    assert 0 <= low <= high < ALL_BP
    assert ahead(USUAL, low) <= ahead(USUAL, high)


@given(price=FEN, more=FEN, usual=FEN, penalty=PENALTY)
def test_a_dearer_shortage_sells_no_more_ahead(price: int, more: int, usual: int, penalty: int) -> None:
    low, high = (
        stakes(price=price, penalty=one, usual=usual, rules=RULES).share_bp for one in (penalty, penalty + more)
    )

    assert low >= high
    assert ahead(USUAL, low) >= ahead(USUAL, high)


@given(share=st.integers(1, ALL_BP - 1))
def test_the_yield_falls_short_of_what_is_sold_in_just_that_share_of_years(share: int) -> None:
    kg = ahead(USUAL, share)

    # To the gram: a gram more, and it would be more years.
    assert 1 - USUAL.chance_above(kg) <= share / ALL_BP + 1e-9
    assert 1 - USUAL.chance_above(kg + Decimal("0.001")) > share / ALL_BP - 1e-9


def test_lines_of_one_window_are_taken_together_by_plot() -> None:
    lines = [["a", 0, 0, 0, 500, 900, 1, 0, 1], ["a", 0, 0, 1, 700, 900, 1, 1, 1], ["b", 0, 1, 0, 50, 1000, 1, 2, 1]]
    terms = terms_of(usual=1000, windows=[(900, 0), (1000, 100)], land=[(8000, 12_500), (10_000, 10_000)], rules=RULES)
    inputs = write({"lines": lines, "presell": terms})
    outcome = write({"allocations": [[0, 0, 400_000], [1, 0, 600_000], [2, 1, 50_000]]})

    first, second = presell_of(inputs, outcome)

    assert (first.window, first.plot, first.expected_kg, first.stakes.share_bp) == (0, 0, Decimal(1000), 4000)
    assert first.ahead_kg == USUAL.quantile(0.4)
    # A yield that is the same each year is sold whole.
    assert (second.window, second.plot, second.expected_kg, second.ahead_kg) == (1, 1, Decimal(50), Decimal(50))
    assert second.stakes == Stakes(unsold_fen=240, missing_fen=400)
