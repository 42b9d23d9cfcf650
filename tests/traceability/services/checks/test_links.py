import pytest

from tests.factories import log
from tests.factories.events import append, new_entity, opening, tending
from traceability.models import LogEntry
from traceability.services.checks.links import LinkCheck

pytestmark = pytest.mark.django_db

HASH = b"\x01" * 32


def entries() -> list[LogEntry]:
    entity = new_entity()
    append(opening(entity), tending(entity), tending(entity))
    log.integrate()
    return list(LogEntry.objects.order_by("index"))


def faults(check: LinkCheck) -> list[tuple[str, str]]:
    return [(fault.row, fault.rule) for fault in check.settle()]


def test_an_entry_before_the_stretch_is_looked_up() -> None:
    _, second, third = entries()
    check = LinkCheck()

    check.add([(2, third.entity, 2, bytes(third.prev or b"").hex())], [HASH])

    assert bytes(third.prev or b"") == bytes(second.leaf_hash)
    assert faults(check) == []


@pytest.mark.parametrize("prev", ["ab" * 32, None])
def test_an_entry_that_names_another_before_it_is_found(prev: str | None) -> None:
    first, *_ = entries()
    check = LinkCheck()
    check.add([(0, first.entity, 0, None)], [bytes(first.leaf_hash)])

    check.add([(1, first.entity, 1, prev or "cd" * 32)], [HASH])

    assert faults(check) == [("index=1", "prev")]


def test_an_entry_that_names_a_later_one_is_found() -> None:
    first, second, _ = entries()
    check = LinkCheck()

    check.add([(0, "season:other", 0, None)], [HASH])
    check.add_inputs(0, [{"entity": second.entity, "eseq": 1, "head": bytes(second.leaf_hash).hex()}])

    assert first.entity == second.entity
    assert faults(check) == [("index=0", "inputs")]


def test_an_input_that_is_there_is_no_fault() -> None:
    first, *_ = entries()
    check = LinkCheck()

    check.add_inputs(9, [{"entity": first.entity, "eseq": 0, "head": bytes(first.leaf_hash).hex()}])

    assert faults(check) == []


def test_what_was_settled_is_not_told_again() -> None:
    check = LinkCheck()
    check.add([(5, "season:nobody", 3, "ab" * 32)], [HASH])

    assert faults(check) == [("index=5", "prev")]
    assert faults(check) == []
