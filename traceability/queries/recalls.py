"""Recalls as their readers see them: sets, holders, progress, notices, and the banner of a lot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.enums import OrganisationKind, Role
from accounts.models import Membership, Organisation
from accounts.queries.memberships import acts_as
from traceability.models import Lot, Notice, Recall, RecallAnswer, RecalledLot
from traceability.queries.genealogy import Family
from traceability.standards.recalls import finish_by, start_by


def affected(family: Family) -> list[UUID]:
    """List a lot, all that was made of it at any depth, and the packages that hold any of that now."""
    now = [one.item for one in family.forward if not one.packed or family.at_most.get(one.item) != 0]
    return [family.lot, *now]


def found_since(recall: Recall, family: Family) -> list[UUID]:
    """List what a recall would take in now and did not when it was opened."""
    known = set(RecalledLot.objects.filter(recall=recall).values_list("lot_id", flat=True))
    return [item for item in affected(family) if item not in known]


# Upstream from the lot to any that is recalled: what was made of recalled stock later, or came in by an event that
# was sent late, shows the banner before anybody has widened the recall.
BANNER = """
WITH RECURSIVE up (lot) AS (
    SELECT {lot}::uuid
    UNION
    SELECT link.source_id FROM up JOIN traceability_lotlink AS link ON link.product_id = up.lot
)
SELECT recall.id, recall.lot_id, recall.reason, recall.level, recall.opened_at
FROM up
JOIN traceability_recalledlot AS recalled ON recalled.lot_id = up.lot
JOIN traceability_recall AS recall ON recall.id = recalled.recall_id AND NOT recall.drill
-- A closed recall still marks the lots that it named, and reaches nothing that is made later.
WHERE recalled.lot_id = {lot} OR recall.closed_at IS NULL
ORDER BY recall.closed_at IS NOT NULL, recall.level, recall.opened_at DESC
LIMIT 1
"""
_BANNER_OF = BANNER.format(lot="%(lot)s")


def banner_of(lot: Lot) -> Recall | None:
    """Find the recall that a page about a lot must tell of: of the lot itself, or of anything that went into it."""
    with connection.cursor() as cursor:
        cursor.execute(_BANNER_OF, {"lot": lot.pk})
        row = cursor.fetchone()
    return Recall.objects.select_related("lot", "party").get(pk=row[0]) if row else None


def recalls_visible_to(membership: Membership) -> QuerySet[Recall]:
    """List recalls, open ones first: to a regulator all, to others their own and those that name a lot in their hands.

    Of a drill only who runs it knows.
    """
    found = Recall.objects.select_related("lot", "party").order_by("-closed_at", "-opened_at", "pk")
    if acts_as(membership, OrganisationKind.REGULATOR):
        return found
    party = membership.organisation_id
    told = Notice.objects.filter(recall=OuterRef("pk"), organisation=party)
    return found.filter(Q(party=party) | Exists(told))


def holder_ids(recall: Recall) -> set[int]:
    """Give the parties that had a recalled lot in hand when they were told, or have one now."""
    now = Lot.objects.filter(recalls__recall=recall).values_list("custodian_id", flat=True)
    return {*now, *Notice.objects.filter(recall=recall).values_list("organisation_id", flat=True)}


@dataclass(slots=True)
class Holder:
    """One party that has recalled lots: how much there is by the books, and what it answered last."""

    party: Organisation
    lots: int = 0
    kg: Decimal = Decimal(0)
    answer: RecallAnswer | None = None
    notice: Notice | None = None
    contacts: Sequence[tuple[str, str]] = ()


def holders_of(recall: Recall, *, contacts: bool) -> list[Holder]:
    """List who has recalled lots, with owners' names and phone numbers where the reader may see them."""
    parties = Organisation.objects.in_bulk(holder_ids(recall))
    found = {pk: Holder(party) for pk, party in parties.items()}
    for custodian, kg in Lot.objects.filter(recalls__recall=recall).values_list("custodian_id", "kg"):
        found[custodian].lots += 1
        found[custodian].kg += kg or 0
    for one in recall.answers.order_by("eseq"):
        found[one.party_id].answer = one
    for told in recall.notices.all():
        found[told.organisation_id].notice = told
    if contacts:
        for member in Membership.objects.select_related("user").filter(organisation__in=parties, role=Role.OWNER):
            holder = found[member.organisation_id]
            holder.contacts = (*holder.contacts, (member.user.name, member.user.phone))
    return sorted(found.values(), key=lambda one: (one.answer is not None, -one.kg, one.party.name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """The last answers of all holders, added up."""

    holders: int
    answered: int
    found_kg: Decimal
    blocked_kg: Decimal
    destroyed_kg: Decimal


def totals(recall: Recall) -> Totals:
    """Add up what the holders answered last."""
    last = {one.party_id: one for one in recall.answers.order_by("eseq")}
    said = last.values()
    return Totals(
        holders=len(holder_ids(recall)),
        answered=len(last),
        found_kg=sum((one.found_kg for one in said), Decimal(0)),
        blocked_kg=sum((one.blocked_kg for one in said), Decimal(0)),
        destroyed_kg=sum((one.destroyed_kg for one in said), Decimal(0)),
    )


@dataclass(frozen=True, slots=True)
class Deadline:
    """One of the law's moments, and whether it has passed."""

    by: datetime
    passed: bool
    hours_left: int


def deadlines(recall: Recall, *, at: datetime) -> tuple[Deadline, Deadline]:
    """Give the moments by which a recall must have begun and must be finished."""
    moments = (start_by(recall.level, recall.opened_at), finish_by(recall.level, recall.opened_at))
    first, last = (Deadline(by, at > by, max(int((by - at).total_seconds() // 3600), 0)) for by in moments)
    return first, last


def notices_to(membership: Membership) -> QuerySet[Notice]:
    """List what a party was told, unread first."""
    told = Notice.objects.select_related("recall__lot", "recall__party").filter(organisation=membership.organisation_id)
    return told.order_by("-read_at", "-created_at", "pk")


def unread_notices(membership: Membership) -> QuerySet[Notice]:
    """List the notices that nobody of the party has read."""
    return Notice.objects.filter(organisation=membership.organisation_id, read_at=None)
