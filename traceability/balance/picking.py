"""First in, first out: from which lots to take."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

Name = TypeVar("Name")


@dataclass(frozen=True, slots=True)
class Pick(Generic[Name]):
    """So many kilograms of a lot."""

    name: Name
    kg: Decimal


def pick_oldest(stock: Iterable[tuple[Name, Decimal]], wanted: Decimal) -> list[Pick[Name]]:
    """Take from each lot in turn until there is enough; from all of them where there is not. The oldest come first."""
    return list(_picks(stock, wanted))


def _picks(stock: Iterable[tuple[Name, Decimal]], wanted: Decimal) -> Iterator[Pick[Name]]:
    for name, kg in stock:
        taken = min(kg, wanted)
        if taken > 0:
            yield Pick(name, taken)
            wanted -= taken
