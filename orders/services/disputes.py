"""Disputes over a delivery: each freezes its own amount, and nothing else (State Council order 802, art. 15)."""

from datetime import datetime

from accounts.models import Membership
from orders.access import check_owns
from orders.enums import AllocationState, Outcome
from orders.models import Allocation
from orders.money import fen_of, yuan
from orders.services.conflicts import repeated
from orders.services.events import say
from orders.services.fulfilment import locked_allocation
from orders.services.standing import settle
from traceability.errors import RefusedError
from traceability.services.entries import Entry, members
from traceability.services.transactions import business_transaction


@business_transaction
def dispute(  # noqa: PLR0913 - how much is frozen, and why
    *,
    allocation: Allocation,
    fen: int,
    note: str,
    entry: Entry,
    membership: Membership,
    at: datetime,
    by: str = "",
) -> Allocation:
    """Freeze a part of what is owed for a delivery and not stated yet; all else is paid.

    Raises NotYoursError, RefusedError, EventError, ChainConflictError.
    """
    locked = locked_allocation(allocation)
    check_owns(membership, locked.line.order.channel.organisation)
    if repeated("allocation.disputed", locked.entity, entry, fen=fen, note=note):
        return locked
    if locked.state not in {AllocationState.DELIVERED, AllocationState.ACCEPTED}:
        raise RefusedError("", "not_in_this_state", state=locked.get_state_display())
    owed = _unstated(locked)
    if not 0 < fen <= owed:
        raise RefusedError("/fen", "dispute_too_large", limit=yuan(owed))
    body, private = members(by=by), members(fen=fen, note=note)
    say("allocation.disputed", locked.entity, entry=entry, membership=membership, at=at, body=body, private=private)
    locked.disputed_fen = fen
    locked.save(update_fields=["disputed_fen"])
    return locked


@business_transaction
def end_dispute(
    *, allocation: Allocation, outcome: str, entry: Entry, membership: Membership, at: datetime
) -> Allocation:
    """End a dispute: for the grower, what was frozen is owed; for the buyer, it is not.

    Raises NotYoursError, RefusedError, EventError, ChainConflictError.
    """
    locked = locked_allocation(allocation)
    check_owns(membership, locked.line.order.channel.organisation)
    if repeated("allocation.dispute_ended", locked.entity, entry, outcome=str(outcome)):
        return locked
    if not locked.disputed_fen:
        raise RefusedError("", "not_in_this_state", state=locked.get_state_display())
    private = members(fen=locked.disputed_fen)
    say(
        "allocation.dispute_ended",
        locked.entity,
        entry=entry,
        membership=membership,
        at=at,
        body=members(outcome=outcome),
        private=private,
    )
    if outcome == Outcome.BUYER:
        locked.forgone_fen += locked.disputed_fen
    locked.disputed_fen = 0
    locked.save(update_fields=["disputed_fen", "forgone_fen"])
    settle(locked)
    return locked


def _unstated(allocation: Allocation) -> int:
    whole = fen_of(allocation.delivered_kg - allocation.rejected_kg, allocation.price_fen_per_kg)
    return whole - sum(allocation.statement_lines.values_list("fen", flat=True)) - allocation.forgone_fen
