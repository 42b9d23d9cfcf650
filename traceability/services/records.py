"""What goes into the chain, and what its writer answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from traceability.errors import TraceabilityError
from traceability.ledger import leaf as leaves


class ChainConflictError(TraceabilityError):
    """The chain moved on, or the record's id was taken with other content."""


class OutboxFullError(TraceabilityError):
    """Too many events wait for the integrator; the caller should come back later."""

    retry_after = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One thing that somebody says happened, before it has its place in the chain.

    `inputs` are the entities whose present heads this event rests on. `private` are the members that the log holds as
    commitments only. `salts` may fix the salt of a private member, for an actor who signed the commitment beforehand.
    """

    id: UUID
    type: str
    entity: str
    time: datetime
    actor: leaves.Actor
    body: Mapping[str, object] = field(default_factory=dict)
    inputs: Sequence[str] = ()
    private: Mapping[str, object] = field(default_factory=dict)
    salts: Mapping[str, bytes] = field(default_factory=dict)
    attachments: Sequence[leaves.Attachment] = ()
    sig: leaves.ActorSignature | None = None
    # The number that the event must get, where the caller decided on the strength of the one before.
    expected_eseq: int | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the caller may hold against us: this event, at this place of this entity's chain."""

    record_id: UUID
    entity: str
    eseq: int
    leaf_hash: bytes
    repeated: bool = False


def time_text(moment: datetime) -> str:
    """Write a moment as the leaf has it: UTC, no zeros at the end of the fraction."""
    if moment.tzinfo is None:
        raise ValueError("a record's time has no time zone")
    text = moment.astimezone(UTC).replace(tzinfo=None).isoformat()
    return (text.rstrip("0") if "." in text else text) + "Z"
