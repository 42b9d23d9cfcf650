"""Erasing personal data: the openings go, the commitments stay, and with them every proof."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.enums import OrganisationKind
from accounts.models import Membership
from accounts.queries.memberships import acts_as, may_manage
from traceability.errors import NotYoursError, RefusedError
from traceability.ledger.leaf import Leaf
from traceability.models import Opening, Receipt
from traceability.queries import history
from traceability.services import chain
from traceability.services.entries import Entry, Saying, check_time, record_of
from traceability.services.rows import bring_in_line
from traceability.services.transactions import business_transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """Which private members of a record go, all of them where none is named, and why."""

    record_id: UUID
    paths: Sequence[str] = ()
    reason: str = "asked"


@business_transaction
def erase_personal(*, erasure: Erasure, entry: Entry, membership: Membership, at: datetime) -> None:
    """Delete values and salts of a record for good, blank what they fed, and log that it was done.

    An owner may do it for what the own party said, the operator for anybody. Raises NotYoursError, RefusedError.
    """
    if entry.is_known:
        return
    leaf = _leaf(erasure.record_id, membership)
    check_time(entry, at=at)
    openings = Opening.objects.filter(record_id=erasure.record_id)
    if erasure.paths:
        openings = openings.filter(path__in=erasure.paths)
    paths = sorted(openings.values_list("path", flat=True))
    if not paths:
        raise RefusedError("/paths", "nothing_to_erase")
    openings.delete()
    body = {"record": leaf.id, "eseq": leaf.eseq, "paths": paths, "reason": erasure.reason}
    chain.append(
        record_of("personal.erased", leaf.entity, entry=entry, saying=Saying(body=body), membership=membership), at=at
    )
    bring_in_line([leaf.entity])


def _leaf(record_id: UUID, membership: Membership) -> Leaf:
    entity = Receipt.objects.filter(record_id=record_id).values_list("entity", flat=True).first()
    leaf = next((one.leaf for one in history.of(entity or "") if one.id == record_id), None)
    operates = acts_as(membership, OrganisationKind.OPERATOR)
    if leaf is None or not (operates or leaf.actor.party == str(membership.organisation.public_id)):
        raise NotYoursError(f"record {record_id}: is not this party's")
    if not may_manage(membership):
        raise RefusedError("", "owner_only")
    return leaf
