"""Where promises and lines stand: a line where its furthest promise behind is, a promise settled once all is paid."""

from uuid import UUID

from orders.enums import AllocationState, LineState, StatementState
from orders.models import Allocation, OrderLine
from orders.money import fen_of
from orders.queries.market import ENDED

# The furthest behind first.
_STANDS = (
    (AllocationState.FIRM, LineState.FIRM),
    (AllocationState.PICKED, LineState.IN_FULFILMENT),
    (AllocationState.SHIPPED, LineState.IN_FULFILMENT),
    (AllocationState.DELIVERED, LineState.DELIVERED),
    (AllocationState.ACCEPTED, LineState.ACCEPTED),
    (AllocationState.SETTLED, LineState.SETTLED),
)


def follow(line_id: UUID) -> None:
    """Let a line stand where the furthest behind of its promises stands."""
    states = set(Allocation.objects.filter(line=line_id).exclude(state__in=ENDED).values_list("state", flat=True))
    found = next((stands for state, stands in _STANDS if state in states), None)
    if found:
        OrderLine.objects.filter(pk=line_id).update(state=found)


def left_to_state(allocation: Allocation) -> int:
    """Give what is owed for a delivery in fen and stands in no statement, without what is disputed or not owed."""
    whole = fen_of(allocation.accepted_kg, allocation.price_fen_per_kg)
    stated = sum(one.fen for one in allocation.statement_lines.all())
    return whole - stated - allocation.disputed_fen - allocation.forgone_fen


def settle(allocation: Allocation) -> None:
    """Let a locked delivery count as settled once all of it that is owed is paid, and nothing is in dispute."""
    if allocation.state != AllocationState.ACCEPTED or allocation.disputed_fen or left_to_state(allocation) > 0:
        return
    # A later statement may be paid before an earlier one.
    if allocation.statement_lines.exclude(statement__state=StatementState.PAID).exists():
        return
    allocation.state = AllocationState.SETTLED
    allocation.save(update_fields=["state"])
    follow(allocation.line_id)
