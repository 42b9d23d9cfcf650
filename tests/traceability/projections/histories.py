"""Histories made by hand, for projections that need no database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from traceability.ledger.leaf import Actor, Leaf

PARTY = UUID(int=2)
OTHER = UUID(int=9)
ENTITY_ID = UUID(int=7)


@dataclass(frozen=True)
class Said:
    """One event of a history, as far as a projection looks at it."""

    leaf: Leaf
    private: Mapping[str, Any] = field(default_factory=dict)
    leaf_hash: bytes = b"\x00" * 32


def said(kind: str, *, eseq: int = 0, on: str = "lot", private: Mapping[str, Any] | None = None, **body: Any) -> Said:
    """Say something of the entity, on the first of June; all private members are committed to and open."""
    shown = dict(private or {})
    leaf = Leaf(
        log="trace.test.example/log1",
        id=str(uuid5(ENTITY_ID, f"{on}{eseq}")),
        type=kind,
        entity=f"{on}:{ENTITY_ID}",
        eseq=eseq,
        time="2026-06-01T04:00:00Z",
        actor=Actor(str(UUID(int=1)), str(PARTY), "account"),
        body=body,
        commit=dict.fromkeys(shown, "0" * 64),
    )
    return Said(leaf, shown)


_CORRECTIONS = {"sample.taken": "lot.corrected"}


def corrected(
    first: Said, *, eseq: int, private: Mapping[str, Any] | None = None, withdrawn: bool = False, **changes: Any
) -> Said:
    """Correct an event."""
    on, _, _ = first.leaf.entity.partition(":")
    body: dict[str, Any] = {"corrects": {"id": first.leaf.id, "eseq": first.leaf.eseq, "type": first.leaf.type}}
    body |= {"changes": changes} if changes else {}
    body |= {"withdrawn": True} if withdrawn else {}
    prefix = first.leaf.type.partition(".")[0]
    return said(
        _CORRECTIONS.get(first.leaf.type, f"{prefix}.corrected"),
        eseq=eseq,
        on=on,
        private=private,
        reason="other",
        **body,
    )
