"""What the database itself refuses, to the product's role and to the owner of the tables alike."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, connections, models, transaction

from tests.factories import farm, log, stories
from traceability.models import (
    EntityHead,
    Finding,
    LogEntry,
    LogNode,
    LogState,
    Opening,
    OutboxEntry,
    Receipt,
    SignedCheckpoint,
)

FINAL: list[type[models.Model]] = [LogEntry, LogNode, SignedCheckpoint, Receipt]
MOVING: list[type[models.Model]] = [EntityHead, LogState]
TABLES: list[type[models.Model]] = [*FINAL, *MOVING, OutboxEntry, Opening]
ROLES = ["default", "owner"]

pytestmark = [pytest.mark.usefixtures("full_log")]


@pytest.fixture(scope="module")
def full_log(shared_log: None) -> None:
    """A log in which every ledger table has rows."""
    story = stories.rice()
    log.publish()
    farm.make_plot(story.farmer)


def refused(alias: str, statement: str) -> bool:
    try:
        with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        return "refused" in str(error) or "permission denied" in str(error) or "cannot go" in str(error)
    return False


def refused_to_orm(change: Callable[[], object]) -> bool:
    try:
        with transaction.atomic():
            change()
    except DatabaseError as error:
        return "refused" in str(error) or "permission denied" in str(error) or "cannot go" in str(error)
    return False


@pytest.mark.parametrize("alias", ROLES)
@pytest.mark.parametrize("model", TABLES, ids=lambda one: one._meta.db_table)
def test_no_table_of_the_ledger_can_be_emptied(alias: str, model: type[models.Model]) -> None:
    assert refused(alias, f"TRUNCATE {model._meta.db_table}")


@pytest.mark.parametrize("alias", ROLES)
@pytest.mark.parametrize("model", [*FINAL, *MOVING], ids=lambda one: one._meta.db_table)
def test_no_row_of_the_log_can_be_deleted(alias: str, model: type[models.Model]) -> None:
    assert refused(alias, f"DELETE FROM {model._meta.db_table}")


@pytest.mark.parametrize("alias", ROLES)
@pytest.mark.parametrize("model", [*FINAL, OutboxEntry, Opening], ids=lambda one: one._meta.db_table)
def test_no_column_of_what_is_final_can_be_updated(alias: str, model: type[models.Model]) -> None:
    columns = [field.column for field in model._meta.concrete_fields if field.column]

    allowed = [name for name in columns if not refused(alias, f"UPDATE {model._meta.db_table} SET {name} = {name}")]

    assert allowed == []


@pytest.mark.parametrize("alias", ROLES)
def test_heads_and_state_only_move_on(alias: str) -> None:
    assert refused(alias, "UPDATE ledger_head SET eseq = eseq - 1")
    assert refused(alias, "UPDATE ledger_head SET head = head")
    assert refused(alias, "UPDATE ledger_head SET entity = entity || 'x', eseq = eseq + 1")
    assert refused(alias, "UPDATE ledger_state SET size = size - 1")
    assert refused(alias, "UPDATE ledger_state SET origin = 'trace.other.example/log1'")


@pytest.mark.parametrize("model", [*FINAL, OutboxEntry], ids=lambda one: one._meta.db_table)
def test_no_object_can_be_saved_deleted_or_updated_in_bulk(model: type[models.Model]) -> None:
    stored = model._default_manager.first()
    assert stored
    names = [field.name for field in model._meta.concrete_fields if not field.primary_key and field.column]
    if model is LogNode:
        names = ["hash"]

    assert refused_to_orm(stored.save)
    assert refused_to_orm(lambda: model._default_manager.bulk_update([stored], names))
    assert refused_to_orm(lambda: model._default_manager.update(**{names[-1]: getattr(stored, names[-1])}))
    if model is not OutboxEntry:
        assert refused_to_orm(stored.delete)


def test_the_product_cannot_make_a_finding_go_away() -> None:
    Finding.objects.create(table="t", row="r", rule="x", text="y", found_at=farm.NOW)

    assert refused("default", "DELETE FROM traceability_finding")
    assert refused("default", "TRUNCATE traceability_finding")


def test_the_product_cannot_take_the_guards_away() -> None:
    for model in TABLES:
        table = model._meta.db_table
        assert not allowed_to_app(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        assert not allowed_to_app(f"DROP TABLE {table}")
    assert not allowed_to_app("SET session_replication_role = replica")


def test_every_ledger_table_has_its_guards() -> None:
    # A new table fails here until a migration guards it.
    with connections["default"].cursor() as cursor:
        cursor.execute(
            r"""
            SELECT c.relname,
                bool_or(tgtype & 32 > 0) AS truncate, bool_or(tgtype & 16 > 0) AS update,
                has_table_privilege('suyuan_app', c.oid, 'TRUNCATE')
            FROM pg_class c LEFT JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgenabled <> 'D'
            WHERE c.relkind IN ('r', 'p') AND c.relname LIKE 'ledger\_%'
            GROUP BY c.oid, c.relname
            """
        )
        guards = {name: guarded for name, *guarded in cursor.fetchall()}

    expected = {model._meta.db_table for model in TABLES} - {Receipt._meta.db_table}
    assert guards.keys() == expected
    assert [name for name, guarded in guards.items() if guarded != [True, True, False]] == []


def test_commits_wait_for_the_disk() -> None:
    for alias in ROLES:
        with connections[alias].cursor() as cursor:
            cursor.execute("SHOW synchronous_commit")
            assert cursor.fetchone() == ("on",)


def allowed_to_app(statement: str) -> bool:
    try:
        with transaction.atomic(), connections["default"].cursor() as cursor:
            cursor.execute(statement)
            transaction.set_rollback(True)
    except DatabaseError:
        return False
    return True
