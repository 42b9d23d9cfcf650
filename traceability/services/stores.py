"""The store: where lots lie, and how much of them is there when somebody counts."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from accounts.models import Membership
from traceability.balance import TOLERANCE
from traceability.errors import RefusedError
from traceability.models import Lot
from traceability.projections.standing import Standing, standing
from traceability.queries import history
from traceability.services import chain
from traceability.services.entries import Entry, Saying, check_may_write, check_time, members, record_of
from traceability.services.locks import lock_lots
from traceability.services.roads import check_not_on_the_way
from traceability.services.rows import bring_in_line
from traceability.services.transactions import business_transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What somebody found when counting a lot, and why that is not what the books say, where it is not."""

    kg: Decimal
    reason: str = ""
    note: str = ""


@business_transaction
def put_away(*, lot: Lot, place: str, entry: Entry, membership: Membership, at: datetime) -> Lot:
    """Say at which of the party's places a lot lies from now on; an empty place is none.

    Raises NotYoursError, RefusedError, EventError, ChainConflictError.
    """
    locked = _locked(lot, entry=entry, membership=membership, at=at)
    saying = Saying(body=members(date=entry.day), private=members(place=place))
    return _said("lot.stored", locked, saying, entry=entry, membership=membership, at=at)


@business_transaction
def count(*, lot: Lot, counted: Count, entry: Entry, membership: Membership, at: datetime) -> Lot:
    """Replace what the books say of a lot by what is there.

    Raises NotYoursError; RefusedError where the count differs and nobody says why, or where there would be more than
    ever came in; EventError, ChainConflictError.
    """
    locked = _locked(lot, entry=entry, membership=membership, at=at)
    booked = _booked(locked, entry)
    if counted.kg != booked and not counted.reason:
        raise RefusedError("/reason", "count_unexplained", kg=booked)
    if not entry.is_known:
        _check_count(locked, counted, booked)
    reason = counted.reason if counted.kg != booked else ""
    body = members(kg=counted.kg, book_kg=booked, reason=reason, date=entry.day)
    saying = Saying(body=body, private=members(note=counted.note))
    return _said("lot.counted", locked, saying, entry=entry, membership=membership, at=at)


def _check_count(lot: Lot, counted: Count, booked: Decimal) -> None:
    found = [one for one in standing(history.of(lot.entity)) if not one.withdrawn]
    uncounted = booked - sum(_difference(one) for one in found)
    # Against the books without any count: who counted too little may put that right, and nobody adds a little each day.
    if counted.kg > booked and counted.kg > uncounted * (1 + TOLERANCE):
        raise RefusedError("/kg", "count_above_books", kg=uncounted)
    watched = lot.held or any(one.type == "lot.recalled" for one in found)
    if counted.kg < booked and watched and not counted.note:
        raise RefusedError("/note", "held_count_unexplained", name=str(lot))


def _difference(one: Standing) -> Decimal:
    return Decimal(one.body["kg"]) - Decimal(one.body["book_kg"]) if one.type == "lot.counted" else Decimal(0)


def _booked(lot: Lot, entry: Entry) -> Decimal:
    if entry.is_known:
        said = next(one for one in standing(history.of(lot.entity)) if one.event.leaf.id == str(entry.id))
        return Decimal(said.body["book_kg"])
    if lot.kg is None:
        raise RefusedError("/kg", "unknown_quantity", name=str(lot))
    return lot.kg


def _locked(lot: Lot, *, entry: Entry, membership: Membership, at: datetime) -> Lot:
    locked = lock_lots([lot])[0]
    if not entry.is_known:
        check_may_write(membership, locked.custodian)
        check_not_on_the_way([locked], "/lot")
    check_time(entry, at=at, earliest=locked.produced_on)
    return locked


def _said(  # noqa: PLR0913 - what a record is made of
    name: str, lot: Lot, saying: Saying, *, entry: Entry, membership: Membership, at: datetime
) -> Lot:
    chain.append(record_of(name, lot.entity, entry=entry, saying=saying, membership=membership), at=at)
    bring_in_line([lot.entity])
    lot.refresh_from_db()
    return lot
