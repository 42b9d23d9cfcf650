"""What comes back of a deposit when an order's line ends.

Earnest money 定金 binds both sides: who gave it loses it by not taking the goods, who took it returns it twice by not
delivering (Civil Code, art. 586 and 587). A prepayment 预付款 is only ever paid back. Nobody answers for force majeure
(Civil Code, art. 180 and 590).
"""

from orders.enums import DepositKind, Withdrawal

# Civil Code, art. 586: beyond a fifth of the price it is no earnest money.
MOST_EARNEST_BP = 2000
_ALL_BP = 10_000


def deposit_of(*, amount_fen: int, deposit_bp: int) -> int:
    """Give what is paid ahead of an amount, in whole fen, rounded down: never above the share that was agreed."""
    return amount_fen * deposit_bp // _ALL_BP


def back_in_full(paid_fen: int, *, kind: str, reason: str, in_time: bool) -> int:
    """Give what is paid back in fen when a line ends as a whole; `in_time` is before the offer's cut-off."""
    if kind != DepositKind.EARNEST:
        return paid_fen
    if reason == Withdrawal.SELLER:
        return 2 * paid_fen
    if reason == Withdrawal.BUYER and not in_time:
        return 0
    return paid_fen
