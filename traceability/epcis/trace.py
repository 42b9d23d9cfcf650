"""Following items through a set of events, back to what they came from and on to what became of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from traceability.epcis.documents import Event
from traceability.epcis.identifiers import comparable
from traceability.epcis.items import Role, items_of

_BEHIND = frozenset({Role.INPUT, Role.CHILD})
_AHEAD = frozenset({Role.OUTPUT, Role.PARENT})


def trace_back(events: Sequence[Event], start: Iterable[str]) -> list[Event]:
    """Give every event in the past of some items: those that touch them, and those that touch what went into them.

    This is the wide trace of the industry's tools: of an event that only uses an item, the other inputs are followed
    too. `start` are identifiers in any form. Events come in the order in which they were given, an event that was given
    twice (same eventID, and both or neither declared in error) once.
    """
    return _follow(events, start, leading_to=_BEHIND, from_roles=frozenset(Role))


def trace_forward(events: Sequence[Event], start: Iterable[str]) -> list[Event]:
    """Give every event in the future of some items: those that touch them, and those that touch what they went into.

    What only came out of the same event beside an item is not followed. Otherwise as `trace_back`.
    """
    return _follow(events, start, leading_to=_AHEAD, from_roles=frozenset(Role) - _AHEAD)


def _follow(
    events: Sequence[Event], start: Iterable[str], *, leading_to: frozenset[Role], from_roles: frozenset[Role]
) -> list[Event]:
    once = _without_repeats(events)
    touching: dict[str, set[int]] = defaultdict(set)
    open_to: dict[str, set[int]] = defaultdict(set)
    leads: list[set[str]] = []
    for position, event in enumerate(once):
        mentions = [(item.role, item.id.lower()) for item in items_of(event)]
        leads.append({name for role, name in mentions if role in leading_to})
        for role, name in mentions:
            touching[name].add(position)
            if role in from_roles:
                open_to[name].add(position)
    names = _reached({comparable(uri) for uri in start}, open_to, leads)
    return [once[position] for position in sorted(set().union(*(touching.get(name, ()) for name in names)))]


def _reached(frontier: set[str], open_to: Mapping[str, set[int]], leads: Sequence[set[str]]) -> set[str]:
    seen: set[str] = set()
    # Rework leads in circles: an item that was met before is not followed again.
    while frontier:
        seen |= frontier
        positions = {position for name in frontier for position in open_to.get(name, ())}
        frontier = {name for position in positions for name in leads[position]} - seen
    return seen


def _without_repeats(events: Sequence[Event]) -> list[Event]:
    kept: dict[object, Event] = {}
    for position, event in enumerate(events):
        key = (event.event_id.lower(), "errorDeclaration" in event.value) if event.event_id else position
        kept.setdefault(key, event)
    return list(kept.values())
