"""Changing one byte of one stored value, as somebody who owns the database could."""

import contextlib
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from tests import databases

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


@dataclass(frozen=True, slots=True)
class Change:
    """A value that was changed, and the keys of the row before and after, as findings may name them."""

    table: str
    column: str
    names: tuple[str, ...]
    before: object
    after: object


class Tamperer:
    """Changes values as the cluster's superuser, triggers and foreign keys off, and puts them back."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._connection = databases.superuser()
        self._connection.execute("SET session_replication_role = replica")
        self.refused = 0

    def close(self) -> None:
        self._connection.close()

    def changes(self, table: str, column: str, *, rows: int) -> Iterator[Change]:
        """Change the column in some rows of the table in turn; each is put back when the next is asked for."""
        for place, before in self._chosen(table, column, rows):
            keys = self._keys(table, place)
            after = self._other(before, self._type(table, column))
            try:
                moved = self._set(table, column, place, after)
            except (psycopg.errors.IntegrityError, psycopg.errors.DataError, psycopg.errors.GeneratedAlways):
                # The database itself refuses a value like that: nothing was changed.
                self.refused += 1
                continue
            yield Change(table, column, (*keys, *self._keys(table, moved)), before, after)
            self._set(table, column, moved, before)

    @contextlib.contextmanager
    def without_a_row(self, table: str) -> Iterator[None]:
        """Take some row of the table away, and put it back."""
        ((place, _),) = self._chosen(table, "ctid", 1)
        name, columns = sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, self._written(table)))
        run = self._connection.execute
        run(sql.SQL("CREATE TEMP TABLE kept AS SELECT {} FROM {} WHERE ctid = {}::tid").format(columns, name, place))
        run(sql.SQL("DELETE FROM {} WHERE ctid = {}::tid").format(name, place))
        yield
        run(sql.SQL("INSERT INTO {} ({}) SELECT * FROM kept").format(name, columns))
        run("DROP TABLE kept")

    def _written(self, table: str) -> list[str]:
        """Name the columns that the database does not work out itself."""
        query = "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'"
        return [str(name) for (name,) in self._connection.execute(query, [table]).fetchall()]

    def _chosen(self, table: str, column: str, rows: int) -> list[tuple[str, Any]]:
        query = sql.SQL("SELECT ctid::text, {} FROM {}").format(sql.Identifier(column), sql.Identifier(table))
        found: list[Any] = self._connection.execute(query).fetchall()
        return self._chance.sample(found, min(rows, len(found)))

    def _set(self, table: str, column: str, place: str, value: object) -> str:
        query = sql.SQL("UPDATE {} SET {} = %s WHERE ctid = %s::tid RETURNING ctid::text").format(
            sql.Identifier(table), sql.Identifier(column)
        )
        found = self._connection.execute(query, [Jsonb(value) if isinstance(value, dict) else value, place]).fetchone()
        assert found
        return str(found[0])

    def _keys(self, table: str, place: str) -> tuple[str, ...]:
        """Read every text, number and id of the row: whatever a finding may name it by is among them."""
        query = sql.SQL("SELECT * FROM {} WHERE ctid = %s::tid").format(sql.Identifier(table))
        row: Any = self._connection.execute(query, [place]).fetchone()
        return tuple(str(value) for value in row if isinstance(value, str | int | UUID))

    def _type(self, table: str, column: str) -> str:
        query = "SELECT udt_name FROM information_schema.columns WHERE table_name = %s AND column_name = %s"
        found = self._connection.execute(query, [table, column]).fetchone()
        assert found, f"{table}.{column} is no column"
        return str(found[0])

    def _other(self, value: Any, kind: str) -> object:
        if value is None:
            return _FIRST[kind]
        return _OTHERS[kind](self._chance, value)


def _other_bytes(chance: random.Random, value: bytes) -> bytes:
    if not value:
        return b"\x00"
    position = chance.randrange(len(value))
    changed = bytearray(value)
    changed[position] ^= chance.randint(1, 255)
    return bytes(changed)


def _other_text(chance: random.Random, value: str) -> str:
    if not value:
        return "x"
    position = chance.randrange(len(value))
    letter = chance.choice([one for one in LETTERS if one != value[position]])
    return value[:position] + letter + value[position + 1 :]


def _other_number(bits: int) -> Any:
    def other(chance: random.Random, value: int) -> int:
        changed = (value & (2**bits - 1)) ^ (1 << chance.randrange(bits))
        negative = changed >= 2 ** (bits - 1)
        return int(changed - 2**bits if negative else changed)

    return other


def _other_json(chance: random.Random, value: Any) -> Any:
    if isinstance(value, dict):
        name = chance.choice(sorted(value))
        return {**value, name: _other_json(chance, value[name])}
    if isinstance(value, list):
        position = chance.randrange(len(value))
        return [*value[:position], _other_json(chance, value[position]), *value[position + 1 :]]
    if isinstance(value, str):
        return _other_text(chance, value)
    return not value if isinstance(value, bool) else value + 1


_OTHERS = {
    "bytea": _other_bytes,
    "varchar": _other_text,
    "text": _other_text,
    "int2": _other_number(16),
    "int4": _other_number(32),
    "int8": _other_number(64),
    "uuid": lambda chance, value: UUID(bytes=_other_bytes(chance, value.bytes)),
    "bool": lambda _chance, value: not value,
    "numeric": lambda chance, value: value + Decimal(1).scaleb(-chance.randint(0, 2)),
    "date": lambda chance, value: value + timedelta(days=chance.choice([-1, 1])),
    "timestamptz": lambda _chance, value: value + timedelta(microseconds=1),
    "jsonb": _other_json,
}
_FIRST: dict[str, object] = {
    "bytea": b"\x00",
    "varchar": "x",
    "text": "x",
    "int8": 1,
    "int4": 1,
    "int2": 1,
    "uuid": UUID(int=1),
    "numeric": Decimal(1),
    "date": date(2026, 1, 1),
    "timestamptz": datetime.fromisoformat("2026-01-01T00:00:00Z"),
    "jsonb": {"type": "Point", "coordinates": [1, 2]},
    "bool": True,
}
