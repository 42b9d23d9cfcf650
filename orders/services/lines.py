"""What becomes of an order's line besides its goods: paid ahead, changed, cancelled, paid back."""

from datetime import datetime
from decimal import Decimal

from accounts.models import Membership
from orders.access import check_owns
from orders.deposits import back_in_full, deposit_of
from orders.enums import OPEN_LINES, LineState, Weight, Withdrawal
from orders.models import OrderLine, PresaleOffer, Reservation
from orders.money import fen_of
from orders.queries.market import promised_to
from orders.services.conflicts import repeated
from orders.services.events import say
from orders.services.taking import left_of
from traceability.decimals import decimal_text
from traceability.errors import RefusedError
from traceability.services.entries import Entry, members
from traceability.services.transactions import business_transaction


@business_transaction
def pay_deposit(*, line: OrderLine, fen: int, entry: Entry, membership: Membership, at: datetime) -> OrderLine:
    """Record that a line was paid ahead, as its channel says. From now on it counts double where not all is served.

    Raises NotYoursError, RefusedError, EventError, ChainConflictError.
    """
    locked = _locked(line, membership)
    if repeated("order.deposit_paid", locked.order.entity, entry, line=str(locked.pk), fen=fen):
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
def change(  # noqa: PLR0913 - how much of which line, and who says so
    *, line: OrderLine, kg: Decimal, entry: Entry, membership: Membership, at: datetime, by: str = ""
) -> OrderLine:
    """Let a line want more or less, until the offer's cut-off and as long as nothing of it is promised.

    What was reserved for it is matched anew. Raises NotYoursError, RefusedError, EventError, ChainConflictError.
    """
    locked = _locked(line, membership)
    if repeated("order.changed", locked.order.entity, entry, line=str(locked.pk), kg=kg) or kg == locked.kg:
        return locked
    _check_change(locked, kg, entry.time)
    _say("order.changed", locked, entry, membership, at, by=by, private=members(kg=kg))
    Reservation.objects.filter(line=locked).delete()
    locked.kg = kg
    if locked.offer and locked.deposit_due_fen:
        amount = fen_of(kg, locked.price_fen_per_kg)
        locked.deposit_due_fen = deposit_of(amount_fen=amount, deposit_bp=locked.offer.deposit_bp)
    if locked.state != LineState.DEPOSIT_PENDING:
        locked.state = LineState.PLACED
    locked.save(update_fields=["kg", "deposit_due_fen", "state"])
    return locked


@business_transaction
def cancel(  # noqa: PLR0913 - which line, why, and who says so
    *, line: OrderLine, reason: str, entry: Entry, membership: Membership, at: datetime, by: str = ""
) -> OrderLine:
    """End a line of which nothing is promised yet, and say what of the deposit comes back.

    Until the offer's cut-off that is free; afterwards the rule of the deposit decides. Raises NotYoursError,
    RefusedError, EventError, ChainConflictError.
    """
    locked = _locked(line, membership)
    if repeated("order.cancelled", locked.order.entity, entry, line=str(locked.pk), reason=str(reason)):
        return locked
    _check_open(locked)
    _say("order.cancelled", locked, entry, membership, at, reason=reason, by=by)
    Reservation.objects.filter(line=locked).delete()
    locked.state = LineState.CANCELLED
    locked.save(update_fields=["state"])
    in_time = _in_time(locked, entry.time)
    back = back_in_full(_held_fen(locked), kind=locked.deposit_kind, reason=reason, in_time=in_time)
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


@business_transaction
def give_up_rest(*, line: OrderLine, entry: Entry, membership: Membership, at: datetime) -> OrderLine:
    """Stop looking for what no grower promised of a line; of what was paid ahead the same share comes back.

    Raises NotYoursError, RefusedError, EventError, ChainConflictError.
    """
    locked = _locked(line, membership)
    promised = promised_to(locked)
    if not promised:
        return cancel(line=locked, reason=Withdrawal.SHORTAGE, entry=entry, membership=membership, at=at)
    if entry.is_known or promised >= locked.kg:
        return locked
    back = int(_held_fen(locked) * (locked.kg - promised) / locked.kg)
    _say("order.changed", locked, entry, membership, at, private=members(kg=promised))
    Reservation.objects.filter(line=locked).delete()
    locked.kg = promised
    locked.save(update_fields=["kg"])
    return refund(line=locked, fen=back, reason=Withdrawal.SHORTAGE, entry=_after(entry), membership=membership, at=at)


def _check_open(line: OrderLine) -> None:
    if promised_to(line):
        raise RefusedError("", "line_is_firm")
    if line.state not in OPEN_LINES:
        raise RefusedError("", "line_over")


def _check_change(line: OrderLine, kg: Decimal, time: datetime) -> None:
    _check_open(line)
    if kg <= 0:
        raise RefusedError("/kg", "not_positive")
    if line.deposit_fen:
        raise RefusedError("/kg", "paid_ahead_already")
    if not line.offer:
        return
    if not _in_time(line, time):
        raise RefusedError("", "offer_over", until=f"{line.offer.cutoff_at:%Y-%m-%d %H:%M %Z}")
    # Under the lock that placing takes, so that two who want the last kilogram cannot both have it.
    left = left_of(PresaleOffer.objects.select_for_update().get(pk=line.offer.pk)) + line.kg
    if kg > left:
        raise RefusedError("/kg", "offer_sold_out", kg=decimal_text(left.normalize()))


def _locked(line: OrderLine, membership: Membership) -> OrderLine:
    found = OrderLine.objects.select_for_update(of=("self",)).select_related("order__channel__organisation", "offer")
    locked = found.get(pk=line.pk)
    check_owns(membership, locked.order.channel.organisation)
    return locked


def _held_fen(line: OrderLine) -> int:
    # A part may have gone back already, with the part of the goods that nobody could bring.
    return line.deposit_fen - line.refunded_fen


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
    by: str = "",
    private: dict[str, object] | None = None,
) -> None:
    body = members(line=str(line.pk), reason=str(reason), by=by)
    say(name, line.order.entity, entry=entry, membership=membership, at=at, body=body, private=private)
