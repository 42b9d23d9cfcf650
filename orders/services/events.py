"""One way to put an event of this app into the chain."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import TextChoices

from accounts.models import Membership
from traceability.ledger.leaf import Attachment
from traceability.services import chain
from traceability.services.entries import Entry, Saying, check_time, record_of


def say(  # noqa: PLR0913 - what a record is made of
    name: str,
    entity: str,
    *,
    entry: Entry,
    membership: Membership,
    at: datetime,
    body: Mapping[str, object] | None = None,
    private: Mapping[str, object] | None = None,
    inputs: Sequence[str] = (),
    attachments: Sequence[Attachment] = (),
) -> None:
    """Chain one event, inside the caller's transaction. Raises RefusedError, EventError, ChainConflictError."""
    told = record(
        name,
        entity,
        entry=entry,
        membership=membership,
        at=at,
        body=body,
        private=private,
        inputs=inputs,
        attachments=attachments,
    )
    chain.append(told, at=at)


def record(  # noqa: PLR0913 - what a record is made of
    name: str,
    entity: str,
    *,
    entry: Entry,
    membership: Membership,
    at: datetime,
    body: Mapping[str, object] | None = None,
    private: Mapping[str, object] | None = None,
    inputs: Sequence[str] = (),
    attachments: Sequence[Attachment] = (),
) -> chain.Record:
    """Make the record of one event, for whoever chains many at once. Raises RefusedError."""
    check_time(entry, at=at)
    # Codes as plain text: an enumeration's member is no JSON.
    told = {key: str(value) if isinstance(value, TextChoices) else value for key, value in (body or {}).items()}
    saying = Saying(body=told, private=private or {}, inputs=inputs, attachments=attachments)
    return record_of(name, entity, entry=entry, saying=saying, membership=membership)
