"""Corrections: a new event that points back. What was said first stays where it is."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from accounts.models import Membership
from accounts.queries.memberships import may_record
from traceability.errors import NotYoursError, RefusedError
from traceability.models import Lot
from traceability.projections.standing import Standing, standing
from traceability.queries import history, records
from traceability.services import chain
from traceability.services.chain import Receipt, Record
from traceability.services.correction_rules import (
    CORRECTED_BY,
    Correction,
    check_after,
    check_before,
    check_members,
)
from traceability.services.entries import Entry, Saying, check_time, members, record_of
from traceability.services.failures import hold_what_failed
from traceability.services.rows import bring_in_line
from traceability.services.transactions import business_transaction

# A harvest stands on its season and on its lot: what both say is corrected in both.
_SHARED = frozenset({"kg", "typed", "date"})


@business_transaction
def correct(*, correction: Correction, entry: Entry, membership: Membership, at: datetime) -> Standing:
    """Correct or withdraw a record of the party's own, and give it as it stands then.

    A harvest is corrected on its season and on its lot in one. Raises NotYoursError where the record is another's or is
    unknown, RefusedError where the trade forbids it, EventError, ChainConflictError.
    """
    check_members(correction)
    return apply_correction(correction=correction, entry=entry, membership=membership, at=at)


@business_transaction
def apply_correction(*, correction: Correction, entry: Entry, membership: Membership, at: datetime) -> Standing:
    """Do what `correct` does, for services that have worked out derived members themselves."""
    found = _own_record(correction.record_id, membership)
    check_time(entry, at=at)
    is_new = not entry.is_known
    if is_new:
        check_before(found, correction)
    made = list(_records(found, correction, entry=entry, membership=membership))
    chain.append_all(made, at=at)
    bring_in_line(record.entity for record in made)
    stands = _own_record(correction.record_id, membership)
    # Only what is new: what was taken before stands, whatever became of its lot since.
    if is_new:
        check_after(stands, correction, at=at)
        _hold_what_fails_now(stands, entry=entry, membership=membership, at=at)
    return stands


def _hold_what_fails_now(stands: Standing, *, entry: Entry, membership: Membership, at: datetime) -> None:
    leaf = stands.event.leaf
    if leaf.type == "test.reported" and not stands.withdrawn:
        report = Receipt(UUID(leaf.id), leaf.entity, leaf.eseq, stands.event.leaf_hash)
        lot = Lot.objects.get(pk=leaf.entity.partition(":")[2])
        hold_what_failed(lot=lot, report=report, entry=entry, membership=membership, at=at)


def _own_record(record_id: UUID, membership: Membership) -> Standing:
    found = records.find(record_id)
    if found is None or found.event.leaf.actor.speaks_for != str(membership.organisation.public_id):
        raise NotYoursError(f"record {record_id}: is not this party's")
    if not may_record(membership):
        raise RefusedError("", "viewer_cannot_write")
    return found


def _records(found: Standing, correction: Correction, *, entry: Entry, membership: Membership) -> Iterator[Record]:
    yield _record(found, correction, entry=entry, membership=membership)
    twin = _twin(found)
    shared = {name: value for name, value in correction.changes.items() if name in _SHARED}
    if twin and (shared or correction.withdrawn):
        second = Correction(
            record_id=UUID(twin.event.leaf.id),
            reason=correction.reason,
            changes=shared,
            withdrawn=correction.withdrawn,
        )
        yield _record(twin, second, entry=Entry(id=entry.id_of("twin"), time=entry.time), membership=membership)


def _record(found: Standing, correction: Correction, *, entry: Entry, membership: Membership) -> Record:
    leaf = found.event.leaf
    body = members(
        corrects={"id": leaf.id, "eseq": leaf.eseq, "type": leaf.type},
        reason=correction.reason,
        changes=dict(correction.changes) or None,
        withdrawn=correction.withdrawn or None,
    )
    private = {**correction.private, **members(explanation=correction.explanation)}
    saying = Saying(body=body, private=private)
    return record_of(CORRECTED_BY[leaf.type], leaf.entity, entry=entry, saying=saying, membership=membership)


def _twin(found: Standing) -> Standing | None:
    if found.type == "season.harvested":
        return standing(history.of(found.body["lot"]))[0]
    if found.type == "lot.harvested":
        harvests = standing(history.of(found.body["season"]))
        return next(one for one in harvests if one.body.get("lot") == found.event.leaf.entity)
    return None
