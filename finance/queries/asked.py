"""What a query of a bank is decided by, in two statements: the consent, held, and how its book and its disputes stand.

Neither is built anew each time: a bank waits for each, and building a statement took longer than running it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from accounts.kept_queries import KeptQuery
from accounts.models import Organisation
from finance.enums import ConsentState, DisputeState, QueryOutcome
from finance.models import Consent

# No draft: what was not given yet is nothing to a bank.
_HELD = KeptQuery(
    lambda marks: (
        Consent.objects.select_for_update(of=("self",))
        .select_related("subject")
        .filter(pk=marks.id(), recipient_id=marks.number())
        .exclude(state=ConsentState.DRAFT)
    )
)
_STANDING = """
SELECT EXISTS (SELECT FROM finance_auditrow WHERE id = %(query)s),
       last.seq, last.row_hash, given.score, given.at,
       EXISTS (SELECT FROM finance_dispute WHERE subject_id = %(farm)s AND state = %(open)s),
       (SELECT max(answered_at) FROM finance_dispute WHERE subject_id = %(farm)s)
FROM (SELECT) AS one
LEFT JOIN LATERAL (
    SELECT seq, row_hash FROM finance_auditrow WHERE book = %(book)s ORDER BY seq DESC LIMIT 1
) AS last ON true
LEFT JOIN LATERAL (
    SELECT score, at FROM finance_auditrow WHERE consent_id = %(consent)s AND outcome = %(answered)s
    ORDER BY at DESC LIMIT 1
) AS given ON true
"""


@dataclass(frozen=True, slots=True)
class Last:
    """The last row of a book, which the next one follows."""

    seq: int
    row_hash: bytes


@dataclass(frozen=True, slots=True)
class Earlier:
    """The last answer under a consent: when, and the score that it gave."""

    score: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How a book stands when a query comes.

    `is_known` tells whether the query has a row already, `is_disputed` whether something of the farm's is being looked
    at now; `corrected_at` is when a dispute of the farm's was answered last.
    """

    is_known: bool
    last: Last | None
    earlier: Earlier | None
    is_disputed: bool
    corrected_at: datetime | None


def held(reference: UUID, *, recipient: Organisation) -> Consent | None:
    """Find and lock a consent that was given to this recipient, with its farm, until the transaction ends."""
    found = _HELD.first(reference, recipient.pk)
    if found:
        found.recipient = recipient
    return found


def standing(book: str, consent: Consent | None, *, query: UUID) -> Standing:
    """Tell how a book stands. Requires the lock that keeps its rows in line."""
    named: dict[str, Any] = {
        "query": query,
        "book": book,
        "consent": consent.pk if consent else None,
        "farm": consent.subject_id if consent else None,
        "answered": QueryOutcome.ANSWERED.value,
        "open": DisputeState.OPEN.value,
    }
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, named)
        is_known, seq, row_hash, score, at, is_disputed, corrected_at = cursor.fetchone()
    return Standing(
        is_known=is_known,
        last=None if seq is None else Last(seq, bytes(row_hash)),
        earlier=Earlier(score, at) if score else None,
        is_disputed=is_disputed,
        corrected_at=corrected_at,
    )
