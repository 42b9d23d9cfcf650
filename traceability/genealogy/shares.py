"""At most so many kg of one lot are in another: a bound that holds however the goods were mixed.

The rule. Of lot A, `M` kg were made. Of an input of which `k` kg went into a run, at most `min(c, k)` kg were of A,
where `c` is the bound of that input: the worst draw takes A first. Of an output of `o` kg, at most `min(a, o)` are of
A, `a` being all of A that can have gone into the run: the worst run puts A into one output first. What came out of
several runs may hold the sum. No lot holds more than it weighs, nor more than M. What a run gained, by water or by the
tolerance of scales, is not of A. Kilograms that nobody told bound nothing.

In a circle (rework) each lot may hold all of A that came into the circle from outside, and no more: what goes round is
not counted again.

Bounds of several lots are each the worst case by itself. They do not add up: together the lots hold at most M.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from traceability.genealogy.circles import in_order
from traceability.genealogy.graph import Graph, Part, Step
from traceability.genealogy.walks import trace_forward

_NO_BOUND = Decimal("Infinity")
_Node = UUID | Step


def at_most(graph: Graph, source: UUID) -> dict[UUID, Decimal | None]:
    """Give the most kg of the source that each item made of it can hold, the source itself included.

    None where too little was told to bound it. Packages are for `at_most_in_package`.
    """
    met = {source} | {one.item for one in trace_forward(graph, source) if not one.packed}
    reckoning = _Reckoning(graph, source)
    start: list[_Node] = [source]
    for circle in in_order(start, _following(graph, met)):
        reckoning.take(circle)
    return {item: _told(kg) for item, kg in reckoning.bounds.items()}


def at_most_in_package(
    graph: Graph, bounds: Mapping[UUID, Decimal | None], package: UUID, *, at: datetime
) -> Decimal | None:
    """Give the most kg of the source that a package held at a moment, by what it held and the bounds of `at_most`."""
    known = {item: _kg(bound) for item, bound in bounds.items()}
    # Nothing holds more of the source than there was of it, which is the source's own bound and the largest.
    return _told(min(_drawn(known, graph.contents(package, at)), max(known.values(), default=Decimal(0))))


def _following(graph: Graph, met: Collection[UUID]) -> Callable[[_Node], Iterable[_Node]]:
    def following(node: _Node) -> Iterable[_Node]:
        if isinstance(node, Step):
            return [part.item for part in node.outputs if part.item in met]
        return graph.users(node)

    return following


class _Reckoning:
    """The bounds as they are carried down, one item or circle after another."""

    def __init__(self, graph: Graph, source: UUID) -> None:
        self._graph = graph
        self._source = source
        self._most = _kg(graph.mass(source))
        self.bounds: dict[UUID, Decimal] = {}

    def take(self, circle: Collection[_Node]) -> None:
        """Bound the items of a circle; one node by itself is the smallest circle. Requires all before it."""
        came_in = sum((self._from_outside(node, circle) for node in circle), Decimal(0))
        for node in circle:
            if isinstance(node, UUID):
                found = self._most if node == self._source else min(came_in, self._most, _kg(self._graph.mass(node)))
                self.bounds[node] = found

    def _from_outside(self, node: _Node, circle: Collection[_Node]) -> Decimal:
        if isinstance(node, Step):
            if len(circle) == 1:
                return Decimal(0)
            return self._into(part for part in self._graph.opened(node) if part.item not in circle)
        own = self._most if node == self._source else Decimal(0)
        return own + sum(
            (self._out_of(step, node) for step in self._graph.makers(node) if step not in circle), Decimal(0)
        )

    def _out_of(self, step: Step, item: UUID) -> Decimal:
        came_out = sum((_kg(part.kg) for part in step.outputs if part.item == item), Decimal(0))
        return min(self._into(self._graph.opened(step)), came_out)

    def _into(self, parts: Iterable[Part]) -> Decimal:
        return _drawn(self.bounds, parts)


def _drawn(bounds: Mapping[UUID, Decimal], parts: Iterable[Part]) -> Decimal:
    # Portion by portion of one item would count its bound several times.
    drawn: dict[UUID, Decimal] = defaultdict(Decimal)
    for part in parts:
        if part.item in bounds:
            drawn[part.item] += _kg(part.kg)
    return sum((min(bounds[item], kg) for item, kg in drawn.items()), Decimal(0))


def _kg(told: Decimal | None) -> Decimal:
    return _NO_BOUND if told is None else told


def _told(kg: Decimal) -> Decimal | None:
    return None if kg == _NO_BOUND else kg
