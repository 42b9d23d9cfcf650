from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from tests import databases
from tests.factories import farm, log, stories
from tests.factories.events import append, new_entity, opening, tending
from tests.factories.parties import make_member
from traceability import tasks
from traceability.enums import RunKind, RunState
from traceability.ledger import Frontier
from traceability.models import Finding, TaskRequest, VerificationChunk, VerificationRun
from traceability.queries import proofs
from traceability.services import verification

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("log_keys")]


def clock() -> datetime:
    return farm.NOW


def grow(number: int) -> None:
    """Let the log grow by a plot, a season, and so many days of work."""
    member = make_member()
    season = farm.make_season(member)
    for day in range(number):
        farm.log(season, "tended", by=member, days=1 + day, operation="weeding")
    log.publish()


def tamper(statement: str) -> None:
    with databases.superuser() as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute(statement)


def verify(kind: RunKind = RunKind.INCREMENTAL) -> VerificationRun:
    return verification.run_now(kind, clock=clock)


def work_off() -> None:
    """Carry out everything that was asked for, as a worker would."""
    by_name = {
        verification.VERIFY_NEW: tasks.verify_new,
        verification.PLAN_FULL: tasks.plan_full,
        verification.CHECK_CHUNK: tasks.check_chunk,
        verification.JOIN_FULL: tasks.join_full,
    }
    while waiting := TaskRequest.objects.filter(done_at=None).order_by("pk").first():
        by_name[waiting.name](waiting.pk)


def test_the_first_run_checks_everything_and_later_ones_what_is_new() -> None:
    grow(10)
    first = verify()
    grow(5)
    second = verify()

    assert (first.state, first.first_index) == (RunState.CLEAN, 0)
    assert (second.state, second.first_index, second.entries) == (
        RunState.CLEAN,
        first.end_index,
        second.end_index - first.end_index,
    )
    assert second.root
    assert bytes(second.root) == proofs.root(second.end_index)
    assert second.rows > 0


def test_a_run_over_nothing_new_is_clean() -> None:
    grow(3)
    verify()

    run = verify()

    assert (run.state, run.entries) == (RunState.CLEAN, 0)


def test_an_empty_log_is_clean() -> None:
    assert verify().state == RunState.CLEAN
    assert verify(RunKind.FULL).state == RunState.CLEAN


def test_a_change_in_a_new_entry_is_found_and_named() -> None:
    grow(3)
    verify()
    grow(3)
    tamper(r"UPDATE ledger_entry SET leaf = leaf || ' ' WHERE index = (SELECT max(index) FROM ledger_entry)")

    run = verify()

    assert run.state == RunState.FOUND
    found = {(one.table, one.row, one.rule) for one in run.findings.all()}
    assert ("ledger_entry", f"index={run.end_index - 1}", "hash") in found


def test_a_run_after_a_finding_begins_where_all_was_clean() -> None:
    grow(3)
    clean = verify()
    grow(3)
    tamper("UPDATE ledger_entry SET leaf = leaf || ' ' WHERE index = (SELECT max(index) FROM ledger_entry)")
    verify()
    before = Finding.objects.count()

    run = verify()

    assert run.first_index == clean.end_index
    assert Finding.objects.count() == before


def test_an_old_node_of_the_edge_that_changed_is_found_by_the_next_run() -> None:
    grow(20)
    verify()
    tamper("UPDATE ledger_node SET hash = sha256(hash) WHERE level = 4 AND index = 0")

    run = verify()

    assert {(one.table, one.rule) for one in run.findings.all()} >= {("ledger_node", "edge")}


def test_a_log_that_shrank_is_found() -> None:
    grow(5)
    verify()
    databases.empty()
    append(opening(new_entity()))
    log.integrate()
    frontier = Frontier()
    frontier.extend([bytes([number]) * 32 for number in range(4)])
    VerificationRun.objects.create(
        kind=RunKind.INCREMENTAL,
        state=RunState.CLEAN,
        requested_at=farm.NOW,
        end_index=4,
        frontier=frontier.to_bytes(),
    )

    run = verify()

    assert [(one.table, one.rule) for one in run.findings.all()] == [("ledger_state", "shrunk")]


