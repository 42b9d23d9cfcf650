"""What follows from the history of an EPCIS event: its row, the items it touches, and which came out of which."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from traceability.epcis import masses
from traceability.events.lots import SAID_ONLY
from traceability.models import EpcisEvent, EpcisItem, LotLink
from traceability.projections.plots import entity_id
from traceability.projections.processes import LINK_COLUMNS, LINK_KEY
from traceability.projections.projection import Projection, Recorded, Row

# From which role to which the past of an item leads.
_SOURCES = {"output": "input", "parent": "child"}


def events(history: Sequence[Recorded]) -> list[Row]:
    """Give a row for every event that bears this eventID: the first, and those that declare it wrong."""
    return [_event(one) for one in _captured(history)]


def items(history: Sequence[Recorded]) -> list[Row]:
    """Give a row for every mention of an item."""
    return [
        {
            "event_id": UUID(one.leaf.id),
            "position": position,
            "lot_id": UUID(item["lot"]),
            "role": item["role"],
            "quantity": item.get("quantity", ""),
            "uom": item.get("uom", ""),
        }
        for one in _captured(history)
        for position, item in enumerate(one.leaf.body.get("items", ()))
    ]


def links(history: Sequence[Recorded]) -> list[Row]:
    """Give the genealogy: outputs come from inputs, a parent holds its children; nothing comes of a false event.

    A child that is taken out of its parent had still been in it, so that the link stays: who asks what a pallet held
    at one moment asks the events for their times.
    """
    bodies = [one.leaf.body for one in _captured(history)]
    if any("error_declaration" in body for body in bodies):
        return []
    said = {pair: body for body in reversed(bodies) for pair in _pairs(body)}
    return [
        {
            "product_id": product,
            "source_id": source,
            "event": entity_id(history[0]),
            "at": datetime.fromisoformat(body["event_time"]),
            "packed": _is_packed(body),
            "kg_in": _kilograms(body, source, {"input", "child"}),
            "kg_out": _kilograms(body, product, {"output"}),
        }
        for (product, source), body in sorted(said.items(), key=lambda one: one[0])
    ]


def joined_links(history: Sequence[Recorded]) -> list[Row]:
    """Give the genealogy that follows from several events of one transformation: what one made of another's inputs."""
    bodies = [one.leaf.body for one in history]
    undone = {body["event"]["entity"] for body in bodies if body.get("undone")}
    standing = [(number, body) for number, body in enumerate(bodies) if body["event"]["entity"] not in undone]
    made = [(number, lot) for number, body in standing for lot in _lots(body, "outputs")]
    used = [(number, lot) for number, body in standing for lot in _lots(body, "inputs")]
    # What one event says by itself stands among its own links.
    apart = {(product, source) for at, product in made for origin, source in used if at != origin}
    return [
        {
            "product_id": product,
            "source_id": source,
            "event": entity_id(history[0]),
            # Told in portions: neither one moment nor one weight is that of the whole.
            "at": None,
            "packed": False,
            "kg_in": None,
            "kg_out": None,
        }
        for product, source in sorted(apart)
        if product != source
    ]


def _is_packed(body: Mapping[str, Any]) -> bool:
    return not any(item["role"] == "output" for item in body.get("items", ()))


def _kilograms(body: Mapping[str, Any], lot: UUID, roles: AbstractSet[str]) -> Decimal | None:
    """Add up how much of a lot the event names in these roles; None where it names none, or other units than mass."""
    named = [item for item in body.get("items", ()) if item["role"] in roles and item["lot"] == str(lot)]
    amounts = [masses.kilograms(item.get("quantity", ""), item.get("uom", "")) for item in named]
    known = [kg for kg in amounts if kg is not None]
    return sum(known, Decimal(0)) if named and len(known) == len(amounts) else None


def _captured(history: Sequence[Recorded]) -> list[Recorded]:
    # Beside them stand notes about files that were withheld.
    return [one for one in history if one.leaf.type == "epcis.captured"]


def _event(one: Recorded) -> Row:
    leaf, body = one.leaf, one.leaf.body
    return {
        "record_id": UUID(leaf.id),
        "entity_id": entity_id(one),
        "eseq": leaf.eseq,
        "event_id": body["event_id"],
        "hash_id": body["hash_id"],
        "event_type": body["event_type"],
        "action": body.get("action", ""),
        "event_time": datetime.fromisoformat(body["event_time"]),
        "biz_step": body.get("biz_step", ""),
        "disposition": body.get("disposition", ""),
        "party__public_id": UUID(leaf.actor.party),
        "document_sha256": bytes.fromhex(leaf.attachments[0].sha256),
    }


def _pairs(body: Mapping[str, Any]) -> Iterator[tuple[UUID, UUID]]:
    # Taking a child out of its parent says nothing of where the parent comes from.
    if body.get("action") == "DELETE":
        return
    # Nobody gives another's item a past or a future.
    items = [item for item in body.get("items", ()) if not item.get(SAID_ONLY)]
    for item in items:
        wanted = _SOURCES.get(item["role"])
        sources = (UUID(one["lot"]) for one in items if one["role"] == wanted and one["lot"] != item["lot"])
        yield from ((UUID(item["lot"]), source) for source in sources)


def _lots(body: Mapping[str, Any], name: str) -> list[UUID]:
    return [UUID(lot.partition(":")[2]) for lot in body.get(name, ())]


EVENTS = Projection(
    model=EpcisEvent,
    prefix="epcis",
    columns=(
        "record_id",
        "entity_id",
        "eseq",
        "event_id",
        "hash_id",
        "event_type",
        "action",
        "event_time",
        "biz_step",
        "disposition",
        "party__public_id",
        "document_sha256",
    ),
    key=("record_id",),
    rows=events,
    entity_column="entity_id",
    not_vouched={
        "document": "vouched through its hash, which the database works out and the leaf names",
        "record_time": "the server's own clock",
    },
)
ITEMS = Projection(
    model=EpcisItem,
    prefix="epcis",
    columns=("event_id", "position", "lot_id", "role", "quantity", "uom"),
    key=("event_id", "position"),
    rows=items,
    entity_column="event__entity_id",
)
GENEALOGY = Projection(
    model=LotLink,
    prefix="epcis",
    columns=LINK_COLUMNS,
    key=LINK_KEY,
    rows=links,
    entity_column="event",
)
JOINED = Projection(
    model=LotLink,
    prefix="transformation",
    columns=LINK_COLUMNS,
    key=LINK_KEY,
    rows=joined_links,
    entity_column="event",
)
