"""How the log stands: size, newest checkpoint, what waits."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection

from traceability.errors import TraceabilityError
from traceability.ledger.tlog_proof import TlogProof
from traceability.models import LogState, OutboxEntry, Publication, SignedCheckpoint
from traceability.queries import proofs


class NotInLogError(TraceabilityError):
    """No published checkpoint holds the record yet, or there is no such record."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The log at a glance; `published_at` and `checkpoint` are None before the first checkpoint."""

    size: int
    waiting: int
    checkpoint: SignedCheckpoint | None
    published_at: datetime | None


def standing() -> Standing:
    """Read how the log stands now."""
    state = LogState.objects.filter(origin=settings.LOG_ORIGIN).first()
    newest = checkpoint()
    publication = Publication.objects.filter(size=newest.size).first() if newest else None
    return Standing(
        size=state.size if state else 0,
        waiting=OutboxEntry.objects.count(),
        checkpoint=newest,
        published_at=publication.published_at if publication else None,
    )


def checkpoint() -> SignedCheckpoint | None:
    """Return the newest published checkpoint."""
    return SignedCheckpoint.objects.order_by("-size").first()


def waiting(*, at_most: int) -> int:
    """Count the events that wait for the log, stopping at a number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM (SELECT FROM ledger_outbox LIMIT %s) AS waiting", [at_most])
        return int(cursor.fetchone()[0])


def index_of(record_id: UUID) -> int | None:
    """Return a record's index in the log; None while it waits, or where there is no such record."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT index FROM ledger_entry WHERE record_id = %s", [record_id])
        found = cursor.fetchone()
    return found[0] if found else None


def tlog_proof(record_id: UUID) -> str:
    """Write the proof of one record by the newest checkpoint, as a .tlog-proof file. Raises NotInLogError."""
    index = index_of(record_id)
    newest = checkpoint()
    if index is None or newest is None or newest.size <= index:
        raise NotInLogError(f"record {record_id}: in no published checkpoint")
    return TlogProof(index, tuple(proofs.inclusion(index, newest.size)), newest.note).text()
