import os
import random
import secrets
import sys
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection

from tests.factories import epcis, farm, fruit, log, stories
from tests.faults.tampering import Change, Tamperer
from traceability.models import Receipt
from traceability.projections import registry
from traceability.projections.projection import Projection
from traceability.services.attachments import path_of
from traceability.services.checks.fault import Fault
from traceability.services.fsck import Fsck
from traceability.services.stores import put_away

# In how many rows each column is changed; as many as somebody has time for.
ROWS = int(os.environ.get("SUYUAN_TAMPERED_ROWS", "3"))
# The server's own word beside what the ledger holds; everything else in these tables is vouched for.
NOT_VOUCHED = {("traceability_receipt", "recorded_at"): "no proof covers it, only the checkpoints around it bound it"}
# Columns whose hash stands beside them, worked out by the database.
THROUGH_THEIR_HASH = {"traceability_epcisevent": ["document"]}

pytestmark = [pytest.mark.faults, pytest.mark.usefixtures("shared_log")]


@pytest.fixture
def tamperer() -> Iterator[Tamperer]:
    # Other bytes in every run; a run that fails prints its seed.
    seed = secrets.randbits(32)
    say(f"tampering with seed {seed}")
    made = Tamperer(random.Random(seed))  # noqa: S311 - a test that fails must be repeatable
    yield made
    made.close()


@pytest.fixture(scope="module")
def story(shared_log: None) -> stories.Story:
    """A log with several checkpoints, signed events, openings, and events that still wait."""
    told = stories.rice()
    log.publish()
    stories.signed_photo(told.season, told.farmer)
    log.publish()
    farm.log(told.season, "tended", by=told.farmer, days=100, operation="weeding")
    log.publish()
    epcis.send(told.mill, *epcis.a_chain())
    log.publish()
    _ship(told)
    log.publish()
    farm.release(farm.hold(told.bag, by=told.mill), by=told.mill)
    farm.hold(told.bag, by=told.mill)
    farm.recall(told.bag, by=told.mill)
    picked = fruit.make_fruit(told.farmer)
    found = fruit.issue(picked, by=told.farmer)
    farm.ship(picked, by=told.farmer, to=told.mill)
    fruit.collect(found, by=told.mill)
    fruit.void(told.farmer.organisation.certificates.get(), by=told.farmer)
    log.publish()
    farm.make_plot(told.farmer, number="DW-0418", name="西大方", boundary=farm.boundary_bytes())
    farm.log(told.season, "tended", by=told.farmer, days=101, operation="weeding")
    return told


def _ship(told: stories.Story) -> None:
    """Send one lot that is accepted and put away, and one that stays on the way."""
    first, second = farm.make_lot(told.farmer), farm.make_lot(told.farmer)
    farm.accept(farm.ship(first, by=told.farmer, to=told.mill), by=told.mill, kg="998", supplier_code="WJ-17")
    put_away(lot=first, place="3号仓", entry=farm.entry(farm.AUTUMN), membership=told.mill, at=farm.NOW)
    farm.ship(second, by=told.farmer, to=told.mill, kg="400")


def test_a_story_that_nobody_touched_is_clean(story: stories.Story) -> None:
    assert found() == []


def test_one_changed_byte_in_any_row_of_the_ledger_is_found(story: stories.Story, tamperer: Tamperer) -> None:
    tried = 0
    for table in ledger_tables():
        for column in columns_of(table):
            if (table, column) not in NOT_VOUCHED:
                tried += count_found(tamperer, table, column)

    say(f"{tried} changes in {len(ledger_tables())} tables were found; the database refused {tamperer.refused}")
    assert tried > 20 * ROWS
    assert found() == []


@pytest.mark.parametrize("projection", registry.PROJECTIONS, ids=lambda one: one.model.__name__)
def test_one_changed_byte_in_any_vouched_column_is_found(
    story: stories.Story, tamperer: Tamperer, projection: Projection
) -> None:
    table = projection.model._meta.db_table
    columns = [*vouched_columns(projection), *THROUGH_THEIR_HASH.get(table, ())]
    tried = sum(count_found(tamperer, table, column) for column in columns)

    say(f"{tried} changes in {table} were found; the database refused {tamperer.refused}")
    assert tried > 0
    assert found() == []


def test_a_missing_row_of_any_table_is_found(story: stories.Story, tamperer: Tamperer) -> None:
    tables = [*ledger_tables(), *(one.model._meta.db_table for one in registry.PROJECTIONS)]

    missed = [table for table in tables if not is_found_without_a_row(tamperer, table)]

    assert missed == []


def test_a_changed_attachment_is_found_and_a_missing_one_is_withheld(story: stories.Story) -> None:
    photo = log.add_photo(story.season, by=story.farmer)
    # The photo's record is in the log, and so is all that waited: other tests of this module need something that waits.
    farm.log(story.season, "tended", by=story.farmer, days=102, operation="weeding")
    storage = storages["attachments"]
    assert found() == []

    storage.delete(path_of(photo))
    withheld = found()
    storage.save(path_of(photo), ContentFile(b"another photo"))

    assert withheld == []
    assert [(fault.table, fault.row, fault.rule) for fault in found()] == [
        ("attachments", path_of(photo), "attachment")
    ]


def test_every_column_of_every_table_is_declared_vouched_or_not() -> None:
    declared = {one.model: {*vouched_columns(one), *one.not_vouched} for one in registry.PROJECTIONS}
    undeclared = []
    for model in apps.get_models():
        if (
            model._meta.app_label not in {"accounts", "orders", "traceability"}
            or model._meta.db_table in ledger_tables()
        ):
            continue
        if model._meta.label in registry.UNVOUCHED:
            continue
        names = {field.column for field in model._meta.concrete_fields if field.column}
        undeclared += [f"{model._meta.label}.{name}" for name in sorted(names - declared.get(model, set()))]

    assert undeclared == []


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def found() -> list[Fault]:
    return list(Fsck().faults())


def count_found(tamperer: Tamperer, table: str, column: str) -> int:
    tried = 0
    for change in tamperer.changes(table, column, rows=ROWS):
        faults = found()
        assert any(names(fault, change) for fault in faults), f"not found: {change}; faults: {faults}"
        tried += 1
    return tried


def names(fault: Fault, change: Change) -> bool:
    parts = fault.row.replace("=", " ").replace("/", " ").split()
    return fault.table == change.table and any(name in parts or name == fault.row for name in change.names)


def is_found_without_a_row(tamperer: Tamperer, table: str) -> bool:
    # Which table the finding names depends: of an event that vanished, its receipt is what is left.
    with tamperer.without_a_row(table):
        return found() != []


def ledger_tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(r"SELECT tablename FROM pg_tables WHERE tablename LIKE 'ledger\_%%' ORDER BY tablename", [])
        return [*(name for (name,) in cursor.fetchall()), Receipt._meta.db_table]


def columns_of(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position",
            [table],
        )
        return [name for (name,) in cursor.fetchall()]


def vouched_columns(projection: Projection) -> list[str]:
    by_name = {name: field for field in projection.model._meta.concrete_fields for name in (field.name, field.attname)}
    return sorted({str(by_name[name.partition("__")[0]].column) for name in projection.columns})
