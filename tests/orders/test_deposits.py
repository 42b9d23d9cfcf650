"""What comes back of what was paid ahead: by its kind, by who ends the line, and by when."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.deposits import MOST_EARNEST_BP, back_in_full, deposit_of
from orders.enums import DepositKind, Withdrawal

FEN = st.integers(0, 10**12)


@given(FEN, st.integers(0, MOST_EARNEST_BP))
def test_deposit_never_passes_the_share_that_was_agreed(fen: int, share: int) -> None:
    due = deposit_of(amount_fen=fen, deposit_bp=share)

    assert due * 10_000 <= fen * share < (due + 1) * 10_000
    assert due * 5 <= fen


@pytest.mark.parametrize("in_time", [True, False])
@pytest.mark.parametrize("reason", list(Withdrawal))
@given(paid=FEN)
def test_prepayment_is_only_ever_paid_back(paid: int, reason: str, *, in_time: bool) -> None:
    assert back_in_full(paid, kind=DepositKind.PREPAYMENT, reason=reason, in_time=in_time) == paid


@pytest.mark.parametrize(
    ("reason", "in_time", "times"),
    [
        (Withdrawal.SELLER, True, 2),
        (Withdrawal.SELLER, False, 2),
        (Withdrawal.BUYER, True, 1),
        (Withdrawal.BUYER, False, 0),
        (Withdrawal.SHORTAGE, False, 1),
        (Withdrawal.FORCE_MAJEURE, False, 1),
        (Withdrawal.EXPIRED, False, 1),
    ],
)
@given(paid=FEN)
def test_earnest_money_comes_back_twice_once_or_not_at_all(
    paid: int, reason: str, times: int, *, in_time: bool
) -> None:
    assert back_in_full(paid, kind=DepositKind.EARNEST, reason=reason, in_time=in_time) == times * paid
