"""What stands behind commitments: it must decrypt, open its commitment, and be there unless it was erased."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection

from traceability import vault
from traceability.ledger import CommitmentError
from traceability.ledger.canonical import read_quickly
from traceability.ledger.commitment import verify_opening
from traceability.services.checks.fault import Fault

_TABLE = "ledger_opening"

_UNOWNED = """
SELECT record_id::text, path FROM ledger_opening AS opening
WHERE NOT EXISTS (
    SELECT FROM ledger_entry WHERE record_id = opening.record_id AND position('"commit":{'::bytea IN leaf) > 0
) AND NOT EXISTS (
    SELECT FROM ledger_outbox WHERE record_id = opening.record_id AND position('"commit":{'::bytea IN leaf) > 0
)
"""


def check_openings(leaves: Iterable[Mapping[str, Any]]) -> Iterator[Fault]:
    """Check the openings of leaves that hold commitments."""
    committed = {members["id"]: members for members in leaves if "commit" in members}
    if not committed:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT record_id::text, path, token FROM ledger_opening"
            " WHERE record_id = ANY(%s::uuid[]) ORDER BY record_id",
            [list(committed)],
        )
        rows = cursor.fetchall()
    stored: dict[str, set[str]] = {record: set() for record in committed}
    for record, group in groupby(rows, key=itemgetter(0)):
        found = list(group)
        stored[record] = {path for _, path, _ in found}
        yield from _check_tokens(committed[record], found)
    for record, members in committed.items():
        yield from _check_missing(members, stored[record])


def check_unowned() -> Iterator[Fault]:
    """Find openings of records that commit to nothing, or are neither in the log nor on their way there."""
    with connection.cursor() as cursor:
        cursor.execute(_UNOWNED)
        for record, path in cursor.fetchall():
            yield Fault(_TABLE, f"{record} {path}", "extra", "no event with commitments has this record's id")


def _check_tokens(members: Mapping[str, Any], rows: Iterable[tuple[str, str, bytes]]) -> Iterator[Fault]:
    commitments = members.get("commit", {})
    for record, path, token in rows:
        if path not in commitments:
            yield Fault(_TABLE, f"{record} {path}", "extra", "the event commits to no such member")
            continue
        try:
            salt, value = vault.unseal(bytes(token))
            verify_opening(commitments[path], path=path, value=value, salt=salt)
        except (vault.VaultError, CommitmentError) as error:
            yield Fault(_TABLE, f"{record} {path}", "opening", str(error))


def _check_missing(members: Mapping[str, Any], paths: set[str]) -> Iterator[Fault]:
    missing = members.get("commit", {}).keys() - paths
    if missing:
        for path in sorted(missing - _erased(members["entity"], members["id"])):
            text = "the event commits to this member, and no event says that it was erased"
            yield Fault(_TABLE, f"{members['id']} {path}", "missing", text)


def _erased(entity: str, record: str) -> set[str]:
    """Read which members of a record were erased, as later events of its entity say."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT leaf FROM ledger_entry WHERE entity = %(entity)s"
            " UNION ALL SELECT leaf FROM ledger_outbox WHERE entity = %(entity)s",
            {"entity": entity},
        )
        leaves = [bytes(leaf) for (leaf,) in cursor.fetchall()]
    erased: set[str] = set()
    for leaf in leaves:
        if b'"type":"personal.erased"' in leaf:
            body = read_quickly(leaf).get("body", {})
            if body.get("record") == record:
                erased |= set(body.get("paths", ()))
    return erased
