import pytest
from pytest_django import DjangoAssertNumQueries

from tests import databases
from tests.factories import log
from tests.factories.events import append, new_entity, opening, tending
from traceability.ledger import EMPTY_ROOT, verify_consistency, verify_inclusion
from traceability.ledger.errors import ProofError
from traceability.ledger.merkle import root_of
from traceability.models import LogEntry
from traceability.queries import proofs

pytestmark = pytest.mark.django_db


def grow(number: int) -> list[bytes]:
    entity = new_entity()
    append(opening(entity), *(tending(entity) for _ in range(number - 1)))
    log.integrate()
    return [bytes(digest) for digest in LogEntry.objects.order_by("index").values_list("leaf_hash", flat=True)]


def test_every_entry_is_proven_in_every_tree_that_holds_it() -> None:
    hashes = grow(40)

    for size in range(1, 41):
        root = root_of(hashes[:size])
        assert proofs.root(size) == root
        for index in {0, size // 3, size // 2, size - 1}:
            proof = proofs.inclusion(index, size)
            verify_inclusion(leaf_hash=hashes[index], index=index, size=size, proof=proof, root=root)


def test_every_tree_is_proven_to_begin_with_every_smaller_one() -> None:
    hashes = grow(20)

    for size in range(1, 21):
        for old in range(1, size + 1):
            verify_consistency(
                old_size=old,
                old_root=root_of(hashes[:old]),
                size=size,
                root=root_of(hashes[:size]),
                proof=proofs.consistency(old, size),
            )


def test_a_proof_takes_one_statement(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    grow(100)

    with django_assert_num_queries(1):
        proofs.inclusion(17, 99)
    with django_assert_num_queries(1):
        proofs.consistency(37, 100)


def test_the_root_of_nothing_needs_no_node() -> None:
    assert proofs.root(0) == EMPTY_ROOT


def test_an_index_outside_of_the_tree_has_no_proof() -> None:
    grow(5)

    with pytest.raises(ProofError, match="outside"):
        proofs.inclusion(5, 5)


def test_a_tree_larger_than_the_log_cannot_be_read() -> None:
    grow(5)

    with pytest.raises(proofs.MissingNodeError, match="not stored"):
        proofs.root(9)


@pytest.mark.django_db(transaction=True)
def test_a_node_that_is_gone_is_named() -> None:
    grow(40)
    with databases.superuser() as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute("DELETE FROM ledger_node WHERE level = 4 AND index = 1")

    with pytest.raises(proofs.MissingNodeError, match="node 4/1"):
        proofs.root(40)
