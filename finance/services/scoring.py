"""Where answers get scores from, in one place."""

from datetime import datetime
from uuid import UUID

from accounts.models import Membership, Organisation
from finance.models import Consent, Score
from finance.queries.scores import evidence_bytes
from finance.services import scores
from traceability.services.entries import Entry


def compute(*, subject: Organisation, consent: Consent, membership: Membership, entry: Entry, at: datetime) -> Score:
    """Make a score as of now, inside the caller's transaction. Raises what `scores.compute` raises."""
    return scores.compute(subject=subject, as_of=at, consent=consent, membership=membership, entry=entry, at=at)


def find(score_id: UUID | None) -> Score:
    """Find a score that was made before."""
    found: Score = Score.objects.get(pk=score_id)  # type: ignore[misc]
    return found


def evidence(score: Score) -> bytes:
    """Give a score's evidence file. Raises NotYoursError where it was erased."""
    return evidence_bytes(score)
