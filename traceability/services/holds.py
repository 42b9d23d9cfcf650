"""Holding lots back: what is held is neither processed nor passed on until who may has released it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.enums import OrganisationKind
from accounts.models import Membership
from accounts.queries.memberships import acts_as, may_record
from traceability.errors import RefusedError
from traceability.models import Hold, Lot
from traceability.services import chain
from traceability.services.entries import Entry, Saying, check_time, members, record_of
from traceability.services.locks import lock_lots
from traceability.services.records import Receipt
from traceability.services.rows import bring_in_line
from traceability.services.transactions import business_transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """Why a lot is held or released: the reason's code, the event that showed it, and a private note."""

    reason: str
    ref: Receipt | None = None
    note: str = ""


@business_transaction
def hold(
    *, lots: Sequence[Lot], entry: Entry, reason: str | Grounds, membership: Membership, at: datetime
) -> list[Lot]:
    """Hold lots back from now on. A lot may be held several times; it is free when each hold is released.

    The custodian may do so, a regulator, and for a failed test the laboratory that had a sample of the lot; only a
    regulator on the order of an authority. Raises RefusedError, EventError, ChainConflictError.
    """
    grounds = _grounds(reason)
    for lot in lock_lots(lots):
        if not hold_entry(entry, lot).is_known and not may_hold(membership, lot, grounds.reason):
            raise RefusedError("", "hold_not_yours")
    return place(lots=lots, entry=entry, grounds=grounds, membership=membership, at=at)


@business_transaction
def place(*, lots: Sequence[Lot], entry: Entry, grounds: Grounds, membership: Membership, at: datetime) -> list[Lot]:
    """Do what `hold` does, for services that have checked themselves who may: a recall reaches into others' stores.

    Raises RefusedError, EventError, ChainConflictError.
    """
    check_time(entry, at=at)
    body = members(reason=grounds.reason, ref=_reference(grounds.ref))
    saying = Saying(body=body, private=members(note=grounds.note))
    records = [
        record_of("lot.held", lot.entity, entry=hold_entry(entry, lot), saying=saying, membership=membership)
        for lot in lock_lots(lots)
    ]
    chain.append_all(records, at=at)
    bring_in_line(record.entity for record in records)
    return _as_they_stand(lots)


@business_transaction
def release(  # noqa: PLR0913 - a hold is one of its lot's, and both are named
    *, lot: Lot, hold_id: UUID, entry: Entry, reason: str | Grounds, membership: Membership, at: datetime
) -> Lot:
    """End one hold of a lot. Who placed it may, and a regulator.

    Raises RefusedError, EventError, ChainConflictError.
    """
    check_time(entry, at=at)
    lock_lots([lot])
    if not entry.is_known:
        _check_release(lot, hold_id, membership)
    grounds = _grounds(reason)
    saying = Saying(body=members(hold=str(hold_id), reason=grounds.reason), private=members(note=grounds.note))
    chain.append(record_of("lot.released", lot.entity, entry=entry, saying=saying, membership=membership), at=at)
    bring_in_line([lot.entity])
    return _as_they_stand([lot])[0]


def check_not_held(lots: Iterable[Lot], pointer: str) -> None:
    """Check that none of the lots is held, before they are used or passed on. Raises RefusedError.

    Requires rows that the transaction has locked, or somebody may hold the lot meanwhile.
    """
    for lot in lots:
        if lot.held:
            raise RefusedError(pointer, "lot_held", name=str(lot))


def may_release(membership: Membership, found: Hold) -> bool:
    """Whether a member may end a hold: of the party that placed it, or a regulator."""
    own = membership.organisation_id == found.party_id
    return may_record(membership) and (own or acts_as(membership, OrganisationKind.REGULATOR))


def may_hold(membership: Membership, lot: Lot, reason: str) -> bool:
    """Whether a member may hold a lot for this reason."""
    if not may_record(membership):
        return False
    if acts_as(membership, OrganisationKind.REGULATOR):
        return True
    if lot.custodian_id == membership.organisation_id:
        return reason != "authority"
    return reason == "failed_test" and lot.samples.filter(laboratory=membership.organisation).exists()


def hold_entry(entry: Entry, lot: Lot) -> Entry:
    """Give the entry under which one of the lots is held; its id is that of the hold."""
    return Entry(id=entry.id_of(f"hold.{lot.pk}"), time=entry.time)


def _check_release(lot: Lot, hold_id: UUID, membership: Membership) -> None:
    found = Hold.objects.filter(pk=hold_id, lot=lot).first()
    if found is None:
        raise RefusedError("/hold", "not_the_record", name=str(hold_id))
    if not may_release(membership, found):
        raise RefusedError("/hold", "release_not_yours")
    if found.released_at:
        raise RefusedError("/hold", "not_on_hold")


def _grounds(reason: str | Grounds) -> Grounds:
    return reason if isinstance(reason, Grounds) else Grounds(reason=reason)


def _reference(receipt: Receipt | None) -> dict[str, object] | None:
    if receipt is None:
        return None
    return {"entity": receipt.entity, "eseq": receipt.eseq, "head": receipt.leaf_hash.hex()}


def _as_they_stand(lots: Sequence[Lot]) -> list[Lot]:
    found = Lot.objects.select_related("registrant", "custodian").in_bulk([lot.pk for lot in lots])
    return [found[lot.pk] for lot in lots]
