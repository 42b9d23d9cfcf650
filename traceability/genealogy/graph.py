"""The graph of lots and the steps that turn lots into others."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from traceability.genealogy.packing import ALWAYS, Holding


@dataclass(frozen=True, slots=True)
class Part:
    """So many kg of an item, as they went into a step or came out of it; None where nobody told how many."""

    item: UUID
    kg: Decimal | None


# By identity: two runs that say the same are two runs, and hashing all their parts would cost at every look-up.
@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One run: all its inputs and all its outputs. `at` chooses what packages among the inputs held."""

    id: UUID
    inputs: tuple[Part, ...]
    outputs: tuple[Part, ...]
    at: datetime | None = None


class Graph:
    """Items, the steps between them, and the packages that they were in.

    `masses` has what an item weighed when it began, where no step of the graph tells.
    """

    def __init__(
        self, steps: Iterable[Step], holdings: Iterable[Holding] = (), masses: Mapping[UUID, Decimal] | None = None
    ) -> None:
        self.steps = tuple(steps)
        self._masses = masses or {}
        self._makers: dict[UUID, list[Step]] = defaultdict(list)
        self._contents: dict[UUID, list[Holding]] = defaultdict(list)
        self._packages: dict[UUID, list[Holding]] = defaultdict(list)
        for step in self.steps:
            for item in {part.item for part in step.outputs}:
                self._makers[item].append(step)
        for holding in holdings:
            self._contents[holding.parent].append(holding)
            self._packages[holding.child].append(holding)

    def makers(self, item: UUID) -> Iterable[Step]:
        """List the steps that an item came out of; several, where it came in portions or was reworked."""
        return self._makers.get(item, ())

    def users(self, item: UUID) -> Iterable[Step]:
        """List the steps that an item went into, by itself or inside a package."""
        return self._users.get(item, ())

    def packages(self, item: UUID) -> Iterable[Holding]:
        """List the packages in which an item ever was."""
        return self._packages.get(item, ())

    def contents(self, package: UUID, at: datetime | None) -> Iterator[Part]:
        """Give what a package held at a moment, packages inside it and what these held included; None: ever.

        What was in a box counts only while the box was in the package.
        """
        waiting = [(package, ALWAYS)]
        seen = set(waiting)
        while waiting:
            outer, span = waiting.pop()
            for holding in self._contents.get(outer, ()):
                within = holding.within(span)
                if within is None or (at and not holding.held_at(at)):
                    continue
                yield Part(holding.child, holding.kg)
                state = (holding.child, within)
                if state not in seen:
                    seen.add(state)
                    waiting.append(state)

    def opened(self, step: Step) -> tuple[Part, ...]:
        """Give all that went into a step: its inputs, and what those of them that are packages held at the time."""
        return self._opened[step]

    def mass(self, item: UUID) -> Decimal | None:
        """Give what an item weighed: all that came out of steps, or what was told; never less than was taken of it."""
        made = [part.kg for step in self.makers(item) for part in step.outputs if part.item == item]
        taken = [part.kg for step in self.users(item) for part in step.inputs if part.item == item]
        told = total(made) if made else self._masses.get(item)
        if told is None:
            return None
        return max(told, sum((kg for kg in taken if kg is not None), Decimal(0)))

    @cached_property
    def _opened(self) -> Mapping[Step, tuple[Part, ...]]:
        return {step: tuple(self._open(step)) for step in self.steps}

    @cached_property
    def _users(self) -> Mapping[UUID, list[Step]]:
        users: dict[UUID, list[Step]] = defaultdict(list)
        for step, parts in self._opened.items():
            for item in {part.item for part in parts}:
                users[item].append(step)
        return users

    def _open(self, step: Step) -> Iterator[Part]:
        for part in step.inputs:
            yield part
            yield from self.contents(part.item, step.at)


def total(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """Add kilograms up; one that is unknown makes the sum unknown."""
    added = Decimal(0)
    for kg in amounts:
        if kg is None:
            return None
        added += kg
    return added
