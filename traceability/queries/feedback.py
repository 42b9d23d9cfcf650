"""What consumers wrote, and who may read it."""

from django.db.models import F, Q, QuerySet

from accounts.enums import OrganisationKind
from accounts.models import Membership
from accounts.queries.memberships import acts_as
from traceability import vault
from traceability.enums import FeedbackKind
from traceability.models import Feedback

# What an authority must hear of, too.
_GRAVE = frozenset({FeedbackKind.SAFETY, FeedbackKind.COPY})


def feedback_for(membership: Membership) -> QuerySet[Feedback]:
    """List what was written on the party's own lots, and to a regulator all that is grave; unanswered first."""
    mine = Q(lot__registrant=membership.organisation_id)
    if acts_as(membership, OrganisationKind.REGULATOR):
        mine |= Q(kind__in=_GRAVE)
    found = Feedback.objects.select_related("lot__registrant", "answered_by").filter(mine)
    return found.order_by(F("answered_at").desc(nulls_first=True), "-sent_at", "pk")


def open_feedback(membership: Membership) -> int:
    """Count what the party has not answered yet; what it only watches is not its to answer."""
    return Feedback.objects.filter(lot__registrant=membership.organisation_id, answered_at=None).count()


def words_of(found: Feedback) -> str:
    """Read what was written; empty once it was erased. Raises VaultError."""
    return _opened(found.words)


def contact_of(found: Feedback) -> str:
    """Read how to reach who wrote; empty where none was given or it was erased. Raises VaultError."""
    return _opened(found.contact)


def _opened(token: bytes | memoryview | None) -> str:
    return str(vault.unseal(bytes(token))[1]) if token else ""