def test_what_an_earlier_run_left_and_somebody_changed_is_not_built_upon() -> None:
    grow(3)
    verify()
    VerificationRun.objects.update(frontier=b"nonsense")

    run = verify()

    assert (run.state, run.first_index) == (RunState.CLEAN, 0)


@pytest.mark.parametrize("chunk", [1, 4, 16, 65_536])
def test_a_full_run_in_chunks_leads_to_the_root_of_the_log(settings: Settings, chunk: int) -> None:
    settings.VERIFY_CHUNK = chunk
    grow(8)

    run = verify(RunKind.FULL)

    assert run.state == RunState.CLEAN
    assert run.root
    assert bytes(run.root) == proofs.root(run.end_index)
    assert run.entries == run.end_index
    assert run.chunks.count() == -(-run.end_index // chunk)


@pytest.mark.parametrize("index", [0, 5, 11])
def test_a_full_run_finds_a_change_in_any_chunk(settings: Settings, index: int) -> None:
    settings.VERIFY_CHUNK = 4
    grow(10)
    tamper(f"UPDATE ledger_entry SET prev = sha256(prev) WHERE index = {index}")
    tamper(f"UPDATE ledger_entry SET prev = '\\x00' WHERE index = {index} AND prev IS NULL")

    run = verify(RunKind.FULL)

    assert ("ledger_entry", f"index={index}", "prev") in {(one.table, one.row, one.rule) for one in run.findings.all()}
    assert run.state == RunState.FOUND


def test_tasks_carry_out_a_full_run_of_several_chunks(settings: Settings) -> None:
    settings.VERIFY_CHUNK = 4
    grow(10)

    run = verification.request_run(RunKind.FULL, at=farm.NOW)
    work_off()

    assert run
    run.refresh_from_db()
    assert run.state == RunState.CLEAN
    assert run.entries == run.end_index == 12
    assert TaskRequest.objects.filter(name=verification.JOIN_FULL).count() == 1


def test_tasks_that_run_twice_do_no_harm(settings: Settings) -> None:
    settings.VERIFY_CHUNK = 4
    grow(10)
    run = verification.request_run(RunKind.FULL, at=farm.NOW)
    work_off()
    TaskRequest.objects.update(done_at=None)

    work_off()

    assert run
    run.refresh_from_db()
    assert run.state == RunState.CLEAN
    assert run.entries == run.end_index
    assert VerificationChunk.objects.count() == -(-run.end_index // 4)


def test_a_run_is_asked_for_once_while_it_is_underway() -> None:
    assert verification.request_run(RunKind.INCREMENTAL, at=farm.NOW)
    assert verification.request_run(RunKind.INCREMENTAL, at=farm.NOW + timedelta(minutes=1)) is None
    assert verification.request_run(RunKind.FULL, at=farm.NOW)
    assert verification.request_run(RunKind.INCREMENTAL, at=farm.NOW + timedelta(hours=7))


def test_a_run_that_cannot_be_carried_out_is_broken_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> None:
        raise MemoryError("too much")

    monkeypatch.setattr("traceability.services.fsck.Fsck.faults_since", fail)

    with pytest.raises(MemoryError):
        verify()

    run = VerificationRun.objects.get()
    assert (run.state, run.detail) == (RunState.BROKEN, "MemoryError('too much')")


def test_verification_goes_on_beside_writers() -> None:
    story = stories.rice()
    log.publish()
    farm.log(story.season, "tended", by=story.farmer, days=95, operation="weeding")

    run = verification.run_now(RunKind.FULL, clock=timezone.now)

    assert run.state == RunState.CLEAN
    assert run.entries == run.end_index


def test_bare_seasons_without_rows_are_found() -> None:
    entity = new_entity()
    append(opening(entity), tending(entity))
    log.publish()

    run = verify()

    assert [(one.table, one.rule) for one in run.findings.all()] == [("traceability_season", "missing")]
