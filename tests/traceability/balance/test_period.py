from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.traceability.balance.books import AFTER, BEFORE, part
from traceability.balance import Run, loss_rate, loss_rates_by_step


def test_the_book_of_heishan_halves_its_loss_from_twelve_percent_to_six() -> None:
    before, after = loss_rate(BEFORE), loss_rate(AFTER)

    assert (before.corrected, before.lost, before.percent) == (Decimal(9400), Decimal(1128), Decimal("12.00"))
    assert (after.corrected, after.lost, after.percent) == (Decimal(9400), Decimal(564), Decimal("6.00"))


def test_the_book_says_where_and_why_it_was_lost() -> None:
    before = loss_rate(BEFORE)

    assert dict(before.declared) == {
        "spoilage": Decimal(250),
        "dust": Decimal(100),
        "spillage": Decimal(420),
        "pests": Decimal(152),
        "sampling": Decimal(6),
    }
    assert (before.unexplained, before.dried, before.runs) == (Decimal(200), Decimal(600), 3)
    assert before.share(before.unexplained) == Decimal("2.13")
    assert {step: rate.percent for step, rate in loss_rates_by_step(BEFORE).items()} == {
        "drying": Decimal("4.26"),
        "shelling": Decimal("6.13"),
        "packing": Decimal("2.91"),
    }


def test_without_the_correction_the_same_book_would_say_more() -> None:
    # 600 kg of water more on 10,000 kg: the number that a scale alone gives.
    rate = loss_rate(BEFORE)

    assert round((rate.lost + rate.dried) / (rate.corrected + rate.dried) * 100, 2) == Decimal("17.28")


def test_a_period_without_runs_has_no_rate() -> None:
    assert (loss_rate([]).percent, loss_rates_by_step([])) == (None, {})


@given(st.lists(st.decimals("1", "100", places=3), min_size=2, max_size=7))
def test_of_a_chain_of_steps_the_input_counts_once(weights: list[Decimal]) -> None:
    falling = sorted(weights, reverse=True)
    chain = [
        Run(step=f"step {at}", inputs=[part(f"L{at}", str(into))], outputs=[part(f"L{at + 1}", str(out))])
        for at, (into, out) in enumerate(pairwise(falling))
    ]

    rate = loss_rate(chain)

    assert (rate.corrected, rate.lost) == (falling[0], falling[0] - falling[-1])
