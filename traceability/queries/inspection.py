"""What inspection looks at: holds, and what was made of a lot that is held."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from django.db.models import Q, QuerySet

from accounts.enums import OrganisationKind
from accounts.models import Membership, Organisation
from accounts.queries.memberships import acts_as
from traceability.models import Hold, Lot, Sample
from traceability.queries.lots import Relative, descendants_of, lots_visible_to


def inspected_lots(membership: Membership) -> QuerySet[Lot]:
    """List the lots that a member may look into: a regulator into all, others into what they made, have or tested."""
    if acts_as(membership, OrganisationKind.REGULATOR):
        return Lot.objects.select_related("registrant", "custodian")
    return lots_visible_to(membership)


def holds_seen_by(membership: Membership) -> QuerySet[Hold]:
    """List the holds on the lots that a member may look into: those in force first, then the newest."""
    lots = inspected_lots(membership).order_by().values("pk")
    found = Hold.objects.filter(lot__in=lots).select_related("lot__registrant", "lot__custodian", "party")
    return found.order_by("released_at", "-held_at", "pk")


def holds_in_force(membership: Membership) -> QuerySet[Hold]:
    """List the holds that nobody has released."""
    return holds_seen_by(membership).filter(released_at=None)


def samples_seen_by(membership: Membership) -> QuerySet[Sample]:
    """List the samples of lots that the member's party made or has in hand: those without a report first."""
    party = membership.organisation_id
    return _samples(Q(lot__custodian=party) | Q(lot__registrant=party))


def samples_known_to(membership: Membership) -> QuerySet[Sample]:
    """List the samples of the party's lots, and those that it was given as a laboratory; a regulator sees all."""
    if acts_as(membership, OrganisationKind.REGULATOR):
        return _samples(Q())
    party = membership.organisation_id
    return _samples(Q(lot__custodian=party) | Q(lot__registrant=party) | Q(laboratory=party))


def _samples(which: Q) -> QuerySet[Sample]:
    found = Sample.objects.filter(which)
    return found.select_related("lot__registrant", "lot__custodian", "laboratory").order_by(
        "reported_on", "-taken_on", "pk"
    )


@dataclass(frozen=True, slots=True)
class Store:
    """What one party holds of lots that were made from another: the lots and their kilograms."""

    holder: Organisation
    made: Sequence[Relative]

    @property
    def kg(self) -> Decimal:
        """How much of it is left there, as far as anybody said."""
        return sum((one.lot.kg for one in self.made if one.lot.kg), Decimal(0))


def made_from(lot: Lot) -> list[Store]:
    """List everything that was made of a lot, at any depth, by who has it now."""
    by_holder = sorted(descendants_of(lot), key=lambda one: (one.lot.custodian.name, one.lot.custodian_id))
    grouped = groupby(by_holder, key=lambda one: one.lot.custodian)
    return [Store(holder, sorted(made, key=lambda one: (one.distance, one.lot.code))) for holder, made in grouped]
