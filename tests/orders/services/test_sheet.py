"""A dirty sheet of orders, of which it is known what is wrong with each row.

SUYUAN_SHEET_ROWS=200000 has it as long as a sheet may be; `benchmarks/imports.py` measures that.
"""

import os
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from benchmarks import imports_found, imports_ground, imports_made
from benchmarks.imports_made import Made
from orders.models import OrderLine
from orders.services import order_records
from traceability.enums import ImportState
from traceability.errors import EventError
from traceability.models import EntityHead, SheetImport
from traceability.services.imports import jobs

pytestmark = pytest.mark.django_db
ROWS = int(os.environ.get("SUYUAN_SHEET_ROWS", "700"))
FAULTLESS = {"missed": 0, "slandered": 0, "misquoted": 0, "lost": 0, "strange": 0, "counted_all": True}


def named(sheet: SheetImport) -> list[tuple[int, str, str, str]]:
    return [(one["line"], one["field"], one["value"], one["rule"]) for one in sheet.problems]


def loaded(made: list[Made], form: str) -> SheetImport:
    seller = imports_ground.make()
    sent = jobs.SentSheet(id=uuid4(), kind="orders", file_name="x", data=imports_made.file_of(made, form))
    sheet = jobs.take(sent=sent, membership=seller, at=imports_ground.SUMMER)
    jobs.run(sheet.pk, clock=lambda: imports_ground.SUMMER)
    sheet.refresh_from_db()
    assert sheet.state == ImportState.CHECKED
    # Nothing but what the ground has: it was only tried.
    assert OrderLine.objects.count() == 80
    checked = named(sheet)
    jobs.load(sheet_import=sheet, membership=seller, at=imports_ground.SUMMER)
    jobs.run(sheet.pk, clock=lambda: imports_ground.SUMMER)
    sheet.refresh_from_db()
    assert named(sheet) == checked
    return sheet


# How a text is written is found out before its rows are looked at: two whole sheets, and two short ones.
@pytest.mark.parametrize(("form", "length"), [("gbk", ROWS), ("bom", ROWS // 5), ("utf16", ROWS // 5), ("xlsx", ROWS)])
def test_every_bad_row_is_named_and_every_good_one_loaded(form: str, length: int) -> None:
    made = list(imports_made.rows(length))
    good = [row for row in made if row.fault is None]

    sheet = loaded(made, form)

    found = imports_found.compared(made)
    assert {name: found[name] for name in FAULTLESS} == FAULTLESS
    assert (found["bad"], found["loaded"]) == (length - len(good), len(good))
    assert {name: Decimal(told) for name, told in sheet.totals.items()} == {
        "kg": Decimal(sum(row.grams for row in good)) / 1000
    }
    assert EntityHead.objects.filter(entity__startswith="order:").count() == len(good) + 80


def test_all_kinds_of_faults_are_in_a_sheet() -> None:
    rules = {(row.fault.field, row.fault.rule) for row in imports_made.rows(ROWS) if row.fault}

    assert len(rules) == 29


def test_row_that_the_log_refuses_does_not_take_the_others_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    made = [row for row in imports_made.rows(40) if row.fault is None]
    record = order_records.record

    def strict(one: order_records.Sent, *rest: Any, **more: Any) -> object:
        if one.facts.number == made[3].cells["number"]:
            raise EventError("/commit/number", "text_too_long", limit=5)
        return record(one, *rest, **more)

    monkeypatch.setattr(order_records, "record", strict)

    sheet = loaded(made, "bom")

    assert [(one["line"], one["rule"]) for one in sheet.problems] == [(5, "text_too_long")]
    assert sheet.loaded == len(made) - 1
