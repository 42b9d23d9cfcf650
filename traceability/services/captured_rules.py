"""What the trade forbids a captured event: to use what is held or on its way, to take back what others build on."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from traceability.epcis.errors import EpcisError
from traceability.epcis.items import Role
from traceability.events.lots import SAID_ONLY, UNDONE, USED
from traceability.services.capture_ground import Body, Ground, KnownLot, Stand, transformation_entity
from traceability.services.captured_items import takes
from traceability.services.captured_records import Prepared

_LINKED = "item.linked"
# What may stand on a lot whose event is taken back: where it lay, and that it was held, are of no matter any more.
_OF_NO_MATTER = frozenset(
    {"item.named", "lot.stored", "lot.held", "lot.released", "personal.erased", "attachment.withheld"}
)


class NotFreeError(EpcisError):
    """An event uses what is held or on its way, or takes back that from which something came which is elsewhere now."""


def check_free(one: Prepared, ground: Ground) -> None:
    """Check that an event takes nothing that is held or on its way. Raises NotFreeError.

    What its sender does not have in hand he only speaks of: nothing changes by that.
    """
    if one.declares_error:
        return
    for item in one.items:
        if takes(one.event, item) and ground.in_hand(item.id):
            _check_at_rest(ground.lots[item.id], item.pointer, item.id)
            _check_not_held(ground.lots[item.id], item.pointer, item.id)


def check_may_be_wrong(one: Prepared, entity: str, ground: Ground) -> None:
    """Check that nobody builds on what came out of an event that is declared wrong. Raises NotFreeError.

    Else a recall would no longer find where it came from: the genealogy of an event goes with it.
    """
    if not one.declares_error:
        return
    for name, event in (*_made(entity, ground), *_made_of_the_whole(one, ground)):
        pointer = _pointer(one, name)
        _check_unused(name, event, pointer, ground)
        # Who took back what failed a test would hide it.
        _check_not_held(ground.lots[name], pointer, name)
    for item in _items(entity, ground):
        if ground.in_hand(item["item"]):
            _check_at_rest(ground.lots[item["item"]], _pointer(one, item["item"]), item["item"])


def _items(entity: str, ground: Ground) -> Iterator[Mapping[str, Any]]:
    """List what the event had a say in: of what was only said nothing came, and taking a child out made nothing."""
    for body in ground.said[entity]:
        if body.get("action") != "DELETE":
            yield from (item for item in body.get("items", ()) if not item.get(SAID_ONLY))


def _made(entity: str, ground: Ground) -> Iterator[tuple[str, str]]:
    items = _items(entity, ground)
    return ((item["item"], entity) for item in items if Role(item["role"]).is_downstream)


def _made_of_the_whole(one: Prepared, ground: Ground) -> Iterator[tuple[str, str]]:
    """List what other events say came of the transformation, which loses its inputs with the one that put them in."""
    if "transformation_id" not in one.body:
        return
    joined = ground.said[transformation_entity(one.body, ground.party)]
    undone = {body["event"]["entity"] for body in joined if body.get("undone")}
    names = {lot.entity: name for name, lot in ground.lots.items()}
    for body in joined:
        if body["event"]["entity"] not in undone:
            yield from ((names[made], body["event"]["entity"]) for made in body.get("outputs", ()))


def _pointer(one: Prepared, name: str) -> str:
    named = (item.pointer for item in one.items if item.id == name)
    return next(named, one.event.at("errorDeclaration"))


def _check_unused(name: str, entity: str, pointer: str, ground: Ground) -> None:
    if not ground.in_hand(name):
        raise NotFreeError(pointer, "passed_on_since", name=name)
    if any(_matters(stand) for stand in _since(ground.stands[ground.lots[name].entity], entity)):
        raise NotFreeError(pointer, "used_since", name=name)


def _since(stands: Sequence[Stand], entity: str) -> list[Stand]:
    """Give what stands on an item since the event, without what other events said that were declared wrong."""
    linked = [body for name, body in stands if name == _LINKED and not body.get(SAID_ONLY)]
    undone = {body["event"]["entity"] for body in linked if body.get("effect") == UNDONE}
    first = next((at for at, (_, body) in enumerate(stands) if _event_of(body) == entity), len(stands))
    return [one for one in stands[first:] if _event_of(one[1]) not in {*undone, entity}]


def _event_of(body: Body) -> str:
    return str(body.get("event", {}).get("entity", ""))


def _matters(stand: Stand) -> bool:
    name, body = stand
    if name != _LINKED:
        return name not in _OF_NO_MATTER
    uses = Role(body["role"]).is_upstream or body.get("effect") == USED
    return uses and not body.get(SAID_ONLY)


def _check_at_rest(lot: KnownLot, pointer: str, name: str) -> None:
    if lot.on_the_way:
        raise NotFreeError(pointer, "lot_on_the_way", name=name)


def _check_not_held(lot: KnownLot, pointer: str, name: str) -> None:
    if lot.held:
        raise NotFreeError(pointer, "lot_held", name=name)
