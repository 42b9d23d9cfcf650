"""Whoever owns the database can change the books of queries; each such change is found."""

import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import LiteralString
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Membership
from finance.errors import ConsentError
from finance.models import AuditRow
from finance.services import audit, audit_check
from tests import databases
from tests.factories.credit import NOW, ask, entry, make_bank, make_consent, revoke
from tests.factories.log import integrate
from traceability.errors import NotYoursError
from traceability.models import Finding

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("scorer")]


def _tamper(statement: LiteralString, values: Sequence[object]) -> None:
    """Change rows as the superuser, triggers off."""
    with databases.superuser() as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute(statement, values)


@contextmanager
def _without(ids: Collection[UUID]) -> Iterator[None]:
    """Take rows away, and put them back."""
    with databases.superuser() as superuser:
        superuser.execute("SET session_replication_role = replica")
        gone = [list(ids)]
        superuser.execute("CREATE TEMP TABLE kept AS SELECT * FROM finance_auditrow WHERE id = ANY(%s)", gone)
        superuser.execute("DELETE FROM finance_auditrow WHERE id = ANY(%s)", gone)
        superuser.commit()
        yield
        superuser.execute("INSERT INTO finance_auditrow SELECT * FROM kept")


def _queries(farmer: Membership, bank: Membership) -> list[AuditRow]:
    """Let two banks ask: answered, refused by a consent, refused without one."""
    other, consent = make_bank("另一家银行"), make_consent(farmer, bank)
    for _ in range(2):
        ask(consent, bank)
    revoke(consent, farmer)
    with pytest.raises(ConsentError):
        ask(consent, bank)
    for _ in range(2):
        with pytest.raises(NotYoursError):
            ask(consent, other)
    return list(AuditRow.objects.order_by("book", "seq"))


def _found() -> set[tuple[str, str]]:
    return {(fault.row, fault.rule) for fault in audit_check.check_books()}


def test_honest_books_have_no_fault(farmer: Membership, bank: Membership) -> None:
    _queries(farmer, bank)

    assert _found() == set()
    assert audit_check.report(at=NOW) == 0


def test_a_changed_row_no_longer_has_its_hash(farmer: Membership, bank: Membership) -> None:
    row = _queries(farmer, bank)[-1]
    _tamper("UPDATE finance_auditrow SET loan_ref = %s WHERE id = %s", ["L-9", row.pk])

    assert (str(row.pk), "hash") in _found()


def test_a_changed_row_with_a_new_hash_differs_from_the_log(farmer: Membership, bank: Membership) -> None:
    row = _queries(farmer, bank)[-1]
    row.loan_ref = "L-9"
    values = ["L-9", audit.hash_of(row), row.pk]
    _tamper("UPDATE finance_auditrow SET loan_ref = %s, row_hash = %s WHERE id = %s", values)

    assert _found() == {(str(row.pk), "log")}


def test_any_row_that_is_removed_is_found(farmer: Membership, bank: Membership) -> None:
    for row in _queries(farmer, bank):
        with _without([row.pk]):
            assert (str(row.pk), "missing") in _found()


def test_a_whole_book_that_is_removed_is_found(farmer: Membership, bank: Membership) -> None:
    rows = _queries(farmer, bank)
    gone = {(str(row.pk), "missing") for row in rows if row.book == rows[-1].book}
    _tamper("DELETE FROM finance_auditrow WHERE book = %s", [rows[-1].book])

    assert _found() == gone
    assert audit_check.report(at=NOW) == len(gone)
    assert audit_check.report(at=NOW) == 0
    assert Finding.objects.filter(table="finance_auditrow").count() == len(gone)


def test_a_row_that_was_slipped_in_is_found(farmer: Membership, bank: Membership) -> None:
    last = _queries(farmer, bank)[-1]
    made = AuditRow.objects.select_related("asker").get(pk=last.pk)
    made.pk, made.seq, made.prev_hash = entry().id, last.seq + 1, bytes(last.row_hash)
    made.row_hash = audit.hash_of(made)
    made.save(force_insert=True)

    assert _found() == {(str(made.pk), "extra")}


def test_the_product_itself_cannot_change_or_drop_a_row(farmer: Membership, bank: Membership) -> None:
    row = _queries(farmer, bank)[0]

    for change in (lambda: AuditRow.objects.filter(pk=row.pk).update(loan_ref="x"), row.delete):
        with pytest.raises(DatabaseError, match="is refused"), transaction.atomic():
            change()


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_removing_any_set_of_rows_is_found(farmer: Membership, bank: Membership, data: st.DataObject) -> None:
    rows = list(AuditRow.objects.all()) or _queries(farmer, bank)
    gone = data.draw(st.sets(st.sampled_from([row.pk for row in rows]), min_size=1))

    with _without(gone):
        missing = {row for row, rule in _found() if rule == "missing"}

    assert missing == {str(pk) for pk in gone}


def test_fsck_names_a_row_that_is_gone(
    farmer: Membership, bank: Membership, log_keys: None, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = _queries(farmer, bank)
    integrate()
    assert _fsck(capsys) == (0, [])

    for row in rows:
        with _without([row.pk]):
            code, found = _fsck(capsys)
        assert code == 1
        assert {"table": "finance_auditrow", "row": str(row.pk), "rule": "missing"} in found


def _fsck(capsys: pytest.CaptureFixture[str]) -> tuple[object, list[dict[str, str]]]:
    with pytest.raises(SystemExit) as end:
        call_command("fsck", "--json", "--quick")
    findings = json.loads(capsys.readouterr().out)["findings"]
    return end.value.code, [{name: one[name] for name in ("table", "row", "rule")} for one in findings]
