"""The book of queries: one row for each, linked by hashes, and an event of the same transaction for each hash."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from accounts.models import Membership, Organisation
from finance.enums import Purpose, QueryOutcome
from finance.models import AuditRow, Consent
from finance.queries.asked import Last
from orders.services.events import say
from traceability.ledger import canonicalize, parse_checkpoint
from traceability.models import SignedCheckpoint
from traceability.queries import log
from traceability.services.entries import Entry, members

_PREFIX = b"suyuan/audit/v1\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks: the member who answers for it, the client by which it came, and the key that this client proved."""

    membership: Membership
    client_id: str = ""
    key_thumbprint: str = ""

    @property
    def organisation(self) -> Organisation:
        """The party for which it is asked."""
        return self.membership.organisation


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked: by which consent, what for, of which loan, and which classes of data."""

    consent_ref: UUID
    purpose: Purpose
    loan_ref: str = ""
    categories: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What became of it: the outcome, the fields that go out, and the score that they come from."""

    outcome: QueryOutcome
    fields: Sequence[str] = field(default_factory=tuple)
    score: UUID | None = None


def book_of(asker: Asker, consent: Consent | None) -> str:
    """Name the book that a query is written into: the consent's, else the asker's own."""
    return consent.entity if consent else f"asker:{asker.organisation.public_id}"


def write_row(  # noqa: PLR0913 - who asked what, and what became of it
    *, asker: Asker, asked: Asked, given: Given, consent: Consent | None, last: Last | None, entry: Entry, at: datetime
) -> AuditRow:
    """Write the row of a query and its event behind the last row of its book, inside the caller's transaction.

    Requires the lock of the consent, or of the asker where there is none: it keeps the rows of a book in line.
    Raises what `say` raises.
    """
    checkpoint = log.checkpoint()
    row = AuditRow(
        id=entry.id,
        book=book_of(asker, consent),
        seq=last.seq + 1 if last else 0,
        prev_hash=last.row_hash if last else None,
        asker=asker.organisation,
        client_id=asker.client_id,
        key_thumbprint=asker.key_thumbprint,
        consent=consent,
        consent_ref=asked.consent_ref,
        purpose=asked.purpose,
        loan_ref=asked.loan_ref,
        categories=list(asked.categories),
        outcome=given.outcome,
        fields=list(given.fields),
        score=given.score,
        tree_size=checkpoint.size if checkpoint else None,
        tree_root=_root_of(checkpoint) if checkpoint else None,
        at=at,
    )
    row.row_hash = hash_of(row)
    _say(row, asker, entry=entry, at=at)
    row.save(force_insert=True)
    return row


def hash_of(row: AuditRow) -> bytes:
    """Hash all that a row says, and through the hash before it all rows before it in its book."""
    said = {
        "id": str(row.id),
        "book": row.book,
        "seq": row.seq,
        "prev": _hex(row.prev_hash),
        "asker": str(row.asker.public_id),
        "client_id": row.client_id,
        "key_thumbprint": row.key_thumbprint,
        "consent": str(row.consent_id) if row.consent_id else None,
        "consent_ref": str(row.consent_ref),
        "purpose": str(row.purpose),
        "loan_ref": row.loan_ref,
        "categories": [str(one) for one in row.categories],
        "outcome": str(row.outcome),
        "fields": [str(one) for one in row.fields],
        "score": str(row.score) if row.score else None,
        "tree_size": row.tree_size,
        "tree_root": _hex(row.tree_root),
        "at": row.at.astimezone(UTC).isoformat(),
    }
    return hashlib.sha256(_PREFIX + canonicalize(said)).digest()


def _root_of(checkpoint: SignedCheckpoint) -> bytes:
    # Our own row, signed by this log: only the text before the signatures is needed.
    text, _, _ = checkpoint.note.partition("\n\n")
    return parse_checkpoint(f"{text}\n").root


def _hex(value: bytes | memoryview | None) -> str | None:
    return None if value is None else bytes(value).hex()


def _say(row: AuditRow, asker: Asker, *, entry: Entry, at: datetime) -> None:
    score = f"score:{row.score}" if row.score else None
    body = members(outcome=str(row.outcome), row_sha256=row.row_hash.hex(), score=score)
    private = members(
        recipient=str(asker.organisation.public_id),
        purpose=str(row.purpose),
        consent_ref=str(row.consent_ref),
        loan_ref=row.loan_ref,
        client_id=row.client_id,
        key_thumbprint=row.key_thumbprint,
        fields=row.fields or None,
    )
    name = "consent.queried" if row.consent_id else "asker.refused"
    say(name, row.book, entry=entry, membership=asker.membership, at=at, body=body, private=private)
