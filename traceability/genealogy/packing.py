"""Packing as intervals of time: what a pallet or box held from when to when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

Action = Literal["ADD", "OBSERVE", "DELETE"]
# From when until before when; None is open.
Span = tuple[datetime | None, datetime | None]
ALWAYS: Span = (None, None)


@dataclass(frozen=True, slots=True)
class Packing:
    """One event of packing or unpacking: items, each with its kg where they were told (None: all of it)."""

    parent: UUID
    action: Action
    at: datetime
    children: tuple[tuple[UUID, Decimal | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Holding:
    """A package held so many kg of an item from `begin` until before `end`; None: it holds them still."""

    parent: UUID
    child: UUID
    kg: Decimal | None
    begin: datetime
    end: datetime | None = None

    def held_at(self, at: datetime) -> bool:
        """Whether it was so at a moment."""
        return self.begin <= at and (self.end is None or at < self.end)

    def within(self, span: Span) -> Span | None:
        """Give the part of a span of time during which it was so; None where there is none."""
        begin, end = span
        since = max(self.begin, begin or self.begin)
        until = min((moment for moment in (self.end, end) if moment), default=None)
        return (since, until) if until is None or since < until else None


def holdings(events: Iterable[Packing]) -> list[Holding]:
    """Give the intervals that follow from events of packing: what is in at a moment is ADDs minus DELETEs until then.

    A DELETE that names no child empties the package (EPCIS 2.0, 7.4.3). An OBSERVE puts in what nobody told of before.
    A part that is taken out leaves the rest inside; events of one moment count in the order in which they come.
    """
    found: list[Holding] = []
    inside: dict[UUID, dict[UUID, tuple[Decimal | None, datetime]]] = {}
    for event in sorted(events, key=lambda one: one.at):
        held = inside.setdefault(event.parent, {})
        children = event.children or tuple((child, None) for child in held)
        for child, kg in children:
            before = held.get(child)
            if event.action == "OBSERVE" and before:
                continue
            after = _after(before[0] if before else Decimal(0), event.action, kg)
            if before and before[1] < event.at:
                found.append(Holding(event.parent, child, before[0], before[1], event.at))
            held.pop(child, None)
            if after != 0:
                held[child] = (after, event.at)
    found += [Holding(parent, child, *said) for parent, held in inside.items() for child, said in held.items()]
    return found


def _after(before: Decimal | None, action: Action, kg: Decimal | None) -> Decimal | None:
    if action != "DELETE":
        return None if before is None or kg is None else before + kg
    if kg is None:
        return Decimal(0)
    return None if before is None else max(before - kg, Decimal(0))
