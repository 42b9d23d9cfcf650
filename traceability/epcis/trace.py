"""Following items through a set of events, back to what they came from and on to what became of them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from traceability.epcis.documents import Event
from traceability.epcis.identifiers import comparable
from traceability.epcis.items import Role, items_of

_BEHIND = frozenset({Role.INPUT, Role.CHILD})
_AHEAD = frozenset({Role.OUTPUT, Role.PARENT})


def trace_back(events: Sequence[Event], start: Iterable[str]) -> list[Event]:
    """Give every event in the past of some items: those that touch them, and those that touch what went into them.

    `start` are identifiers in any form. Events come in the order in which they were given, an event that was given
    twice (same eventID, and both or neither declared in error) once.
    """
    return _follow(events, start, _BEHIND)


def trace_forward(events: Sequence[Event], start: Iterable[str]) -> list[Event]:
    """Give every event in the future of some items: as `trace_back`, on to outputs and parents."""
    return _follow(events, start, _AHEAD)


def _follow(events: Sequence[Event], start: Iterable[str], roles: frozenset[Role]) -> list[Event]:
    once = _without_repeats(events)
    touching: dict[str, list[int]] = defaultdict(list)
    leads: list[set[str]] = []
    for position, event in enumerate(once):
        mentions = [(item.role, item.id.lower()) for item in items_of(event)]
        leads.append({name for role, name in mentions if role in roles})
        for name in {name for _, name in mentions}:
            touching[name].append(position)
    return [once[position] for position in sorted(_reached(start, touching, leads))]


def _reached(start: Iterable[str], touching: dict[str, list[int]], leads: Sequence[set[str]]) -> set[int]:
    frontier = {comparable(uri) for uri in start}
    seen_items: set[str] = set()
    reached: set[int] = set()
    # Rework leads in circles: an item or event that was met before is not followed again.
    while frontier:
        seen_items |= frontier
        met = {position for name in frontier for position in touching.get(name, ())} - reached
        reached |= met
        frontier = {name for position in met for name in leads[position]} - seen_items
    return reached


def _without_repeats(events: Sequence[Event]) -> list[Event]:
    kept: dict[object, Event] = {}
    for position, event in enumerate(events):
        key = (event.event_id.lower(), "errorDeclaration" in event.value) if event.event_id else position
        kept.setdefault(key, event)
    return list(kept.values())
