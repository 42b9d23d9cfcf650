"""Domain rows, written only through the projections by which the verifier checks them."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import IntegrityError, models

from accounts.models import Organisation, User
from traceability.errors import TraceabilityError
from traceability.projections import registry
from traceability.projections.projection import Projection, Row
from traceability.queries import history
from traceability.services.records import Record

_PSEUDONYM = "__public_id"


class RowConflictError(TraceabilityError):
    """Somebody else took a name that must be unique, a moment before."""


def bring_in_line(entities: Iterable[str]) -> None:
    """Make the rows of these entities what their histories say, inside the caller's transaction.

    Requires that the transaction holds the heads of the entities, as it does after an append. Raises RowConflictError,
    and then the transaction must be rolled back.
    """
    names = sorted(set(entities))
    histories = history.of_all(names)
    found: dict[int, tuple[Projection, list[Row]]] = {}
    for entity in names:
        for projection in registry.of_entity(entity):
            _, rows = found.setdefault(id(projection), (projection, []))
            rows += projection.rows(histories[entity])
    order = {id(one): place for place, one in enumerate(registry.PROJECTIONS)}
    for _, (projection, rows) in sorted(found.items(), key=lambda item: order[item[0]]):
        _write(projection, rows)
        _drop_others(projection, rows, names)


def follow(records: Sequence[Record]) -> bool:
    """Bring in line the rows that may have changed by these new records, and tell whether there were any.

    Most work on a season changes no row, and its history grows with each: it is read only where something bears on
    rows. Requires and raises what `bring_in_line` does.
    """
    entities = {record.entity for record in records if record.type not in registry.silent()}
    if entities:
        bring_in_line(entities)
    return bool(entities)


def _write(projection: Projection, rows: Sequence[Row]) -> None:
    changed = [_column(name) for name in _written(projection) if name not in projection.key]
    made = [projection.model(**row) for row in _with_numbers(projection, rows)]
    try:
        projection.model._default_manager.bulk_create(  # noqa: SLF001 - Django's public name for any model's manager
            made,
            update_conflicts=bool(changed),
            ignore_conflicts=not changed,
            unique_fields=[_column(name) for name in projection.key] if changed else None,
            update_fields=changed or None,
        )
    except IntegrityError as error:
        raise RowConflictError(f"{projection.model._meta.label}: {error}") from error  # noqa: SLF001


def _drop_others(projection: Projection, rows: Sequence[Row], names: Sequence[str]) -> None:
    owners = [name.partition(":")[2] for name in names if name.startswith(f"{projection.prefix}:")]
    if projection.key == (projection.entity_column,) and len(rows) == len(owners):
        return
    kept = {tuple(row[name] for name in projection.key) for row in rows}
    standing = projection.model._default_manager.filter(**{f"{projection.entity_column}__in": owners})  # noqa: SLF001
    for row in standing.values(*projection.key):
        if tuple(row[name] for name in projection.key) not in kept:
            standing.filter(**row).delete()


def _with_numbers(projection: Projection, rows: Sequence[Row]) -> list[dict[str, Any]]:
    numbers = _numbers_of(projection, rows)
    return [
        {
            _column(name): numbers.get(value, value) if name.endswith(_PSEUDONYM) else value
            for name, value in row.items()
            if name in _written(projection)
        }
        for row in rows
    ]


def _written(projection: Projection) -> list[str]:
    """List the columns that are ours to write; the others the database works out."""
    worked_out = {field.name for field in projection.model._meta.fields if field.generated}  # noqa: SLF001
    return [name for name in projection.columns if name not in worked_out]


def _numbers_of(projection: Projection, rows: Sequence[Row]) -> dict[object, int]:
    numbers: dict[object, int] = {}
    for name in (column for column in projection.columns if column.endswith(_PSEUDONYM)):
        field = projection.model._meta.get_field(name.removesuffix(_PSEUDONYM))  # noqa: SLF001
        related: type[models.Model] = User if field.related_model is User else Organisation
        wanted = {row[name] for row in rows} - numbers.keys()
        numbers |= dict(related._default_manager.filter(public_id__in=wanted).values_list("public_id", "pk"))  # noqa: SLF001
    return numbers


def _column(name: str) -> str:
    return f"{name.removesuffix(_PSEUDONYM)}_id" if name.endswith(_PSEUDONYM) else name
