"""What a kind of sheet is: its columns, and how one row becomes a record."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from accounts.models import Membership
from traceability.errors import InputError
from traceability.services.entries import Entry
from traceability.sheets import Amount, Column
from traceability.standards import units
from traceability.standards.days import CHINA
from traceability.standards.units import Quantity

Values = Mapping[str, Any]
Rows = Sequence[tuple[Values, Entry]]
# Of each row what is wrong with it.
Told = Sequence[InputError | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetOf:
    """A kind of sheet.

    `example` is the template's one row. `write` records a row. `identity` names what a row is about: the same name
    again is the same record; `named_by` is the column where that name stands, where there is one. `total` gives the
    units and amounts that a row adds to the file's sums. `fields` says which column stands for a member that a service
    complains of, where they are called differently. `write_all` records many rows for less than each alone would cost,
    and gives what is wrong with each of them; `trial` tells the same of a sheet's rows, batch after batch, and writes
    nothing. Without a trial rows are tried by writing them and taking it back.
    """

    columns: tuple[Column, ...]
    example: tuple[str, ...]
    write: Callable[[Values, Entry, Membership, datetime], object]
    identity: Callable[[Values], str]
    total: Callable[[Values], Mapping[str, Decimal]]
    fields: Mapping[str, str] = field(default_factory=dict)
    named_by: str = ""
    write_all: Callable[[Rows, Membership, datetime], Told] | None = None
    trial: Callable[[Membership, datetime], Callable[[Rows, datetime], Told]] | None = None

    def column_of(self, pointer: str, params: Mapping[str, object]) -> str:
        """Name the column that an error's pointer leads to, or nothing where it is the row as a whole."""
        names = {one.name for one in self.columns}
        for step in [*pointer.split("/")[1:], str(params.get("name", ""))]:
            name = self.fields.get(step, step)
            if name in names:
                return name
        return ""


def everything(values: Values) -> str:
    """Name a row by all that it says: only the same row again is the same record."""
    return "\n".join(f"{name}={values[name]}" for name in sorted(values))


def midnight(day: date) -> datetime:
    """Give the time of a record of which the sheet tells the day only: the same each time that the sheet is sent."""
    return datetime.combine(day, datetime.min.time(), CHINA)


def mass(amount: Amount | None) -> Quantity | None:
    """Give a weight as services take it. Raises UnitError."""
    return units.mass(format(amount.value, "f"), amount.unit) if amount else None


def kilograms(amount: Amount | None) -> Decimal | None:
    """Give the kilograms of a weight. Raises UnitError."""
    quantity = mass(amount)
    return quantity.si_value if quantity else None
