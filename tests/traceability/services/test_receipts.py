from uuid import uuid4

import pytest
from django.db import transaction

from tests.factories import log
from tests.factories.events import append, new_entity, opening, tending
from traceability import log_key
from traceability.enums import Reached
from traceability.ledger import open_checkpoint, verify_inclusion
from traceability.services import receipts
from traceability.services.chain import Receipt

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("log_keys")]


class Clock:
    """Time that passes only by waiting; something may happen while one waits."""

    def __init__(self, *meanwhile: object) -> None:
        self.now = 0.0
        self._meanwhile = list(meanwhile)

    def read(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        if self._meanwhile:
            self._meanwhile.pop(0)()  # type: ignore[operator]


def wait(receipt: Receipt, reached: Reached, clock: Clock, seconds: float = 1.0) -> receipts.Proven:
    return receipts.wait_for(receipt, reached, seconds=seconds, clock=clock.read, sleep=clock.sleep)


def test_a_caller_that_waits_for_nothing_is_told_at_once() -> None:
    (receipt,) = append(opening(new_entity()))
    clock = Clock()

    proven = wait(receipt, Reached.NONE, clock)

    assert (proven.reached, proven.index, clock.now) == (Reached.NONE, None, 0.0)


def test_a_caller_may_wait_until_the_log_has_the_event() -> None:
    (receipt,) = append(opening(new_entity()))

    proven = wait(receipt, Reached.INTEGRATED, Clock(lambda: None, log.integrate))

    assert (proven.reached, proven.index, proven.checkpoint) == (Reached.INTEGRATED, 0, None)


def test_a_caller_may_wait_for_a_proof() -> None:
    entity = new_entity()
    *_, receipt = append(opening(entity), *(tending(entity) for _ in range(9)))

    proven = wait(receipt, Reached.PUBLISHED, Clock(log.integrate, log.publish))

    assert proven.reached is Reached.PUBLISHED
    assert proven.checkpoint
    checkpoint, _ = open_checkpoint(proven.checkpoint.note, [log_key.vkey()])
    assert proven.index == 9
    verify_inclusion(
        leaf_hash=receipt.leaf_hash, index=9, size=checkpoint.size, proof=proven.proof, root=checkpoint.root
    )


def test_when_the_time_is_over_a_caller_is_told_how_far_it_came() -> None:
    (receipt,) = append(opening(new_entity()))
    clock = Clock(log.integrate)

    proven = wait(receipt, Reached.PUBLISHED, clock, seconds=0.5)

    assert proven.reached is Reached.INTEGRATED
    assert clock.now == pytest.approx(0.5)


def test_nobody_waits_inside_a_transaction() -> None:
    (receipt,) = append(opening(new_entity()))

    with transaction.atomic(), pytest.raises(RuntimeError, match="inside a transaction"):
        wait(receipt, Reached.INTEGRATED, Clock())


def test_a_receipt_is_found_again_by_its_record() -> None:
    (receipt,) = append(opening(new_entity()))

    found = receipts.find(receipt.record_id)

    assert found
    assert (found.entity, found.eseq, found.leaf_hash) == (receipt.entity, 0, receipt.leaf_hash)
    assert receipts.find(uuid4()) is None
