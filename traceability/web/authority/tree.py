"""A family of lots as rows of a page: indented by distance, with kilograms, holder and state."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.urls import reverse

from traceability.genealogy import Reached
from traceability.queries.genealogy import Family, Line

# Deeper indents would leave no room for words on a phone.
_DEEPEST = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One lot of the tree. `most` is the most kg of the one in the other; None where too little was told."""

    line: Line
    indent: int
    distance: int
    packed: bool
    weighed: Decimal | None
    left: Decimal | None
    taken: Decimal | None
    most: Decimal | None
    url: str


def downstream(family: Family) -> list[Row]:
    """Give what a lot went into, each below what it was met through first."""
    return [_row(family, one, family.at_most.get(one.item)) for one in _below(family, family.forward, down=True)]


def upstream(family: Family) -> list[Row]:
    """Give what went into a lot, each below what it was met through first."""
    # Bounding each source walks the graph once more: beyond this nobody reads them one by one.
    few = len(family.back) <= 60
    return [
        _row(family, one, family.most_of(one.item) if few else None) for one in _below(family, family.back, down=False)
    ]


def neighbours(family: Family, item: UUID) -> set[UUID]:
    """Give what lies one step up or down from a lot."""
    return (_next(family, item, down=True) | _next(family, item, down=False)) & family.lines.keys()


def _row(family: Family, one: Reached, most: Decimal | None) -> Row:
    line = family.lines[one.item]
    return Row(
        line=line,
        indent=min(one.distance, _DEEPEST),
        distance=one.distance,
        packed=one.packed,
        weighed=family.weighed(one.item),
        left=line.left,
        taken=line.taken,
        most=most,
        url=reverse("trace:item", args=[line.id]),
    )


def _below(family: Family, found: Sequence[Reached], *, down: bool) -> Iterator[Reached]:
    """Order what was met as a tree that is read from the top: children right below their parent."""
    by_item = {one.item: one for one in found}
    children: dict[UUID, list[UUID]] = {}
    placed: set[UUID] = set()
    for parent in [family.lot, *by_item]:
        for child in _next(family, parent, down=down):
            distance = by_item[parent].distance if parent in by_item else 0
            if child in by_item and child not in placed and by_item[child].distance == distance + 1:
                placed.add(child)
                children.setdefault(parent, []).append(child)
    waiting = [family.lot]
    while waiting:
        item = waiting.pop()
        if item in by_item:
            yield by_item[item]
        waiting += sorted(children.get(item, ()), key=lambda one: family.lines[one].name, reverse=True)
    yield from (one for one in found if one.item not in placed)


def _next(family: Family, item: UUID, *, down: bool) -> set[UUID]:
    graph = family.graph
    if down:
        made = {part.item for step in graph.users(item) for part in step.outputs}
        return made | {holding.parent for holding in graph.packages(item)}
    used = {part.item for step in graph.makers(item) for part in graph.opened(step)}
    return used | {part.item for part in graph.contents(item, None)}
