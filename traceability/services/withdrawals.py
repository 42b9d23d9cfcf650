"""Taking back a run that was recorded wrongly, with all that it did to its lots."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from accounts.models import Membership
from accounts.queries.memberships import may_record
from traceability.enums import PartKind
from traceability.errors import NotYoursError, RefusedError
from traceability.models import Lot, ProcessPart
from traceability.projections.standing import Standing, standing
from traceability.queries import history
from traceability.services import chain
from traceability.services.chain import Record
from traceability.services.correction_rules import CORRECTED_BY
from traceability.services.entries import Entry, Saying, check_may_write, check_time, members, record_of
from traceability.services.holds import check_not_held
from traceability.services.locks import lock_lots
from traceability.services.roads import check_not_on_the_way
from traceability.services.rows import bring_in_line
from traceability.services.transactions import business_transaction
from traceability.services.weighing import weighed_since

_MADE_OR_USED = frozenset({"lot.processed", "lot.consumed"})
# What may stand on a lot that is taken back: where it lay is of no matter any more.
_OF_NO_MATTER = frozenset({"lot.processed", "lot.stored", "lot.held", "lot.released", "personal.erased"})


@business_transaction
def withdraw_run(  # noqa: PLR0913 - why and in which words are two things
    *, run_id: UUID, entry: Entry, reason: str, membership: Membership, at: datetime, explanation: str = ""
) -> None:
    """Withdraw a run of the party's own: what went in is in stock again, and what came out was never there.

    Nothing is deleted: each record gets one that points back. Raises NotYoursError; RefusedError where a lot that came
    out was used since, or one that went in is in other hands or was counted since; EventError, ChainConflictError.
    """
    entity = f"process:{run_id}"
    completed = _own_run(entity, membership)
    check_time(entry, at=at)
    lots = lock_lots([Lot(pk=lot_id) for lot_id in _lots_of(completed)])
    if not entry.is_known:
        _check_in_hand(completed, lots, membership)
        _check_not_weighed_since(entity, lots)
        _check_untouched(ProcessPart.objects.filter(run=run_id).exclude(kind=PartKind.INPUT), lots)
    private = members(explanation=explanation)
    said = [_withdrawn(one, entry, reason, private, membership) for one in (completed, *_on_lots(entity, lots))]
    chain.append_all(said, at=at)
    bring_in_line(record.entity for record in said)


def _own_run(entity: str, membership: Membership) -> Standing:
    found = standing(history.of(entity))
    if not found or found[0].event.leaf.actor.party != str(membership.organisation.public_id):
        raise NotYoursError(f"{entity}: is not this party's")
    if not may_record(membership):
        raise RefusedError("", "viewer_cannot_write")
    return found[0]


def _lots_of(completed: Standing) -> list[UUID]:
    body = completed.body
    lines = (*body["inputs"], *body["outputs"], *body.get("by_products", ()))
    return [UUID(line["lot"].partition(":")[2]) for line in lines if "lot" in line]


def _check_in_hand(completed: Standing, lots: Iterable[Lot], membership: Membership) -> None:
    if completed.withdrawn:
        raise RefusedError("", "already_withdrawn")
    for lot in lots:
        if lot.custodian_id != membership.organisation_id:
            raise RefusedError("", "not_in_your_hands", name=str(lot))
        check_may_write(membership, lot.custodian)
        check_not_on_the_way([lot], "")


def _check_untouched(made: Iterable[ProcessPart], lots: Iterable[Lot]) -> None:
    ids = {part.lot_id for part in made}
    for lot in (one for one in lots if one.pk in ids):
        # Who took back what failed a test would hide it.
        check_not_held([lot], "")
        events = [one for one in standing(history.of(lot.entity)) if not one.withdrawn]
        if any(one.type not in _OF_NO_MATTER for one in events):
            raise RefusedError("", "run_in_use", name=str(lot))


def _check_not_weighed_since(entity: str, lots: Sequence[Lot]) -> None:
    histories = history.of_all([lot.entity for lot in lots])
    for lot in lots:
        found = standing(histories[lot.entity])
        used = [one.event.leaf.id for one in found if one.type == "lot.consumed" and _is_of(one, entity)]
        # What was counted without the goods that the run used would grow by them.
        if used and weighed_since(found, used[0]):
            raise RefusedError("", "weighed_since", name=str(lot))


def _is_of(one: Standing, entity: str) -> bool:
    return bool(one.body["process"]["entity"] == entity)


def _on_lots(entity: str, lots: Iterable[Lot]) -> Iterator[Standing]:
    histories = history.of_all([lot.entity for lot in lots])
    for lot in lots:
        found = standing(histories[lot.entity])
        yield from (one for one in found if one.type in _MADE_OR_USED and _is_of(one, entity))


def _withdrawn(one: Standing, entry: Entry, reason: str, private: dict[str, object], membership: Membership) -> Record:
    leaf = one.event.leaf
    is_run = leaf.type == "process.completed"
    made = entry if is_run else Entry(id=entry.id_of(leaf.id), time=entry.time)
    body = members(corrects={"id": leaf.id, "eseq": leaf.eseq, "type": leaf.type}, reason=reason, withdrawn=True)
    saying = Saying(body=body, private=private if is_run else {})
    return record_of(CORRECTED_BY[leaf.type], leaf.entity, entry=made, saying=saying, membership=membership)
