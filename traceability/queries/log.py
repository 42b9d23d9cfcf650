"""How the log stands: size, newest checkpoint, what waits."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection

from accounts.kept_queries import KeptQuery
from traceability.errors import TraceabilityError
from traceability.ledger.tlog_proof import TlogProof
from traceability.models import LogState, OutboxEntry, Publication, SignedCheckpoint
from traceability.queries import proofs


class NotInLogError(TraceabilityError):
    """No published checkpoint holds the record yet, or there is no such record."""


# From when entries count as waiting where nothing tells it: a log whose rows are gone is late, not on time.
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_NEWEST = KeptQuery(lambda _marks: SignedCheckpoint.objects.order_by("-size")[:1])


@dataclass(frozen=True, slots=True)
class Standing:
    """The log at a glance; `published_at` and `checkpoint` are None before the first checkpoint.

    `unsigned_since` is when the first of the entries that no checkpoint holds was taken. A log at rest has an old
    checkpoint and nothing to sign: only what waits for a signature makes it stale.
    """

    size: int
    waiting: int
    checkpoint: SignedCheckpoint | None
    published_at: datetime | None
    unsigned_since: datetime | None = None

    @property
    def signed(self) -> int:
        """How many entries the newest checkpoint holds."""
        return self.checkpoint.size if self.checkpoint else 0

    @property
    def unsigned(self) -> int:
        """How many entries no checkpoint holds."""
        return max(0, self.size - self.signed)

    def behind(self, at: datetime) -> timedelta:
        """Tell how long entries have waited for a checkpoint; nothing where none waits."""
        if not self.unsigned:
            return timedelta(0)
        return max(timedelta(0), at - (self.unsigned_since or self.published_at or _NEVER))

    def is_stale(self, at: datetime) -> bool:
        """Say whether entries have waited for longer than a publisher at work leaves them."""
        return self.behind(at) > timedelta(seconds=settings.STALE_CHECKPOINT_SECONDS)


def standing() -> Standing:
    """Read how the log stands now."""
    state = LogState.objects.filter(origin=settings.LOG_ORIGIN).first()
    size = state.size if state else 0
    newest = checkpoint()
    publication = Publication.objects.filter(size=newest.size).first() if newest else None
    signed = newest.size if newest else 0
    return Standing(
        size=size,
        waiting=OutboxEntry.objects.count(),
        checkpoint=newest,
        published_at=publication.published_at if publication else None,
        unsigned_since=_taken_at(signed) if signed < size else None,
    )


def _taken_at(index: int) -> datetime | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT recorded_at FROM ledger_entry JOIN traceability_receipt USING (record_id) WHERE index = %s", [index]
        )
        found = cursor.fetchone()
    return found[0] if found else None


def checkpoint() -> SignedCheckpoint | None:
    """Return the newest published checkpoint."""
    return _NEWEST.first()


def waiting(*, at_most: int) -> int:
    """Count the events that wait for the log, stopping at a number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM (SELECT FROM ledger_outbox LIMIT %s) AS waiting", [at_most])
        return int(cursor.fetchone()[0])


def is_full() -> bool:
    """Tell whether so many events wait that no more are taken; see `chain_rows.check_backlog`."""
    return waiting(at_most=settings.OUTBOX_LIMIT + 1) > settings.OUTBOX_LIMIT


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
