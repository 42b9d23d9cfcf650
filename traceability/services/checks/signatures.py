"""Signatures of actors, by the keys that the log itself registered."""

from collections.abc import Iterator

from django.db import connection

from traceability.ledger import LeafError
from traceability.ledger.leaf import added_key, parse_leaf, verify_actor_signature
from traceability.services.checks.fault import Fault


class SignatureCheck:
    """Checks signed leaves; remembers the keys that it has read."""

    def __init__(self) -> None:
        self._keys: dict[str, bytes] = {}

    def faults(self, table: str, row: str, data: bytes) -> Iterator[Fault]:
        """Check the signature of one leaf, which stands in this row."""
        try:
            leaf = parse_leaf(data)
            if leaf.sig is not None:
                verify_actor_signature(leaf, self._key(leaf.sig.key))
        except LeafError as error:
            yield Fault(table, row, "signature", str(error))

    def _key(self, key_id: str) -> bytes:
        if key_id not in self._keys:
            self._keys[key_id] = added_key(parse_leaf(_first_event(f"key:{key_id}")))
        return self._keys[key_id]


def _first_event(entity: str) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT leaf FROM ledger_entry WHERE entity = %(entity)s AND eseq = 0"
            " UNION ALL SELECT leaf FROM ledger_outbox WHERE entity = %(entity)s AND eseq = 0",
            {"entity": entity},
        )
        found = cursor.fetchone()
    if found is None:
        raise LeafError(f"{entity}: is not registered in the log")
    return bytes(found[0])
