import random
from uuid import uuid4

import pytest

from traceability.services.waiting import IntegrationError, Waiting, in_order


def waiting(name: bytes, *, prev: bytes | None = None, inputs: str = "") -> Waiting:
    leaf = b'{"inputs":[' + inputs.encode() + b"]}" if inputs else b"{}"
    return Waiting(uuid4().bytes, "season:x", 0, prev, leaf, name.ljust(32, b"\x00"))


def test_rows_that_are_in_order_stay_as_they_are() -> None:
    first, other = waiting(b"1"), waiting(b"2")
    second = waiting(b"3", prev=first.leaf_hash)

    assert in_order([first, other, second]) == [first, other, second]


def test_what_is_in_the_log_already_is_not_waited_for() -> None:
    later = waiting(b"2", prev=b"in the log".ljust(32))

    assert in_order([later]) == [later]


@pytest.mark.parametrize("seed", range(20))
def test_any_order_of_rows_becomes_one_of_causes_before_effects(seed: int) -> None:
    rows = [waiting(b"0")]
    for number in range(1, 30):
        inputs = f'{{"entity":"lot:x","eseq":0,"head":"{rows[number // 2].leaf_hash.hex()}"}}' if number % 3 else ""
        rows.append(waiting(str(number).encode(), prev=rows[-1].leaf_hash if number % 5 else None, inputs=inputs))
    shuffled = random.Random(seed).sample(rows, len(rows))  # noqa: S311 - shuffles a test's rows

    ordered = in_order(shuffled)

    places = {row.leaf_hash: place for place, row in enumerate(ordered)}
    assert len(places) == 30
    for number, row in enumerate(rows):
        assert row.prev is None or places[row.prev] < places[row.leaf_hash]
        assert number % 3 == 0 or places[rows[number // 2].leaf_hash] < places[row.leaf_hash]


@pytest.mark.parametrize("seed", range(5))
def test_a_key_is_added_before_and_revoked_after_what_it_signed(seed: int) -> None:
    added = waiting(b"added")._replace(entity="key:ab")
    revoked = waiting(b"revoked", prev=added.leaf_hash)._replace(entity="key:ab", eseq=1, leaf=b'{"sig":{"key":"ab"}}')
    first = waiting(b"first")
    said = waiting(b"said", prev=first.leaf_hash)._replace(leaf=b'{"sig":{"key":"ab"}}')
    other = waiting(b"other")._replace(leaf=b'{"body":{"sig":{"key":"ab"}},"sig":{"key":"cd"}}')
    shuffled = random.Random(seed).sample([added, revoked, first, said, other], 5)  # noqa: S311 - shuffles rows

    ordered = in_order(shuffled)

    assert ordered.index(added) < ordered.index(said) < ordered.index(revoked)


def test_records_that_name_each_other_are_refused() -> None:
    first = waiting(b"1", prev=b"2".ljust(32, b"\x00"))
    second = waiting(b"2", prev=first.leaf_hash)

    with pytest.raises(IntegrationError, match="circle"):
        in_order([first, second])
