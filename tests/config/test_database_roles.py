"""Two log-ins that may not write, on a real log: what they can do, and what they are refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from django.db import DatabaseError, ProgrammingError, connection, connections, transaction
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from config import database_roles
from config.database_roles import SECRET_COLUMNS, SECRET_TABLES, VERIFIER_WRITES
from scripts import engines
from tests import databases
from tests.factories import farm, log, stories
from traceability.enums import RunKind, RunState
from traceability.models import Finding, TaskRequest, VerificationRun
from traceability.services import findings, fsck, task_outbox, verification
from traceability.services.checks.fault import Fault

BOTH = [engines.READONLY, engines.VERIFIER]

pytestmark = [pytest.mark.usefixtures("full_log")]


@pytest.fixture(scope="module")
def full_log(shared_log: None) -> None:
    # A cluster of somebody else's may be without them.
    with databases.superuser() as admin:
        for role in BOTH:
            if not admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                admin.execute(f"CREATE ROLE {role} LOGIN")
    stories.rice()
    log.publish()


@pytest.fixture
def granted() -> Iterator[None]:
    assert database_roles.grant_rights() == BOTH
    yield
    connections["owner"].close()


@contextmanager
def logged_in(role: str) -> Iterator[None]:
    """Let the product come to the database as another one than itself."""
    before = connection.settings_dict["USER"]
    connection.close()
    connection.settings_dict["USER"] = role
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["USER"] = before


def privileges(role: str) -> dict[str, set[str]]:
    """Ask the catalogue what a role may do with each table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, privilege FROM pg_class,"
            " unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS privilege"
            " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v')"
            " AND has_table_privilege(%s, oid, privilege)",
            [role],
        )
        rows = cursor.fetchall()
    return {table: {right for name, right in rows if name == table} for table, _ in rows}


def tables() -> set[str]:
    return set(connection.introspection.table_names())


@pytest.mark.usefixtures("granted")
def test_who_reads_reads_all_but_what_opens_doors() -> None:
    found = privileges(engines.READONLY)

    assert found == {table: {"SELECT"} for table in tables() - SECRET_TABLES - SECRET_COLUMNS.keys()}
    assert tables() >= SECRET_TABLES | SECRET_COLUMNS.keys() | VERIFIER_WRITES.keys()


@pytest.mark.usefixtures("granted")
def test_who_verifies_writes_only_its_own_book() -> None:
    found = privileges(engines.VERIFIER)

    assert {table: rights - {"SELECT"} for table, rights in found.items() if rights != {"SELECT"}} == {
        "traceability_verificationrun": {"INSERT", "UPDATE"},
        "traceability_verificationchunk": {"INSERT", "UPDATE"},
        "traceability_finding": {"INSERT"},
        "traceability_taskrequest": {"INSERT"},
    }
    assert found.keys() == privileges(engines.READONLY).keys()


@pytest.mark.usefixtures("granted")
@pytest.mark.parametrize("role", BOTH)
def test_no_password_is_read(role: str) -> None:
    with logged_in(role):
        assert User.objects.values_list("phone").exists()
        with pytest.raises(ProgrammingError, match="permission denied for table accounts_user"):
            User.objects.values_list("password").first()
        with pytest.raises(ProgrammingError, match="permission denied for table django_session"), transaction.atomic():
            connection.cursor().execute("SELECT 1 FROM django_session")


@pytest.mark.usefixtures("granted")
def test_who_only_reads_checks_everything_and_changes_nothing() -> None:
    with logged_in(engines.READONLY):
        check = fsck.Fsck()
        assert list(check.faults()) == []
        assert check.entries == fsck.size() > 0
        for statement in ("INSERT INTO auth_group (name) VALUES ('x')", "UPDATE ledger_state SET size = size + 1"):
            with pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
                cursor.execute(statement)


@pytest.mark.usefixtures("granted")
@pytest.mark.parametrize("kind", list(RunKind))
def test_who_verifies_keeps_its_runs(kind: RunKind) -> None:
    with logged_in(engines.VERIFIER):
        run = verification.run_now(kind, clock=timezone.now)

    kept = VerificationRun.objects.get(pk=run.pk)
    assert (kept.state, kept.end_index) == (RunState.CLEAN, fsck.size())


@pytest.mark.usefixtures("granted")
def test_who_verifies_does_its_tasks_and_tells_what_it_found_but_closes_nothing() -> None:
    run = verification.request_run(RunKind.FULL, at=farm.NOW)
    assert run
    with logged_in(engines.VERIFIER):
        # As the worker of its queue does: the plan, its chunks, and what joins them.
        while waiting := TaskRequest.objects.filter(done_at=None).order_by("pk").first():
            task_outbox.perform(waiting.pk, partial(do, waiting.name), clock=timezone.now)
        findings.report([Fault("lot", "1", "weight", "too heavy")], at=farm.NOW)
        with pytest.raises(ProgrammingError, match="permission denied"):
            Finding.objects.update(text="all is well")
        with pytest.raises(ProgrammingError, match="permission denied"):
            TaskRequest.objects.update(attempts=0)

    assert VerificationRun.objects.get(pk=run.pk).state == RunState.CLEAN
    assert Finding.objects.get().text == "too heavy"


def do(name: str, key: str) -> None:
    steps = {
        verification.PLAN_FULL: verification.plan_full,
        verification.CHECK_CHUNK: verification.check_chunk,
        verification.JOIN_FULL: verification.join_full,
    }
    steps[name](int(key), clock=timezone.now)


def test_a_right_that_was_given_by_hand_ends_with_the_next_migration() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"GRANT DELETE ON traceability_lot TO {engines.READONLY}")

    database_roles.grant_rights()

    assert privileges(engines.READONLY)["traceability_lot"] == {"SELECT"}
    connections["owner"].close()


def test_a_database_without_these_roles_is_migrated_all_the_same(settings: Settings) -> None:
    settings.DATABASE_READONLY_ROLE, settings.DATABASE_VERIFIER_ROLE = "nobody_reads", "nobody_verifies"

    assert database_roles.grant_rights() == []
    connections["owner"].close()
