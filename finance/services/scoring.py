"""Where answers get scores from: the parts of the score that another module makes, in one place."""

from datetime import datetime
from importlib import import_module
from typing import Any
from uuid import UUID

from accounts.models import Membership, Organisation
from finance.models import Consent
from traceability.services.entries import Entry


def compute(*, subject: Organisation, consent: Consent, membership: Membership, entry: Entry, at: datetime) -> Any:
    """Make a score as of now, inside the caller's transaction. Raises what `scores.compute` raises."""
    make = import_module("finance.services.scores").compute
    return make(subject=subject, as_of=at, consent=consent, membership=membership, entry=entry, at=at)


def find(score_id: UUID | None) -> Any:
    """Find a score that was made before."""
    return import_module("finance.models").Score.objects.get(pk=score_id)


def evidence(score: Any) -> bytes:
    """Give a score's evidence file."""
    made: bytes = import_module("finance.queries.scores").evidence_bytes(score)
    return made
