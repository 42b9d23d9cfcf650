"""Signatures of actors, by the keys that the log itself registered."""

import sys
from collections.abc import Iterator

from django.db import connection

from traceability.ledger import LeafError
from traceability.ledger.actor_keys import ActorKeys
from traceability.ledger.leaf import content, parse_leaf
from traceability.services.checks.fault import Fault

# Behind every entry: where an event stands that waits for its index.
WAITING = sys.maxsize

# Of what waits only the key itself counts: a revocation that waits stands behind all that waits with it.
_EVENTS = """
SELECT index, leaf FROM ledger_entry WHERE entity = %(entity)s
UNION ALL SELECT %(waiting)s, leaf FROM ledger_outbox WHERE entity = %(entity)s AND eseq = 0
ORDER BY index
"""


class SignatureCheck:
    """Checks signed leaves; remembers the keys that it has read."""

    def __init__(self) -> None:
        self._keys = ActorKeys()
        self._learnt: set[str] = set()

    def faults(self, table: str, row: str, data: bytes, *, index: int = WAITING) -> Iterator[Fault]:
        """Check the signature of one leaf, which stands in this row and at this index of the log."""
        try:
            leaf = parse_leaf(data)
            if leaf.sig is not None:
                self._learn(leaf.sig.key)
                self._keys.verify(index, leaf.sig, actor=leaf.actor.id, content=content(leaf))
        except LeafError as error:
            yield Fault(table, row, "signature", str(error))

    def _learn(self, key_id: str) -> None:
        if key_id in self._learnt:
            return
        with connection.cursor() as cursor:
            cursor.execute(_EVENTS, {"entity": f"key:{key_id}", "waiting": WAITING})
            events = cursor.fetchall()
        for index, leaf in events:
            self._keys.learn(index, parse_leaf(bytes(leaf)))
        self._learnt.add(key_id)
