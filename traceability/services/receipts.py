"""What a caller holds in hand after an append, and how far the event has come since."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from traceability.enums import Reached
from traceability.models import SignedCheckpoint
from traceability.queries import log, proofs
from traceability.services.chain import Receipt

_ORDER = (Reached.NONE, Reached.INTEGRATED, Reached.PUBLISHED)
_LOOK_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Proven:
    """A receipt and how far its event has come.

    `index` is there from INTEGRATED on, `checkpoint` and the inclusion `proof` in it when PUBLISHED.
    """

    receipt: Receipt
    reached: Reached = Reached.NONE
    index: int | None = None
    checkpoint: SignedCheckpoint | None = None
    proof: Sequence[bytes] = ()


def wait_for(
    receipt: Receipt,
    reached: Reached,
    *,
    seconds: float,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Proven:
    """Wait until an event has come as far as asked, or the time is over, and tell how far it came.

    Must be called outside of a transaction: inside of it nothing would ever be seen to move.
    """
    if connection.in_atomic_block:
        raise RuntimeError("receipt: waiting for the log inside a transaction would hold it up")
    deadline = clock() + seconds
    proven = standing(receipt)
    while _ORDER.index(proven.reached) < _ORDER.index(reached) and clock() < deadline:
        sleep(min(_LOOK_SECONDS, deadline - clock()))
        proven = standing(receipt)
    return proven


def standing(receipt: Receipt) -> Proven:
    """Tell how far an event has come by now, with its proof where a published checkpoint holds it."""
    index = log.index_of(receipt.record_id)
    if index is None:
        return Proven(receipt)
    checkpoint = log.checkpoint()
    if checkpoint is None or checkpoint.size <= index:
        return Proven(receipt, Reached.INTEGRATED, index)
    return Proven(receipt, Reached.PUBLISHED, index, checkpoint, proofs.inclusion(index, checkpoint.size))


def find(record_id: UUID) -> Receipt | None:
    """Return the receipt that was given for a record, if it was ever taken."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT record_id, entity, eseq, leaf_hash FROM traceability_receipt WHERE record_id = %s", [record_id]
        )
        found = cursor.fetchone()
    return Receipt(found[0], found[1], found[2], bytes(found[3]), repeated=True) if found else None
