"""Whether an event is one of the registered types, in the form that its type asks for."""

from collections.abc import Mapping
from types import MappingProxyType

from traceability.errors import EventError, child
from traceability.events.custody import CUSTODY
from traceability.events.event_type import EventType, Place
from traceability.events.farm import FARM
from traceability.events.inspection import INSPECTION
from traceability.events.lots import TRADE
from traceability.events.members import Members, as_object
from traceability.events.plant import PLANT
from traceability.events.recall import RECALL
from traceability.events.vocabulary import EXPLANATION

_TYPES = {one.name: one for one in (*FARM, *TRADE, *PLANT, *INSPECTION, *RECALL, *CUSTODY)}
EVENT_TYPES: Mapping[str, EventType] = MappingProxyType(_TYPES)


def register(*types: EventType) -> None:
    """Take up the event types of an app above, as that app starts. Raises ValueError for a name that is taken."""
    for one in types:
        if _TYPES.setdefault(one.name, one) is not one:
            raise ValueError(f"{one.name}: is registered already")


def event_type(name: str) -> EventType:
    """Look up a registered type by its name. Raises EventError."""
    found = EVENT_TYPES.get(name)
    if found is None:
        raise EventError("/type", "unknown_event_type", name=name[:80])
    return found


def check_event(
    name: str, entity: str, body: Mapping[str, object], private: Mapping[str, object] = MappingProxyType({})
) -> None:
    """Check an event that is about to be recorded: its type, its entity, its body and its private members.

    Pointers are those of the leaf, `/commit` standing for the private members. Raises EventError. Where in the
    entity's history the event stands is for `check_place`.
    """
    kind = event_type(name)
    if entity.partition(":")[0] not in kind.entities:
        raise EventError("/entity", "wrong_entity", type=name, entity=entity[:80])
    check_body(name, body, "/body")
    if kind.corrects:
        _check_replaced(body, private)
    else:
        _check_private(kind, body, private)


def check_body(name: str, body: object, pointer: str = "") -> None:
    """Check a body against the schema of its type; the pointer is where the body stands. Raises EventError."""
    kind = event_type(name)
    kind.body.check(body, pointer)
    if kind.corrects:
        _check_correction(kind, as_object(body, pointer), pointer)


def check_place(name: str, eseq: int) -> None:
    """Check that an event of this type may have this number in its entity's history. Raises EventError."""
    place = event_type(name).place
    if place is Place.FIRST and eseq:
        raise EventError("/eseq", "not_first", type=name)
    if place is Place.LATER and not eseq:
        raise EventError("/eseq", "cannot_be_first", type=name)


def _check_correction(kind: EventType, body: Mapping[str, object], pointer: str) -> None:
    name = _corrected_name(body)
    if name not in kind.corrects:
        raise EventError(f"{pointer}/corrects/type", "cannot_correct", name=name[:80])
    corrected = EVENT_TYPES[name]
    at = child(pointer, "changes")
    changes = as_object(body.get("changes", {}), at)
    for name in changes:
        member = corrected.body.by_name.get(name)
        if member and member.fixed:
            raise EventError(child(at, name), "fixed_member", name=name)
    corrected.body.check_some(changes, at)


def _check_replaced(body: Mapping[str, object], private: Mapping[str, object]) -> None:
    changes = as_object(body.get("changes", {}), "/body/changes")
    replaced = {name: value for name, value in private.items() if name != EXPLANATION.name}
    _check_private(EVENT_TYPES[_corrected_name(body)], changes, replaced)
    Members(EXPLANATION).check_some({name: private[name] for name in private.keys() - replaced.keys()}, "/commit")
    if bool(changes or replaced) == bool(body.get("withdrawn")):
        raise EventError("/body", "withdrawn_and_changed" if changes or replaced else "nothing_corrected")


def _check_private(kind: EventType, body: Mapping[str, object], private: Mapping[str, object]) -> None:
    kind.private.check(private, "/commit")
    for flag, reason in kind.explained_by:
        if body.get(flag) and reason not in private:
            raise EventError("/commit", "missing_member", name=reason)


def _corrected_name(body: Mapping[str, object]) -> str:
    return str(as_object(body["corrects"], "/body/corrects")["type"])
