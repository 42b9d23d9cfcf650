"""Recalls: a lot and all that it went into is held, its holders are told, and what they find is counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

from accounts.enums import OrganisationKind
from accounts.models import Membership
from accounts.queries.memberships import acts_as, may_record
from traceability.errors import NotYoursError, RefusedError
from traceability.models import Hold, Lot, Recall
from traceability.queries.genealogy import Family, accounted_share, family_of
from traceability.queries.recalls import affected, found_since, holder_ids, totals
from traceability.services import chain, holds, notices
from traceability.services.entries import Entry, Saying, check_time, members, record_of
from traceability.services.locks import lock_lots
from traceability.services.records import Receipt, Record
from traceability.services.rows import bring_in_line
from traceability.services.transactions import business_transaction

_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is recalled, by which level of the law, and why. A drill holds nothing and tells nobody."""

    level: str
    reason: str
    note: str = ""
    drill: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a holder found of the recalled lots, kept back, and destroyed so far."""

    found_kg: Decimal
    blocked_kg: Decimal
    destroyed_kg: Decimal
    note: str = ""


@business_transaction
def open_recall(*, lot: Lot, order: Order, entry: Entry, membership: Membership, at: datetime) -> Recall:
    """Recall a lot and all that it went into. The set is fixed now: each lot of it gets its own record, and is held.

    A regulator may, and who made or holds the lot. Raises RefusedError, EventError, ChainConflictError.
    """
    check_time(entry, at=at)
    if not may_recall(membership, lot):
        raise RefusedError("", "recall_not_yours")
    # Of two that open it at once, the second sees what the first one opened.
    lock_lots([lot])
    known = Recall.objects.filter(pk=entry.id).first()
    if known:
        return known
    _check_none_is_open(lot, order, membership)
    family = family_of(lot.pk, at=entry.time) if order.drill else _settled(lot.pk, at=entry.time)
    items = affected(family)
    share = accounted_share(family, items)
    body = members(
        lot=lot.entity,
        level=order.level,
        reason=order.reason,
        lots=len(items),
        set=_fingerprint(items),
        drill=order.drill or None,
        accounted_percent=(100 * share).quantize(_HUNDREDTH) if share is not None else None,
    )
    saying = Saying(body=body, private=members(note=order.note))
    record = record_of("recall.opened", f"recall:{entry.id}", entry=entry, saying=saying, membership=membership)
    opened = chain.append(record, at=at)
    bring_in_line([opened.entity])
    recall = Recall.objects.get(pk=entry.id)
    if not order.drill:
        _take_in(recall, items, opened, family=family, entry=entry, membership=membership, at=at)
    return recall


@business_transaction
def set_level(*, recall: Recall, level: str, entry: Entry, membership: Membership, at: datetime) -> Recall:
    """Change the level of an open recall. Raises NotYoursError, RefusedError, EventError, ChainConflictError."""
    _check_runs_it(recall, membership)
    return _say("recall.levelled", recall, Saying(body=members(level=level)), entry, membership, at)


@business_transaction
def widen(*, recall: Recall, entry: Entry, membership: Membership, at: datetime) -> Recall:
    """Take in what was made of recalled lots since.

    Raises NotYoursError, RefusedError, EventError, ChainConflictError.
    """
    _check_runs_it(recall, membership)
    if entry.is_known:
        return recall
    family = _settled(recall.lot_id, at=entry.time)
    items = found_since(recall, family)
    if not items:
        raise RefusedError("", "nothing_to_widen")
    saying = Saying(body=members(lots=len(items), set=_fingerprint(items)))
    record = record_of("recall.widened", recall.entity, entry=entry, saying=saying, membership=membership)
    widened = chain.append(record, at=at)
    bring_in_line([recall.entity])
    _take_in(recall, items, widened, family=family, entry=entry, membership=membership, at=at)
    recall.refresh_from_db()
    return recall


@business_transaction
def answer(*, recall: Recall, found: Found, entry: Entry, membership: Membership, at: datetime) -> Recall:
    """Say what a holder found, kept back and destroyed; the last word of each holder counts.

    Raises NotYoursError, RefusedError, EventError, ChainConflictError.
    """
    check_time(entry, at=at)
    if recall.drill:
        raise RefusedError("", "recall_is_drill")
    if membership.organisation_id not in holder_ids(recall):
        raise NotYoursError(f"recall {recall.pk}: organisation {membership.organisation_id} holds none of its lots")
    if not may_record(membership):
        raise RefusedError("", "viewer_cannot_write")
    if recall.closed_at and not entry.is_known:
        raise RefusedError("", "recall_closed_already")
    for name, kg in (("blocked_kg", found.blocked_kg), ("destroyed_kg", found.destroyed_kg)):
        if kg > found.found_kg:
            raise RefusedError(f"/{name}", "more_than_found")
    body = members(found_kg=found.found_kg, blocked_kg=found.blocked_kg, destroyed_kg=found.destroyed_kg)
    saying = Saying(body=body, private=members(note=found.note))
    return _say("recall.answered", recall, saying, entry, membership, at)


@business_transaction
def close(*, recall: Recall, entry: Entry, note: str = "", membership: Membership, at: datetime) -> Recall:
    """Close a recall or a drill with its figures. What is held stays held until each hold is released.

    Raises NotYoursError, RefusedError, EventError, ChainConflictError.
    """
    check_time(entry, at=at)
    if entry.is_known:
        return recall
    _check_runs_it(recall, membership)
    sums = totals(recall)
    minutes = max(int((entry.time - recall.opened_at).total_seconds() // 60), 0)
    body = members(found_kg=sums.found_kg, destroyed_kg=sums.destroyed_kg, minutes=minutes)
    return _say("recall.closed", recall, Saying(body=body, private=members(note=note)), entry, membership, at)


def may_recall(membership: Membership, lot: Lot) -> bool:
    """Whether a member may recall a lot: a regulator any, others what their party made or holds."""
    own = membership.organisation_id in {lot.registrant_id, lot.custodian_id}
    return may_record(membership) and (own or acts_as(membership, OrganisationKind.REGULATOR))


def may_run(membership: Membership, recall: Recall) -> bool:
    """Whether a member may change and close a recall: of the party that opened it, or a regulator."""
    own = membership.organisation_id == recall.party_id
    return may_record(membership) and (own or acts_as(membership, OrganisationKind.REGULATOR))


def _check_none_is_open(lot: Lot, order: Order, membership: Membership) -> None:
    """Check that the party has no open recall of the lot, or drill where this is one. Requires the lot's locked row."""
    same = Recall.objects.filter(lot=lot, party=membership.organisation, drill=order.drill, closed_at=None)
    if same.exists():
        raise RefusedError("", "recall_open_already")


