"""Circles of a directed graph (strongly connected components), in an order in which each comes after its causes."""

from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import TypeVar

N = TypeVar("N", bound=Hashable)


def in_order(starts: Iterable[N], following: Callable[[N], Iterable[N]]) -> list[frozenset[N]]:
    """List the circles of all that can be reached; a node in no circle is one by itself.

    Kosaraju's way: whoever is left last on the first walk has nothing before it but its own circle. Without
    recursion, since a genealogy may be deeper than Python's stack.
    """
    left = _as_left(starts, following)
    before: dict[N, list[N]] = {node: [] for node in left}
    for node in left:
        for other in following(node):
            before[other].append(node)
    taken: set[N] = set()
    return [frozenset(_gather(node, before, taken)) for node in reversed(left) if node not in taken]


def _as_left(starts: Iterable[N], following: Callable[[N], Iterable[N]]) -> list[N]:
    left: list[N] = []
    seen: set[N] = set()
    for start in starts:
        if start in seen:
            continue
        seen.add(start)
        path: list[tuple[N, Iterator[N]]] = [(start, iter(following(start)))]
        while path:
            node, others = path[-1]
            other = next((one for one in others if one not in seen), None)
            if other is None:
                left.append(node)
                path.pop()
            else:
                seen.add(other)
                path.append((other, iter(following(other))))
    return left


def _gather(node: N, before: dict[N, list[N]], taken: set[N]) -> Iterator[N]:
    waiting = [node]
    taken.add(node)
    while waiting:
        one = waiting.pop()
        yield one
        fresh = [other for other in before[one] if other not in taken]
        taken.update(fresh)
        waiting += dict.fromkeys(fresh)
