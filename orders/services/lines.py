"""What becomes of an order's line besides its goods: paid ahead, cancelled, paid back."""

from datetime import datetime

from accounts.models import Membership
from orders.access import check_owns
from orders.deposits import back_in_full
from orders.enums import OPEN_LINES, LineState, Weight
from orders.models import Allocation, OrderLine, Reservation
from orders.services.events import say
from traceability.errors import RefusedError
from traceability.services.entries import Entry, members
from traceability.services.transactions import business_transaction


@business_transaction
def pay_deposit(*, line: OrderLine, fen: int, entry: Entry, membership: Membership, at: datetime) -> OrderLine:
    """Record that a line was paid ahead, as its channel says. From now on it counts double where not all is served.

    Raises NotYoursError, RefusedError, EventError, ChainConflictError.
    """
    locked = _locked(line, membership)
    if entry.is_known:
        return locked
    if locked.state != LineState.DEPOSIT_PENDING:
        raise RefusedError("", "nothing_to_pay")
    if fen != locked.deposit_due_fen:
        raise RefusedError("/fen", "deposit_differs", due=locked.deposit_due_fen)
    _say("order.deposit_paid", locked, entry, membership, at, private=members(fen=fen))
    locked.deposit_fen = fen
    locked.state = LineState.PLACED
    locked.weight = max(locked.weight, Weight.DEPOSIT)
    locked.save(update_fields=["deposit_fen", "state", "weight"])
    return locked


@business_transaction
def cancel(*, line: OrderLine, reason: str, entry: Entry, membership: Membership, at: datetime) -> OrderLine:
    """End a line of which nothing is promised yet, and say what of the deposit comes back.

    Until the offer's cut-off that is free; afterwards the rule of the deposit decides. Raises NotYoursError,
    RefusedError, EventError, ChainConflictError.
    """
    locked = _locked(line, membership)
    if entry.is_known:
        return locked
    if locked.state == LineState.FIRM or Allocation.objects.filter(line=locked).exclude(firm_kg=0).exists():
        raise RefusedError("", "line_is_firm")
    if locked.state not in OPEN_LINES:
        raise RefusedError("", "line_over")
    _say("order.cancelled", locked, entry, membership, at, reason=reason)
    Reservation.objects.filter(line=locked).delete()
    locked.state = LineState.CANCELLED
    locked.save(update_fields=["state"])
    back = back_in_full(
        locked.deposit_fen, kind=locked.deposit_kind, reason=reason, in_time=_in_time(locked, entry.time)
    )
    return refund(line=locked, fen=back, reason=reason, entry=_after(entry), membership=membership, at=at)


@business_transaction
def refund(  # noqa: PLR0913 - how much of which line, and why
    *, line: OrderLine, fen: int, reason: str, entry: Entry, membership: Membership, at: datetime
) -> OrderLine:
    """Record what is paid back of a line. Raises NotYoursError, RefusedError, EventError, ChainConflictError."""
    locked = _locked(line, membership)
    if fen == 0 or entry.is_known:
        return locked
    _say("order.refunded", locked, entry, membership, at, reason=reason, private=members(fen=fen))
    locked.refunded_fen += fen
    if locked.state == LineState.CANCELLED:
        locked.state = LineState.REFUNDED
    locked.save(update_fields=["refunded_fen", "state"])
    return locked


def _locked(line: OrderLine, membership: Membership) -> OrderLine:
    found = OrderLine.objects.select_for_update(of=("self",)).select_related("order__channel__organisation", "offer")
    locked = found.get(pk=line.pk)
    check_owns(membership, locked.order.channel.organisation)
    return locked


def _in_time(line: OrderLine, time: datetime) -> bool:
    return line.offer is None or time <= line.offer.cutoff_at


def _after(entry: Entry) -> Entry:
    return Entry(id=entry.id_of("refund"), time=entry.time)


def _say(  # noqa: PLR0913 - one event of an order, by whom and when
    name: str,
    line: OrderLine,
    entry: Entry,
    membership: Membership,
    at: datetime,
    *,
    reason: str = "",
    private: dict[str, object] | None = None,
) -> None:
    body = members(line=str(line.pk), reason=reason)
    say(name, line.order.entity, entry=entry, membership=membership, at=at, body=body, private=private)
