"""Queries that are put together once and asked many times.

To build the statement of a query takes Django several times as long as to run it, and those that every page asks are
always the same but for their values. A kept query is built once, with marks in place of values; what it gives is made
by the same code of Django's.
"""

import threading
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

M = TypeVar("M", bound=Model)


class Marks:
    """Values that nothing else can be, which stand in a statement for those that it will be asked with."""

    def __init__(self) -> None:
        self._made: list[object] = []

    def number(self) -> Any:
        """Make a mark for a whole number; no row has a negative key."""
        return self._marked(-1_700_000_001 - len(self._made))

    def id(self) -> Any:
        """Make a mark for a UUID: of a version that there is not."""
        return self._marked(UUID(int=len(self._made) + 1))

    def text(self) -> Any:
        """Make a mark for a text, with a character that people cannot type."""
        return self._marked(f"\x01{len(self._made)}")

    def moment(self) -> Any:
        """Make a mark for a moment: in a year before all records."""
        return self._marked(datetime(1001, 1, 1, 0, 0, len(self._made), 1, tzinfo=UTC))

    def places(self, values: Sequence[object], *, all_of_them: bool = True) -> tuple[object, ...]:
        """Say of each value of a statement which mark it is, by number; the value itself where it is none.

        Raises ValueError where a mark that must be there is nowhere: what was to be asked would not be.
        """
        known = {mark: _Place(number) for number, mark in enumerate(self._made)}
        found = tuple(known.get(value, value) if isinstance(value, Hashable) else value for value in values)
        if all_of_them and (missing := set(known.values()) - {one for one in found if isinstance(one, _Place)}):
            raise ValueError(f"kept query: value {min(one.number for one in missing)} is not in the statement")
        return found

    def _marked(self, mark: object) -> object:
        self._made.append(mark)
        return mark


@dataclass(frozen=True, slots=True)
class _Place:
    number: int


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement, and its values: some as they are, some that are filled in."""

    sql: str
    values: tuple[object, ...]

    def filled(self, values: Sequence[object]) -> list[Any]:
        """Give the values with those that are asked for now."""
        return [values[one.number] if isinstance(one, _Place) else one for one in self.values]


@dataclass(frozen=True, slots=True)
class _Built:
    """A statement, and what Django knows of its columns."""

    statement: Statement
    compiler: Any
    columns: Sequence[Any]
    attributes: Sequence[str]
    width: slice
    related: Sequence[Any]


class KeptQuery(Generic[M]):
    """A query of a model, with the objects that it selects beside; no prefetching, and no values in place of objects.

    `build` makes it of marks. It must not choose another query by a value: a value is only known when it is asked.
    """

    def __init__(self, build: Callable[[Marks], QuerySet[M]]) -> None:
        self._build = build
        self._lock = threading.Lock()
        self._built: _Built | None = None

    def all(self, *values: object) -> list[M]:
        """Give the objects, with these values for the marks in the order in which they were made."""
        built = self._built or self._make()
        database = connections[DEFAULT_DB_ALIAS]
        with database.cursor() as cursor:
            cursor.execute(built.statement.sql, built.statement.filled(values))
            rows = cursor.fetchall()
        return list(_objects(built, rows))

    def first(self, *values: object) -> M | None:
        """Give the first object; None where there is none."""
        return next(iter(self.all(*values)), None)

    def _make(self) -> _Built:
        with self._lock:
            if self._built is None:
                marks = Marks()
                self._built = _built(self._build(marks), marks)
            return self._built


def _built(query: QuerySet[Any], marks: Marks) -> _Built:
    compiler: Any = query.query.get_compiler(using=DEFAULT_DB_ALIAS)
    sql, values = compiler.as_sql()
    info = compiler.klass_info
    fields = info["select_fields"]
    width = slice(fields[0], fields[-1] + 1)
    return _Built(
        statement=Statement(sql, marks.places(values)),
        compiler=compiler,
        columns=[column for column, *_ in compiler.select[: compiler.col_count]],
        attributes=[column.target.attname for column, *_ in compiler.select[width]],
        width=width,
        related=get_related_populators(info, compiler.select, DEFAULT_DB_ALIAS),  # type: ignore[call-arg] # of Django 6
    )


def _objects(built: _Built, rows: Sequence[tuple[Any, ...]]) -> Iterator[Any]:
    compiler = built.compiler
    converters = compiler.get_converters(built.columns)
    model = compiler.klass_info["model"]
    for row in compiler.apply_converters(rows, converters) if converters else rows:
        made = model.from_db(DEFAULT_DB_ALIAS, built.attributes, row[built.width])
        for one in built.related:
            one.populate(row, made)
        yield made
