"""Erasing personal data: the openings go, the commitments stay, and with them every proof."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from accounts.enums import OrganisationKind
from accounts.models import Membership
from accounts.queries.memberships import acts_as, may_manage
from traceability.errors import NotYoursError, RefusedError
from traceability.ledger.leaf import Leaf
from traceability.models import Opening, Receipt
from traceability.queries import history
from traceability.services import chain
from traceability.services.chain import ChainConflictError, Record
from traceability.services.entries import Entry, Saying, check_time, record_of
from traceability.services.rows import bring_in_line
from traceability.services.transactions import business_transaction
from traceability.standards.days import day_in_china

# MARA order 2025 no. 4: certificates are kept for at least six months.
CERTIFICATES_KEPT = timedelta(days=184)


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """Which private members of a record go, all of them where none is named, and why."""

    record_id: UUID
    paths: Sequence[str] = ()
    reason: str = "asked"


@business_transaction
def erase_personal(*, erasure: Erasure, entry: Entry, membership: Membership, at: datetime) -> None:
    """Delete values and salts of a record and of its corrections for good, blank what they fed, and log it.

    An owner may do it for what the own party said, the operator for anybody. Raises NotYoursError, RefusedError,
    ChainConflictError.
    """
    leaves = _leaves(erasure.record_id, membership)
    if entry.is_known:
        _check_done(leaves, erasure, entry)
        return
    check_time(entry, at=at)
    _check_kept(leaves, at)
    made = list(_records(leaves, erasure, entry=entry, membership=membership))
    if not made:
        raise RefusedError("/paths", "nothing_to_erase")
    chain.append_all(made, at=at)
    bring_in_line([leaves[0].entity])


def _check_kept(leaves: Sequence[Leaf], at: datetime) -> None:
    """Check that no law keeps what is to be erased: whom to call on a certificate. Raises RefusedError."""
    for leaf in leaves:
        if leaf.type == "certificate.issued":
            kept_until = date.fromisoformat(leaf.body["date"]) + CERTIFICATES_KEPT
            if day_in_china(at) < kept_until:
                raise RefusedError("/paths", "kept_by_law", day=kept_until.isoformat())


def _check_done(leaves: Sequence[Leaf], erasure: Erasure, entry: Entry) -> None:
    """Check that an entry which was taken before was this erasure: else "erased" would be said of what is still there.

    Raises ChainConflictError.
    """
    concerned = {leaf.id for leaf in leaves}
    done = any(
        one.id == entry.id and one.leaf.type == "personal.erased" and one.leaf.body["record"] in concerned
        for one in history.of(leaves[0].entity)
    )
    if not done or any(_openings(leaf, erasure).exists() for leaf in leaves):
        raise ChainConflictError(f"record {entry.id}: this id was taken before, with other content")


def _records(leaves: Sequence[Leaf], erasure: Erasure, *, entry: Entry, membership: Membership) -> Iterator[Record]:
    for leaf in leaves:
        openings = _openings(leaf, erasure)
        paths = sorted(openings.values_list("path", flat=True))
        if not paths:
            continue
        openings.delete()
        body = {"record": leaf.id, "eseq": leaf.eseq, "paths": paths, "reason": erasure.reason}
        yield record_of("personal.erased", leaf.entity, entry=entry, saying=Saying(body=body), membership=membership)
        # The first record bears the id of the entry, so that the same erasure is known when it comes again.
        entry = Entry(id=entry.id_of(leaf.id), time=entry.time)


def _openings(leaf: Leaf, erasure: Erasure) -> QuerySet[Opening]:
    found = Opening.objects.filter(record_id=leaf.id)
    return found.filter(path__in=erasure.paths) if erasure.paths else found


def _leaves(record_id: UUID, membership: Membership) -> list[Leaf]:
    """Find a record and the corrections of it, whose private members say the same anew."""
    entity = Receipt.objects.filter(record_id=record_id).values_list("entity", flat=True).first()
    leaves = [one.leaf for one in history.of(entity or "")]
    found = next((leaf for leaf in leaves if leaf.id == str(record_id)), None)
    operates = acts_as(membership, OrganisationKind.OPERATOR)
    if found is None or not (operates or found.actor.party == str(membership.organisation.public_id)):
        raise NotYoursError(f"record {record_id}: is not this party's")
    if not may_manage(membership):
        raise RefusedError("", "owner_only")
    return [found, *(leaf for leaf in leaves if leaf.body.get("corrects", {}).get("id") == found.id)]
