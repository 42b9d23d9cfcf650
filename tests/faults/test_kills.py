"""SIGKILL at each statement of append, integrate and publish: afterwards all is as before it, or as after it."""

import sys
from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.factories import log
from tests.factories.events import append, new_entity, opening, tending
from tests.faults import victim
from tests.faults.processes import Nursery, nursery
from traceability.models import LogEntry, OutboxEntry, SignedCheckpoint
from traceability.services.checks.fault import Fault
from traceability.services.fsck import Fsck

# More statements than any of the three has: a loop that never ends is a fault, too.
MOST = 60

pytestmark = [
    pytest.mark.faults,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("log_keys"),
]


@pytest.fixture
def victims(log_keys: None) -> Iterator[Nursery]:
    with nursery() as made:
        yield made


def run_victim(victims: Nursery, work: str, number: int, *records: str) -> list[str]:
    code, said = victims.run("victim", work, str(number), *records)
    assert code in {0, -9}
    return said


def faults_of_the_log() -> list[Fault]:
    # Bare seasons have no rows; that one rule is not what is tried here.
    return [fault for fault in Fsck().faults() if fault.table != "traceability_season"]


def known() -> set[str]:
    return {str(pk) for model in (OutboxEntry, LogEntry) for pk in model.objects.values_list("record_id", flat=True)}


def test_append_is_whole_or_not_at_all_wherever_it_is_killed(victims: Nursery) -> None:
    killed = 0
    for number in range(1, MOST):
        records = [str(uuid4()) for _ in range(3)]
        said = run_victim(victims, "append", number, *records)

        assert set(said) - {"done"} <= known()
        assert faults_of_the_log() == []
        # Who was not told sends again, and nothing is taken twice.
        victim.append(records, lambda _: None)
        assert set(records) <= known()
        assert OutboxEntry.objects.filter(entity=f"season:{records[0]}").count() == 3
        if "done" in said:
            break
        killed += 1
    sys.stdout.write(f"killed at each of {killed} statements\n")

    assert "done" in said
    assert killed >= 8
    log.publish()
    assert faults_of_the_log() == []


def test_integrate_is_whole_or_not_at_all_wherever_it_is_killed(victims: Nursery) -> None:
    killed = 0
    for number in range(1, MOST):
        entity = new_entity()
        receipts = append(opening(entity), *(tending(entity) for _ in range(6)))
        before = LogEntry.objects.count()
        said = run_victim(victims, "integrate", number)

        assert LogEntry.objects.count() in {before, before + len(receipts)} or "done" in said
        assert {str(one.record_id) for one in receipts} <= known()
        assert faults_of_the_log() == []
        log.integrate()
        assert faults_of_the_log() == []
        assert not OutboxEntry.objects.exists()
        if "done" in said:
            break
        killed += 1
    sys.stdout.write(f"killed at each of {killed} statements\n")

    assert "done" in said
    assert killed >= 6


def test_publish_signs_nothing_that_the_next_run_contradicts(victims: Nursery) -> None:
    killed = 0
    for number in range(1, MOST):
        entity = new_entity()
        append(opening(entity), tending(entity))
        log.integrate()
        said = run_victim(victims, "publish", number)

        assert faults_of_the_log() == []
        # The log may have grown since, and the file beside the key may hold a note that no database knows.
        append(tending(entity))
        log.publish()
        assert faults_of_the_log() == []
        if "done" in said:
            break
        killed += 1
    sys.stdout.write(f"killed at each of {killed} statements\n")

    assert "done" in said
    assert killed >= 6
    assert SignedCheckpoint.objects.count() >= killed