def _settled(lot_id: UUID, *, at: datetime) -> Family:
    """Lock all that a recall of a lot takes in, and read the family until nothing was made of it in between.

    What is locked is not used up meanwhile, so that each further reading finds only what was made before its lock.
    """
    family, locked = family_of(lot_id, at=at), set[UUID]()
    while not locked.issuperset(affected(family)):
        locked.update(affected(family))
        lock_lots(list(Lot.objects.filter(pk__in=locked)))
        family = family_of(lot_id, at=at)
    return family


def _take_in(  # noqa: PLR0913 - all that a set of recalled lots rests on
    recall: Recall,
    items: Sequence[UUID],
    said: Receipt,
    *,
    family: Family,
    entry: Entry,
    membership: Membership,
    at: datetime,
) -> None:
    lots = lock_lots(list(Lot.objects.filter(pk__in=items)))
    reference = {"entity": said.entity, "eseq": said.eseq, "head": said.leaf_hash.hex()}

    def record(lot: Lot) -> Record:
        body = members(recall=recall.entity, event=reference, at_most_kg=family.at_most.get(lot.pk))
        own = Entry(id=entry.id_of(f"recalled.{lot.pk}"), time=entry.time)
        return record_of("lot.recalled", lot.entity, entry=own, saying=Saying(body=body), membership=membership)

    chain.append_all([record(lot) for lot in lots], at=at)
    bring_in_line([lot.entity for lot in lots])
    standing = Hold.objects.filter(lot__in=lots, party=membership.organisation, reason="recall", released_at=None)
    already = set(standing.values_list("lot_id", flat=True))
    free = [lot for lot in lots if lot.pk not in already]
    if free:
        grounds = holds.Grounds(reason="recall", ref=said)
        holds.place(lots=free, entry=entry, grounds=grounds, membership=membership, at=at)
    notices.tell(recall, {lot.custodian_id for lot in lots}, at=at)


def _say(  # noqa: PLR0913, PLR0917 - one record of a recall, by whom and when
    name: str, recall: Recall, saying: Saying, entry: Entry, membership: Membership, at: datetime
) -> Recall:
    check_time(entry, at=at)
    chain.append(record_of(name, recall.entity, entry=entry, saying=saying, membership=membership), at=at)
    bring_in_line([recall.entity])
    recall.refresh_from_db()
    return recall


def _check_runs_it(recall: Recall, membership: Membership) -> None:
    if not may_run(membership, recall):
        raise NotYoursError(f"recall {recall.pk}: is another party's")
    if recall.closed_at:
        raise RefusedError("", "recall_closed_already")


def _fingerprint(items: Sequence[UUID]) -> str:
    return sha256("".join(f"{item}\n" for item in sorted(map(str, items))).encode()).hexdigest()
