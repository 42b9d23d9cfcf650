"""The signing keys of a member."""

from django.db.models import QuerySet

from accounts.models import Membership
from traceability.models import ActorKey


def keys_of(membership: Membership) -> QuerySet[ActorKey]:
    """List the keys by which a member signs for the party, those out of use last."""
    mine = ActorKey.objects.filter(owner=membership.user_id, party=membership.organisation_id)
    return mine.select_related("party", "owner").order_by("revoked", "key_id")


def living_keys_of(membership: Membership) -> QuerySet[ActorKey]:
    """List the keys that still count."""
    return keys_of(membership).filter(revoked=False)
