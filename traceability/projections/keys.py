"""Signing keys of actors, as the log has them."""

import base64
from collections.abc import Sequence
from uuid import UUID

from traceability.models import ActorKey
from traceability.projections.projection import Projection, Recorded, Row


def rows(history: Sequence[Recorded]) -> list[Row]:
    """Work out the row of one key: as it was added, and revoked when an event says so."""
    if not history:
        return []
    added = history[0].leaf
    return [
        {
            "key_id": added.entity.partition(":")[2],
            "public": base64.b64decode(str(added.body["public"])),
            "owner__public_id": UUID(added.actor.id),
            "party__public_id": UUID(added.actor.party),
            "label": history[0].private.get("label", ""),
            "revoked": any(event.leaf.type == "key.revoke" for event in history),
        }
    ]


KEYS = Projection(
    model=ActorKey,
    prefix="key",
    columns=("key_id", "public", "owner__public_id", "party__public_id", "label", "revoked"),
    key=("key_id",),
    rows=rows,
    entity_column="key_id",
)
