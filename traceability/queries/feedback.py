"""What consumers wrote, and who may read it."""

from datetime import datetime, timedelta
from hashlib import sha256

from django.db.models import F, Q, QuerySet

from accounts.enums import OrganisationKind
from accounts.models import Membership
from accounts.queries.memberships import acts_as
from traceability import vault
from traceability.enums import FeedbackKind
from traceability.models import Feedback

# What an authority must hear of, too.
GRAVE = frozenset({FeedbackKind.SAFETY, FeedbackKind.COPY})
# A regulator that reads nothing for a month keeps nobody's name on a maker's desk any longer.
UNREAD_KEPT = timedelta(days=30)


def feedback_for(membership: Membership) -> QuerySet[Feedback]:
    """List what was written on the party's own lots, and to a regulator all that is grave; unanswered first."""
    mine = Q(lot__registrant=membership.organisation_id)
    if acts_as(membership, OrganisationKind.REGULATOR):
        mine |= Q(kind__in=GRAVE)
    found = Feedback.objects.select_related("lot__registrant", "answered_by").filter(mine)
    return found.order_by(F("answered_at").desc(nulls_first=True), "-sent_at", "pk")


def feedback_by_secret(secret: str) -> QuerySet[Feedback]:
    """Find what somebody wrote by the secret that they alone were given."""
    digest = sha256(secret.encode()).hexdigest()
    return Feedback.objects.select_related("lot__registrant").filter(secret_sha256=digest)


def may_be_erased(found: Feedback, *, at: datetime) -> bool:
    """Whether the maker may erase it: what is grave a regulator reads first, or nobody does within UNREAD_KEPT."""
    return found.kind not in GRAVE or found.regulator_read_at is not None or at - found.sent_at >= UNREAD_KEPT


def open_feedback(membership: Membership) -> QuerySet[Feedback]:
    """List what the party has not answered yet; what it only watches is not its to answer."""
    return Feedback.objects.filter(lot__registrant=membership.organisation_id, answered_at=None)


def words_of(found: Feedback) -> str:
    """Read what was written; empty once it was erased. Raises VaultError."""
    return _opened(found.words)


def contact_of(found: Feedback) -> str:
    """Read how to reach who wrote; empty where none was given or it was erased. Raises VaultError."""
    return _opened(found.contact)


def _opened(token: bytes | memoryview | None) -> str:
    return str(vault.unseal(bytes(token))[1]) if token else ""
