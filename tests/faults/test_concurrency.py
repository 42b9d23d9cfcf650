"""Many processes at once: writers, two integrators, two publishers.

SUYUAN_EVENTS_EACH=12500 has the eight writers append a hundred thousand.
"""

import os

import pytest
from django.db import connection

from tests import databases
from tests.factories import log
from tests.factories.events import append, new_entity, opening
from tests.faults.processes import PATIENCE, start, stop, wait_until
from traceability.ledger.merkle import root_of
from traceability.models import EntityHead, LogEntry, LogState, OutboxEntry, SignedCheckpoint
from traceability.queries import proofs
from traceability.services.fsck import Fsck

WRITERS = 8
EVENTS = int(os.environ.get("SUYUAN_EVENTS_EACH", "500"))
ENTITIES = 20

pytestmark = [
    pytest.mark.faults,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("log_keys"),
]


def test_eight_writers_two_integrators_and_two_publishers_make_one_log() -> None:
    entities = [new_entity() for _ in range(ENTITIES)]
    append(*(opening(entity) for entity in entities))
    helpers = [start("manage.py", command) for command in ("integrate", "integrate", "publish", "publish")]
    seeds = ",".join(map(str, range(WRITERS)))
    writers = start("-m", "tests.faults", "writer", str(EVENTS), seeds, *entities)

    output, errors = writers.communicate(timeout=4 * PATIENCE)
    wait_until(lambda: not OutboxEntry.objects.exists(), what="the outbox is empty")
    wait_until(lambda: SignedCheckpoint.objects.filter(size=LogState.objects.get().size).exists(), what="all is signed")
    written = [stop(helper) for helper in helpers]

    assert (writers.returncode, errors) == (0, "")
    assert "deadlock" not in "".join(written)
    acknowledged = [line.split()[1] for line in output.splitlines()]
    assert len(set(acknowledged)) == len(acknowledged) == WRITERS * EVENTS
    check_one_log(set(acknowledged), WRITERS * EVENTS + ENTITIES)


def check_one_log(acknowledged: set[str], size: int) -> None:
    rows = list(LogEntry.objects.order_by("index").values_list("index", "record_id", "entity", "eseq", "leaf_hash"))
    assert [row[0] for row in rows] == list(range(size))
    assert acknowledged <= {str(row[1]) for row in rows}
    assert len({row[1] for row in rows}) == size
    chains: dict[str, list[int]] = {}
    for _, _, entity, eseq, _ in rows:
        chains.setdefault(entity, []).append(eseq)
    assert all(numbers == list(range(len(numbers))) for numbers in chains.values())
    assert {head.entity: head.eseq for head in EntityHead.objects.all()} == {e: n[-1] for e, n in chains.items()}
    assert proofs.root(size) == root_of(bytes(row[4]) for row in rows)
    assert [fault for fault in Fsck().faults() if fault.table != "traceability_season"] == []


def test_a_publisher_that_comes_late_finds_nothing_to_sign() -> None:
    append(opening(new_entity()))
    log.integrate()
    publishers = [start("manage.py", "publish", "--once") for _ in range(4)]

    codes = [publisher.wait(timeout=PATIENCE) for publisher in publishers]

    assert codes == [0, 0, 0, 0]
    assert SignedCheckpoint.objects.count() == 1
    for publisher in publishers:
        publisher.communicate()


def test_an_integrator_waits_for_the_one_that_works() -> None:
    entity = new_entity()
    append(opening(entity))
    log.integrate()
    append(opening(new_entity()))
    with databases.superuser() as other, other.transaction():
        other.execute("SELECT FROM ledger_state FOR UPDATE")
        standby = start("manage.py", "integrate", "--once")
        wait_until(somebody_waits, what="the second integrator waits")
        assert LogEntry.objects.count() == 1

    assert standby.wait(timeout=PATIENCE) == 0
    standby.communicate()
    assert LogEntry.objects.count() == 2


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        return bool(cursor.fetchone()[0])
