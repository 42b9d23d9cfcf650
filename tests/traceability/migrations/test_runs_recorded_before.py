"""What a migration writes is what the projections would have written."""

from importlib import import_module
from typing import Any

import pytest
from django.db import connection

from tests.factories import log, stories
from traceability.models import ProcessPart, ProcessRun
from traceability.services.checks import rows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_keys")]

MIGRATION: Any = import_module("traceability.migrations.0014_runs_that_were_recorded_before")


def test_runs_of_before_get_the_rows_that_their_leaves_tell_of() -> None:
    told = stories.rice()
    log.integrate()
    stories.pack_rice(told.bag, by=told.mill)
    before = [list(table.objects.order_by("pk").values()) for table in (ProcessRun, ProcessPart)]
    ProcessRun.objects.all().delete()

    with connection.cursor() as cursor:
        for _ in range(2):
            for statement in MIGRATION.Migration.operations[0].sql:
                cursor.execute(statement.replace("%%", "%"))

    assert [list(table.objects.order_by("pk").values()) for table in (ProcessRun, ProcessPart)] == before
    assert (ProcessRun.objects.count(), ProcessPart.objects.count()) == (2, 7)
    assert list(rows.check_all(advance=lambda _count: None)) == []
