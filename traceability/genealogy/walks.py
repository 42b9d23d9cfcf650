"""Walks through a genealogy: all that went into an item, and all that an item went into.

A walk ends when it meets nothing new, so that rework, which leads in circles, ends it like anything else.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from traceability.genealogy.graph import Graph
from traceability.genealogy.packing import ALWAYS


@dataclass(frozen=True, slots=True)
class Reached:
    """An item that a walk met, so many steps away.

    `packed` says that it only held what was met, or lay in it, and was not made of it.
    """

    item: UUID
    distance: int
    packed: bool = False


def trace_back(graph: Graph, item: UUID, *, at: datetime | None = None) -> list[Reached]:
    """List all that went into an item, the nearest first; what lay in a package, where the item is one.

    `at` chooses the moment for which the package is asked; None asks for all that was ever in it.
    """
    inside = {part.item for part in graph.contents(item, at)} - {item}
    met = _walk(
        {item: 0, **dict.fromkeys(inside, 1)},
        lambda one: (part.item for step in graph.makers(one) for part in graph.opened(step)),
    )
    return _listed(met, packed=inside, without=item)


def trace_forward(graph: Graph, item: UUID) -> list[Reached]:
    """List all that an item went into, the nearest first, with the packages that held any of it at some time."""
    met = _walk({item: 0}, lambda one: (part.item for step in graph.users(one) for part in step.outputs))
    held: dict[UUID, int] = {}
    for one, distance in met.items():
        for package in _packages_of(graph, one):
            held[package] = min(held.get(package, distance + 1), distance + 1)
    return _listed({**held, **met}, packed=held.keys() - met.keys(), without=item)


def _walk(met: dict[UUID, int], following: Callable[[UUID], Iterable[UUID]]) -> dict[UUID, int]:
    # By distance, so that each item is met on its shortest way first.
    waiting = sorted(met, key=lambda one: met[one])
    for one in waiting:
        for other in following(one):
            if other not in met:
                met[other] = met[one] + 1
                waiting.append(other)
    return met


def _packages_of(graph: Graph, item: UUID) -> set[UUID]:
    """Find the packages around an item: a box on a pallet counts for what was in it while it stood there."""
    met: set[UUID] = set()
    waiting = [(item, ALWAYS)]
    seen = set(waiting)
    while waiting:
        one, span = waiting.pop()
        for holding in graph.packages(one):
            within = holding.within(span)
            state = (holding.parent, within or span)
            if within and state not in seen:
                seen.add(state)
                met.add(holding.parent)
                waiting.append(state)
    return met


def _listed(met: dict[UUID, int], *, packed: set[UUID], without: UUID) -> list[Reached]:
    found = (Reached(item, distance, item in packed) for item, distance in met.items() if item != without)
    return sorted(found, key=lambda one: (one.distance, one.item))
