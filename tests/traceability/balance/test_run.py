from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.traceability.balance.books import part
from traceability.balance import Run, balance_of

WEIGHTS = st.decimals("0.001", "100000", places=3)
PARTS = st.lists(
    st.builds(part, st.sampled_from(("dust", "spillage", "moisture", "husk")), WEIGHTS.map(str)), max_size=4
)
MOISTURES = st.none() | st.decimals("0", "40", places=2)


def dried(**said: object) -> Run:
    facts = {
        "step": "drying",
        "inputs": [part("H1", "1000")],
        "outputs": [part("D1", "930")],
        "losses": [part("dust", "3")],
        "moisture_in": Decimal("20.0"),
        "moisture_out": Decimal("14.5"),
        **said,
    }
    return Run(**facts)  # type: ignore[arg-type]


def test_the_lines_of_a_drying_with_both_numbers() -> None:
    balance = balance_of(dried())

    assert (balance.into, balance.dried, balance.corrected) == (Decimal(1000), Decimal("64.327"), Decimal("935.673"))
    assert (balance.missing, balance.lost, balance.unexplained) == (Decimal(70), Decimal("5.673"), Decimal("2.673"))
    assert (balance.loss_percent, balance.yield_percent) == (Decimal("0.61"), Decimal("99.39"))


def test_water_that_is_declared_beside_the_moistures_is_not_counted_twice() -> None:
    declared = dried(losses=[part("dust", "3"), part("moisture", "64.327")])

    assert balance_of(declared) == balance_of(dried())


def test_water_that_nobody_measured_is_believed_and_is_no_loss() -> None:
    balance = balance_of(dried(moisture_in=None, losses=[part("moisture", "60"), part("dust", "10")]))

    assert (balance.dried, dict(balance.declared), balance.lost) == (Decimal(60), {"dust": Decimal(10)}, Decimal(10))


def test_losses_of_one_reason_are_one_line() -> None:
    balance = balance_of(dried(losses=[part("dust", "1"), part("dust", "2")]))

    assert dict(balance.declared) == {"dust": Decimal(3)}


@pytest.mark.parametrize(
    ("out", "is_explained", "is_possible"),
    [("995", True, True), ("994.999", False, True), ("1005", True, True), ("1005.001", True, False)],
)
def test_scales_may_differ_by_half_a_percent(out: str, is_explained: bool, is_possible: bool) -> None:  # noqa: FBT001
    balance = balance_of(Run(step="cleaning", inputs=[part("H1", "1000")], outputs=[part("C1", out)]))

    assert (balance.is_explained, balance.is_possible) == (is_explained, is_possible)


def test_of_nothing_nothing_is_a_share() -> None:
    balance = balance_of(Run(step="other", inputs=[], outputs=[]))

    assert (balance.loss_percent, balance.yield_percent) == (None, None)


@given(
    st.builds(
        Run,
        step=st.just("milling"),
        inputs=PARTS,
        outputs=PARTS,
        by_products=PARTS,
        losses=PARTS,
        moisture_in=MOISTURES,
        moisture_out=MOISTURES,
    )
)
def test_the_lines_add_up_to_the_gram(run: Run) -> None:
    balance = balance_of(run)

    assert balance.into == balance.dried + balance.out + balance.by_products + balance.lost
    assert balance.missing == balance.dried + balance.lost
    assert "moisture" not in balance.declared
