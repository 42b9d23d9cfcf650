"""Domain rows against the events that vouch for them, through the same projections that wrote them."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby, zip_longest
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Exists, Manager, Model, OuterRef, TextField, Value
from django.db.models.functions import Cast, Concat

from traceability.models import EntityHead
from traceability.projections import registry
from traceability.projections.projection import Projection, Row
from traceability.services.checks import histories
from traceability.services.checks.fault import Fault
from traceability.services.checks.histories import silent_ends
from traceability.services.checks.reading import binary_rows
from traceability.services.checks.snapshot import snapshot

# Histories are read whole: so many events at once stay in some tens of megabytes.
_EVENTS = 5000

_ENDS = """
SELECT entity, substring(leaf FROM octet_length(leaf) - 100) FROM ledger_entry WHERE index >= %s AND index < %s
"""

_Histories = dict[str, list[histories.Told]]


def check_all(*, advance: Callable[[int], None]) -> Iterator[Fault]:
    """Check the rows of all entities, and find rows of none; `advance` is told how many entities were checked."""
    with snapshot():
        for model in dict.fromkeys(one.model for one in registry.PROJECTIONS):
            yield from _check_unowned(model)
    for entities in _batches():
        yield from check_some(entities)
        advance(len(entities))


def check_touched(first: int, end: int, *, advance: Callable[[int], None]) -> Iterator[Fault]:
    """Check the rows of the entities of which a stretch of the log says anything that a row follows from.

    An entity with a very long history is left to the check of all: the cost must follow what is new.
    """
    touched = list(
        {entity for entity, leaf_end in binary_rows(_ENDS, [first, end]) if not leaf_end.endswith(silent_ends())}
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT entity, eseq FROM ledger_head WHERE eseq < %s AND entity = ANY(%s)", [_EVENTS, touched])
        rows = cursor.fetchall()
    for entities in _by_length(rows):
        yield from check_some(entities)
        advance(len(entities))


def check_some(entities: Sequence[str]) -> Iterator[Fault]:
    """Check the rows of some entities."""
    with snapshot():
        found = histories.read(entities)
        for projection in registry.PROJECTIONS:
            of_kind = {one: events for one, events in found.items() if one.partition(":")[0] == projection.prefix}
            if of_kind:
                yield from _check(projection, of_kind)


def _batches() -> Iterator[list[str]]:
    prefixes = sorted({one.prefix for one in registry.PROJECTIONS})
    last = ""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT entity, eseq FROM ledger_head WHERE entity > %s AND split_part(entity, ':', 1) = ANY(%s)"
                " ORDER BY entity LIMIT 500",
                [last, prefixes],
            )
            rows = cursor.fetchall()
        if not rows:
            return
        yield from _by_length(rows)
        last = rows[-1][0]


def _by_length(rows: Sequence[tuple[str, int]]) -> Iterator[list[str]]:
    batch: list[str] = []
    events = 0
    for entity, eseq in rows:
        if batch and events + eseq >= _EVENTS:
            yield batch
            batch, events = [], 0
        batch.append(entity)
        events += eseq + 1
    if batch:
        yield batch


def _check(projection: Projection, found: _Histories) -> Iterator[Fault]:
    stored = _stored(projection, [entity.partition(":")[2] for entity in found])
    for entity, events in found.items():
        try:
            expected = projection.rows(events)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            yield Fault(_table(projection), entity, "history", f"no row follows from it: {error!r}")
            continue
        yield from _compare(projection, entity, expected, stored[entity.partition(":")[2]])


def _stored(projection: Projection, owners: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    column = projection.entity_column
    manager = _manager(projection)
    try:
        rows = list(manager.filter(**{f"{column}__in": owners}).values("pk", column, *projection.columns))
    except (ValidationError, ValueError):
        # A head's name was changed into what is no key: the check of heads names it.
        return found
    for row in rows:
        found[str(row[column])].append(row)
    return found


def _compare(
    projection: Projection, entity: str, expected: Sequence[Row], stored: Sequence[dict[str, Any]]
) -> Iterator[Fault]:
    wanted, found = _by_key(projection, expected), _by_key(projection, stored)
    table = _table(projection)
    for key in sorted(wanted.keys() | found.keys(), key=str):
        for row, has in zip_longest(wanted.get(key, ()), found.get(key, ())):
            if has is None:
                yield Fault(
                    table, f"{entity} {_key_text(key)}", "missing", "the events make this row, and it is not there"
                )
            elif row is None:
                yield Fault(table, _row_name(has["pk"]), "extra", f"no event of {entity} makes this row")
            else:
                yield from _differences(projection, row, has)


def _differences(projection: Projection, row: Row, has: dict[str, Any]) -> Iterator[Fault]:
    for column in projection.columns:
        if row[column] != _plain(has[column]):
            text = f"{column} is {_said(_plain(has[column]))}; the events say {_said(row[column])}"
            yield Fault(_table(projection), _row_name(has["pk"]), column, text)


def _by_key(projection: Projection, rows: Sequence[Row]) -> dict[tuple[object, ...], list[Row]]:
    def key(row: Row) -> tuple[object, ...]:
        return tuple(_plain(row[column]) for column in projection.key)

    ordered = sorted(rows, key=lambda row: str(key(row)))
    return {found: list(group) for found, group in groupby(ordered, key=key)}


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


def _said(value: object) -> str:
    """Write a value as an operator reads it: numbers and days plainly, and text in quotes, so that its ends show."""
    if isinstance(value, bytes):
        return value.hex()[:200]
    text = str(value) if isinstance(value, Decimal | date | UUID) else repr(value)
    return text[:200]


def _row_name(pk: object) -> str:
    return f"pk={_key_text(pk) if isinstance(pk, tuple) else pk}"


def _key_text(key: tuple[object, ...]) -> str:
    return "/".join(map(str, key))


def _check_unowned(model: type[Model]) -> Iterator[Fault]:
    rows = model._default_manager.all()  # noqa: SLF001 - Django's own public name
    for projection in registry.PROJECTIONS:
        if projection.model is model:
            column = Cast(OuterRef(projection.entity_column), TextField())
            name = Concat(Value(f"{projection.prefix}:"), column, output_field=TextField())
            rows = rows.exclude(Exists(EntityHead.objects.filter(entity=name)))
    for pk in rows.values_list("pk", flat=True).iterator():
        yield Fault(model._meta.db_table, _row_name(pk), "extra", "no event speaks of it")  # noqa: SLF001


def _table(projection: Projection) -> str:
    return projection.model._meta.db_table  # noqa: SLF001 - Django's own public name


def _manager(projection: Projection) -> Manager[Any]:
    return projection.model._default_manager  # noqa: SLF001 - likewise
