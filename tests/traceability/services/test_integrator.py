from collections.abc import Callable

import pytest
from django.db import connection

from tests import databases
from tests.factories import log
from tests.factories.events import append, new_entity, opening, tending
from traceability.ledger import Frontier, leaf_hash
from traceability.ledger.merkle import root_of
from traceability.models import LogEntry, LogNode, LogState, OutboxEntry
from traceability.services.integrator import Integrated, integrate_once
from traceability.services.waiting import IntegrationError

pytestmark = pytest.mark.django_db


def test_waiting_events_get_indices_nodes_and_a_frontier() -> None:
    entity = new_entity()
    append(opening(entity), *(tending(entity) for _ in range(20)))

    done = integrate_once()

    entries = list(LogEntry.objects.order_by("index"))
    hashes = [leaf_hash(bytes(entry.leaf)) for entry in entries]
    state = LogState.objects.get()
    assert done == Integrated(first=0, size=21)
    assert [(entry.index, entry.eseq) for entry in entries] == [(number, number) for number in range(21)]
    assert not OutboxEntry.objects.exists()
    assert (state.origin, state.size) == (log.origin(), 21)
    assert Frontier.from_bytes(bytes(state.frontier)).root() == root_of(hashes)


def test_only_even_levels_from_two_on_are_stored() -> None:
    entity = new_entity()
    append(opening(entity), *(tending(entity) for _ in range(39)))

    integrate_once()

    nodes = [(node.level, node.index) for node in LogNode.objects.order_by("level", "index")]
    assert nodes == [*((2, index) for index in range(10)), (4, 0), (4, 1)]


def test_nothing_waiting_changes_nothing() -> None:
    append(opening(new_entity()))
    integrate_once()

    assert integrate_once() == Integrated(first=1, size=1)


def test_integrating_in_steps_gives_the_same_nodes_as_all_at_once() -> None:
    entity = new_entity()
    append(opening(entity))
    for number in (1, 2, 5, 9, 17):
        append(*(tending(entity) for _ in range(number)))
        integrate_once()

    hashes = [bytes(digest) for digest in LogEntry.objects.order_by("index").values_list("leaf_hash", flat=True)]
    stored = {(node.level, node.index): bytes(node.hash) for node in LogNode.objects.all()}
    rows = Frontier().grow(hashes)
    expected = {
        (level, first + place): digest
        for level, (first, row) in enumerate(rows)
        if level and level % 2 == 0
        for place, digest in enumerate(row)
    }
    assert stored == expected


def test_inputs_stand_before_what_rests_on_them() -> None:
    first, second = new_entity(), new_entity()
    append(opening(first))
    append(opening(second, inputs=[first]))
    append(tending(first, inputs=[second]))

    integrate_once()

    assert list(LogEntry.objects.order_by("index").values_list("entity", "eseq")) == [
        (first, 0),
        (second, 0),
        (first, 1),
    ]


@pytest.mark.django_db(transaction=True)
def test_a_row_that_does_not_hash_to_what_it_says_stops_the_log() -> None:
    entity = new_entity()
    append(opening(entity))
    with databases.superuser() as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute("UPDATE ledger_outbox SET leaf = leaf || ' '")

    with pytest.raises(IntegrationError, match="does not hash to what its row says"):
        integrate_once()

    assert OutboxEntry.objects.count() == 1
    assert not LogEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_state_that_contradicts_itself_stops_the_log() -> None:
    append(opening(new_entity()))
    integrate_once()
    with databases.superuser() as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute("UPDATE ledger_state SET size = 2")

    with pytest.raises(IntegrationError, match="says size 2, and its frontier 1"):
        integrate_once()


def test_an_integration_takes_a_fixed_number_of_statements() -> None:
    entity = new_entity()
    append(opening(entity), *(tending(entity) for _ in range(100)))
    statements: list[str] = []

    def note(execute: Callable[..., object], sql: str, *rest: object) -> object:
        statements.append(sql.split(maxsplit=1)[0])
        return execute(sql, *rest)

    integrate_once()
    append(*(tending(entity) for _ in range(100)))
    with connection.execute_wrapper(note):
        integrate_once()

    # Beside two COPYs, and in this test a savepoint around them.
    assert statements == ["SAVEPOINT", "SELECT", "DELETE", "UPDATE", "RELEASE"]
