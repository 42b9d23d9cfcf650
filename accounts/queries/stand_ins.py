"""Who may log field work for whom."""

from django.db.models import Q, QuerySet

from accounts.models import Helper, Membership, Organisation
from accounts.queries.memberships import may_record


def helpers_of(farm: Organisation) -> QuerySet[Helper]:
    """List whom a farm allows to log for it now, oldest first."""
    return Helper.objects.select_related("party").filter(farm=farm, revoked_at=None).order_by("allowed_at", "pk")


def farms_helped_by(membership: Membership) -> QuerySet[Organisation]:
    """List the farms for which a member may log now, by name; none for who may not record at all.

    A number counts only for who has proven to have it.
    """
    if not may_record(membership):
        return Organisation.objects.none()
    mine = Q(party=membership.organisation)
    if membership.user.phone_verified:
        mine |= Q(phone=membership.user.phone)
    consents = Helper.objects.filter(mine, revoked_at=None)
    others = Organisation.objects.filter(helpers__in=consents).exclude(pk=membership.organisation_id)
    return others.distinct().order_by("name", "pk")


def may_log_for(membership: Membership, farm: Organisation) -> bool:
    """Whether a member may log for a farm that is another's."""
    return farms_helped_by(membership).filter(pk=farm.pk).exists()
