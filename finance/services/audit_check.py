"""The books of queries, checked: each row against the one before it and its event, each event against its row."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import connection

from finance.models import AuditRow
from finance.services.audit import hash_of
from traceability.queries import history
from traceability.queries.history import Event
from traceability.services import findings
from traceability.services.checks.fault import Fault

_TABLE = "finance_auditrow"
_TOLD = frozenset({"consent.queried", "asker.refused"})
_BATCH = 200


def check_books() -> Iterator[Fault]:
    """Find what is missing, changed or added in the books of queries, whoever may have done it.

    A row that was removed leaves its event in the log, whatever stands behind it; a row that was changed no longer has
    the hash that its event holds; and to take away the event as well breaks the log itself.
    """
    for books in _books():
        told = history.of_all(books)
        rows = _rows(books)
        for book in books:
            events = [one for one in told.get(book, []) if one.leaf.type in _TOLD]
            yield from _check_book(book, rows.get(book, []), events)


def report(*, at: datetime) -> int:
    """Open a finding for each fault, and tell how many are new."""
    return findings.report(check_books(), at=at)


def _books() -> Iterator[list[str]]:
    """Name the books of which the log or the table speaks, some at a time."""
    last = ""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT book FROM (SELECT entity AS book FROM ledger_head WHERE split_part(entity, ':', 1) IN"
                " ('consent', 'asker') UNION SELECT book FROM finance_auditrow) AS found"
                ' WHERE book COLLATE "C" > %s ORDER BY book COLLATE "C" LIMIT %s',
                [last, _BATCH],
            )
            books = [row[0] for row in cursor.fetchall()]
        if not books:
            return
        yield books
        last = books[-1]


def _rows(books: Sequence[str]) -> dict[str, list[AuditRow]]:
    found: dict[str, list[AuditRow]] = {}
    for row in AuditRow.objects.filter(book__in=books).select_related("asker").order_by("book", "seq"):
        found.setdefault(row.book, []).append(row)
    return found


def _check_book(book: str, rows: Sequence[AuditRow], events: Sequence[Event]) -> Iterator[Fault]:
    before: bytes | None = None
    for number, row in enumerate(rows):
        if row.seq != number:
            yield Fault(_TABLE, str(row.pk), "gap", f"{book}: number {row.seq} follows where {number} is due")
            break
        if _plain(row.prev_hash) != before:
            yield Fault(_TABLE, str(row.pk), "link", f"{book}: does not name the row before it")
        before = bytes(row.row_hash)
    hashes = {event.id: event.leaf.body["row_sha256"] for event in events}
    for row in rows:
        yield from _check_row(row, hashes.pop(row.pk, None))
    for record_id in hashes:
        yield Fault(_TABLE, str(record_id), "missing", f"{book}: the log tells of this query, and its row is gone")


def _check_row(row: AuditRow, told: object) -> Iterator[Fault]:
    if hash_of(row) != bytes(row.row_hash):
        yield Fault(_TABLE, str(row.pk), "hash", f"{row.book}: says something else than what was hashed")
    if told is None:
        yield Fault(_TABLE, str(row.pk), "extra", f"{row.book}: the log does not tell of this query")
    elif told != bytes(row.row_hash).hex():
        yield Fault(_TABLE, str(row.pk), "log", f"{row.book}: the log holds another hash of this row")


def _plain(value: bytes | memoryview | None) -> bytes | None:
    return None if value is None else bytes(value)
