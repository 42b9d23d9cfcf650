from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.traceability.ledger import vectors
from traceability.ledger.errors import ProofError
from traceability.ledger.merkle import EMPTY_ROOT, Frontier, fold, leaf_hash, node_hash, root_of

TREE = vectors.read("merkle/reference_tree.json")
LEAVES = [leaf_hash(bytes([number])) for number in range(131)]


def naive_root(leaves: list[bytes]) -> bytes:
    """The recursive definition of RFC 6962, 2.1, as the standard words it."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + naive_root(leaves[:split]) + naive_root(leaves[split:])).digest()


@vectors.cases(TREE.get("hasher", []))
def test_hashes_are_those_of_the_standard(case: Any) -> None:
    computed = {
        "empty": lambda: EMPTY_ROOT,
        "leaf": lambda: leaf_hash(bytes.fromhex(case["data_hex"])),
        "node": lambda: node_hash(bytes.fromhex(case["left_hex"]), bytes.fromhex(case["right_hex"])),
    }[case["op"]]()

    assert computed.hex() == case["want"]


@vectors.needs_vectors
def test_frontier_has_the_roots_and_nodes_of_the_reference_tree() -> None:
    frontier = Frontier()
    roots = [frontier.root().hex()]
    ranges: list[list[str]] = [[]]

    for data in TREE["leaf_inputs_hex"]:
        frontier.append(leaf_hash(bytes.fromhex(data)))
        roots.append(frontier.root().hex())
        ranges.append([node.hex() for node in frontier.nodes()])

    assert roots == TREE["root_hashes_hex_by_size"]
    assert ranges == TREE["compact_range_hashes_hex_by_size"]


def test_frontier_has_the_naive_root_at_every_size() -> None:
    frontier = Frontier()

    for size in range(131):
        assert (frontier.size, frontier.root()) == (size, naive_root(LEAVES[:size]))
        if size < 130:
            frontier.append(LEAVES[size])


@given(st.lists(st.integers(0, 40), max_size=6))
def test_extending_in_any_portions_is_appending_each(portions: list[int]) -> None:
    frontier, done = Frontier(), 0

    for portion in portions:
        frontier.extend((LEAVES * 2)[done : done + portion])
        done += portion

    assert frontier.size == done
    assert frontier.root() == naive_root((LEAVES * 2)[:done])


@given(st.integers(0, 8), st.integers(0, 130))
def test_frontiers_built_apart_join_where_the_first_is_aligned(aligned: int, total: int) -> None:
    size = min(aligned * 16, total)
    first, second = Frontier(), Frontier()
    first.extend(LEAVES[:size])
    second.extend(LEAVES[size : min(total, size + 16)])

    first.append_frontier(second)

    assert first.root() == naive_root(LEAVES[: min(total, size + 16)])


def test_a_subtree_that_does_not_fit_is_refused() -> None:
    frontier = Frontier()
    frontier.append(LEAVES[0])

    with pytest.raises(ProofError, match=r"frontier: a subtree of 2\^1 leaves does not fit at size 1"):
        frontier.append_subtree(1, LEAVES[1])

    assert frontier.size == 1


def test_a_copy_grows_apart() -> None:
    frontier = Frontier()
    frontier.extend(LEAVES[:5])

    twin = frontier.copy()
    twin.append(LEAVES[5])

    assert frontier.root() == naive_root(LEAVES[:5])
    assert twin.root() == naive_root(LEAVES[:6])


@given(st.integers(0, 130), st.integers(0, 20))
def test_a_stored_frontier_goes_on_where_it_was(size: int, more: int) -> None:
    frontier = Frontier()
    frontier.extend(LEAVES[:size])

    restored = Frontier.from_bytes(frontier.to_bytes())
    restored.extend(LEAVES[size : size + more])

    assert restored.to_bytes()[: len(b"suyuan/frontier/v1\n")] == b"suyuan/frontier/v1\n"
    assert restored.root() == naive_root(LEAVES[: size + more])


def test_an_empty_frontier_is_stored_as_its_header_and_size() -> None:
    assert Frontier().to_bytes() == b"suyuan/frontier/v1\n" + bytes(8)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data[:-1],
        lambda data: data + b"\x00",
        lambda _: b"",
        lambda data: data[:20],
        lambda data: data.replace(b"v1", b"v2"),
        lambda data: data[:26] + b"\x07" + data[27:],
    ],
)
def test_a_stored_frontier_of_any_other_form_is_refused(spoil: Any) -> None:
    frontier = Frontier()
    frontier.extend(LEAVES[:5])

    with pytest.raises(ProofError, match="frontier:"):
        Frontier.from_bytes(spoil(frontier.to_bytes()))


def test_fold_promotes_the_last_leaf() -> None:
    assert fold(LEAVES[:1]) == LEAVES[0]
    assert fold([node_hash(*LEAVES[:2]), LEAVES[2]]) == naive_root(LEAVES[:3]) == root_of(LEAVES[:3])


@given(st.integers(0, 70), st.integers(0, 60))
def test_growing_tells_which_subtrees_became_complete(size: int, more: int) -> None:
    frontier = Frontier()
    frontier.extend(LEAVES[:size])

    grown = {
        (level, first + at): subtree
        for level, (first, row) in enumerate(frontier.grow(LEAVES[size : size + more]))
        for at, subtree in enumerate(row)
    }

    assert grown == {
        (level, index): naive_root(LEAVES[index << level : (index + 1) << level])
        for level in range(8)
        for index in range(size >> level, size + more >> level)
    }
    assert frontier.root() == naive_root(LEAVES[: size + more])
