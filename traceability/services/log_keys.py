"""One key of the log takes over from another, while both sign: nobody is left with a key that verifies nothing.

`begin` makes the next key and records it under checkpoints that the present one signs; from then on each checkpoint
has both signatures. Readers and witnesses take the new key from the record, or hear it otherwise. `finish` lets the
present key go.
"""

from datetime import datetime

from accounts.enums import OrganisationKind
from accounts.models import Membership
from traceability import log_key
from traceability.errors import NotYoursError, TraceabilityError
from traceability.ledger.note import parse_note, parse_vkey
from traceability.models import EntityHead, LogEntry
from traceability.queries import log
from traceability.services import chain
from traceability.services.entries import Entry, Saying, record_of
from traceability.services.transactions import business_transaction


class RotationError(TraceabilityError):
    """The next key cannot take over yet."""


@business_transaction
def begin(*, entry: Entry, membership: Membership, at: datetime) -> str:
    """Make the key that takes over, record it, and return what verifies it; the same again changes nothing.

    Raises NotYoursError where the member is not the operator's, LogKeyError, ChainConflictError.
    """
    if membership.organisation.kind != OrganisationKind.OPERATOR:
        raise NotYoursError("the key of the log is its operator's")
    present, following = log_key.vkey(), log_key.make_next()
    entity = entity_of(following)
    if not _is_recorded(entity):
        saying = Saying(body={"vkey": following, "replaces": present})
        # A crash before the commit leaves a key that signs beside the present one, and no record: run it again.
        chain.append(record_of("key.rotate", entity, entry=entry, saying=saying, membership=membership), at=at)
    return following


def finish() -> str:
    """Let the next key sign alone, and return what verifies it. Raises RotationError, LogKeyError.

    Refuses before a published checkpoint holds the record and has both signatures: whoever knows the old key only
    must have been able to see the new one.
    """
    following = log_key.next_path().with_suffix(".vkey")
    if following.exists():
        _check_known(following.read_text("ascii").strip())
    return log_key.take_over()


def entity_of(vkey: str) -> str:
    """Name the history of a key of the log."""
    return f"logkey:{parse_vkey(vkey).key_id.hex()}"


def _is_recorded(entity: str) -> bool:
    """Say whether anything was recorded of an entity."""
    return EntityHead.objects.filter(entity=entity).exists()


def _check_known(vkey: str) -> None:
    newest = log.checkpoint()
    index = LogEntry.objects.filter(entity=entity_of(vkey)).values_list("index", flat=True).first()
    if newest is None or index is None or index >= newest.size:
        raise RotationError("log key: no published checkpoint holds the record of the next key yet")
    key = parse_vkey(vkey)
    if not any(line.is_by(key) for line in parse_note(newest.note)[1]):
        raise RotationError("log key: the newest checkpoint is not signed by the next key yet")
