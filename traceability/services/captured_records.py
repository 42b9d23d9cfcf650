"""The records of one EPCIS event: its own, and those by which the histories that it touches hear of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

import orjson

from traceability.epcis.documents import Event
from traceability.epcis.errors import SizeError
from traceability.epcis.formats import moment
from traceability.epcis.items import Item, Role
from traceability.events.lots import SAID_ONLY, UNDONE
from traceability.ledger.leaf import MAX_LEAF_BYTES, Actor, Attachment
from traceability.services.capture_ground import Body, Ground, transformation_entity
from traceability.services.captured_items import facts, naming
from traceability.services.chain import Receipt, Record

MEDIA = "application/ld+json"
NAMED, LINKED, JOINED = "item.named", "item.linked", "transformation.joined"
# Of a leaf: one input, and all that is neither input nor body.
_INPUT_BYTES = 150
_REST_BYTES = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """An event as far as it can be made ready without a look at what is there.

    `body` is what all may read of its normal form and `private` the rest, `items` what it touches, `document` its own
    bytes.
    """

    event: Event
    record_id: UUID
    body: Body
    private: Body
    items: Sequence[Item]
    document: bytes

    @property
    def declares_error(self) -> bool:
        """Whether it takes back what was said before under its eventID."""
        return "error_declaration" in self.body


def event_record(one: Prepared, *, entity: str, actor: Actor, ground: Ground) -> Record:
    """Make the event's own record, which rests on what went into it. Raises SizeError where no leaf can hold it."""
    items = [_item(item, ground) for item in one.body.get("items", ())]
    body = {**one.body, "items": items} if items else one.body
    inputs = sorted(_upstream(one, ground))
    size = len(orjson.dumps(body)) + _INPUT_BYTES * len(inputs) + _REST_BYTES
    if size > MAX_LEAF_BYTES:
        told = {"items": len(items), "size": size, "limit": MAX_LEAF_BYTES}
        raise SizeError(one.event.pointer, "too_large_to_record", **told)
    return Record(
        id=one.record_id,
        type="epcis.captured",
        entity=entity,
        time=moment(one.event.value["eventTime"]),
        actor=actor,
        body=body,
        private=one.private,
        inputs=inputs,
        attachments=[Attachment(sha256(one.document).hexdigest(), len(one.document), MEDIA)],
    )


def forerunners(one: Prepared, record: Record, *, ground: Ground) -> list[Record]:
    """Make the records that begin the histories of what went into an event, where nobody has told of it yet.

    The event rests on them, so that its proof holds what is told of them later: partners send late, in any order.
    """
    new = {entity: name for entity, name in _upstream(one, ground).items() if entity not in ground.batch.heads}
    return [
        Record(
            id=uuid5(record.id, f"name {entity}"),
            type=NAMED,
            entity=entity,
            time=record.time,
            actor=record.actor,
            body=naming(name),
        )
        for entity, name in sorted(new.items())
    ]


def followers(one: Prepared, record: Record, receipt: Receipt, *, ground: Ground) -> list[Record]:
    """Make the records that tell of an event which has its place in the chain, in the order in which they go there."""
    telling = _Telling(record, receipt)
    if one.declares_error:
        return list(_taking_back([*ground.said[record.entity], record.body], telling, ground))
    return list(_telling_of(one, telling, ground))


@dataclass(frozen=True, slots=True)
class _Telling:
    """An event in the chain, as others are told of it."""

    record: Record
    receipt: Receipt

    def to(self, entity: str, *, part: str, name: str, body: Body, rests: Sequence[str] = ()) -> Record:
        receipt = self.receipt
        reference = {"entity": receipt.entity, "eseq": receipt.eseq, "head": receipt.leaf_hash.hex()}
        return Record(
            id=uuid5(self.record.id, part),
            type=name,
            entity=entity,
            time=self.record.time,
            actor=self.record.actor,
            body={**body, "event": reference},
            inputs=rests,
        )


def _telling_of(one: Prepared, telling: _Telling, ground: Ground) -> Iterator[Record]:
    rests = [telling.record.entity]
    if "transformation_id" in one.body:
        yield _joining(one, telling, ground)
        # What comes out rests on the whole, so that its proof reaches the inputs that other events tell of.
        rests.append(transformation_entity(one.body, ground.party))
    for position, item in enumerate(one.items):
        yield telling.to(
            ground.lots[item.id].entity,
            part=f"item {position}",
            name=LINKED,
            body={**naming(item.id), **facts(one.event, item, in_hand=ground.in_hand(item.id))},
            # What lies upstream only points at the event: else the proof of one bag would drag in all the others. And
            # nobody makes the proof of another's item heavier by more than what is said of it.
            rests=() if item.role.is_upstream or not ground.in_hand(item.id) else rests,
        )


def _item(item: Mapping[str, Any], ground: Ground) -> dict[str, Any]:
    said = {**item, "lot": str(ground.lots[item["item"]].id)}
    return said if ground.in_hand(item["item"]) else {**said, SAID_ONLY: True}


def _joining(one: Prepared, telling: _Telling, ground: Ground) -> Record:
    parts = {"inputs": _lots(one, Role.INPUT, ground), "outputs": _lots(one, Role.OUTPUT, ground)}
    body = {"transformation_id": one.body["transformation_id"], **{name: lots for name, lots in parts.items() if lots}}
    rests = [telling.record.entity]
    return telling.to(
        transformation_entity(one.body, ground.party), part="transformation", name=JOINED, body=body, rests=rests
    )


def _upstream(one: Prepared, ground: Ground) -> dict[str, str]:
    upstream = (item.id for item in one.items if item.role.is_upstream)
    return {ground.lots[name].entity: name for name in upstream if ground.in_hand(name)}


def _lots(one: Prepared, role: Role, ground: Ground) -> list[str]:
    names = {item.id for item in one.items if item.role is role}
    return sorted(ground.lots[name].entity for name in names if ground.in_hand(name))


def _taking_back(bodies: Sequence[Body], telling: _Telling, ground: Ground) -> Iterator[Record]:
    """Tell everybody who ever heard of an event that it was declared wrong, and those whom the declaration names.

    Of what is in another's hands by now, the stock stays as it was.
    """
    party = ground.party
    wholes: Mapping[str, Body] = {
        transformation_entity(body, party): body for body in bodies if "transformation_id" in body
    }
    rests = [telling.record.entity]
    for entity, body in wholes.items():
        undone = {"transformation_id": body["transformation_id"], "undone": True}
        yield telling.to(entity, part=entity, name=JOINED, body=undone, rests=rests)
    items = {item["item"]: item for body in bodies for item in body.get("items", ())}
    for name, item in items.items():
        in_hand = ground.in_hand(name)
        undone = {**naming(name), "role": item["role"], **({"effect": UNDONE} if in_hand else {SAID_ONLY: True})}
        only_points = Role(item["role"]).is_upstream or not in_hand
        lot = ground.lots[name]
        yield telling.to(lot.entity, part=str(lot.id), name=LINKED, body=undone, rests=() if only_points else rests)
