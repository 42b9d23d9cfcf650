import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.traceability.ledger import vectors
from tests.traceability.ledger.test_merkle import naive_root
from traceability.ledger.errors import ProofError
from traceability.ledger.merkle import EMPTY_ROOT, fold, leaf_hash
from traceability.ledger.proof import (
    build_proof,
    consistency_coordinates,
    inclusion_coordinates,
    inclusion_length,
    root_coordinates,
    verify_consistency,
    verify_inclusion,
)

LEAVES = [leaf_hash(bytes([number])) for number in range(131)]
SIZES = st.integers(1, 130)
TREE = vectors.read("merkle/reference_tree.json")
ROOTS = [naive_root(LEAVES[:size]) for size in range(131)]


def stored_node(level: int, index: int) -> bytes:
    assert (index + 1) << level <= len(LEAVES), "a node that is not complete is not stored"
    return naive_root(LEAVES[index << level : (index + 1) << level])


def naive_inclusion(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 9162, 2.1.3.1."""
    if len(leaves) == 1:
        return []
    split = 1 << (len(leaves) - 1).bit_length() - 1
    if index < split:
        return [*naive_inclusion(index, leaves[:split]), naive_root(leaves[split:])]
    return [*naive_inclusion(index - split, leaves[split:]), naive_root(leaves[:split])]


def naive_consistency(old: int, leaves: list[bytes], *, known: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 9162, 2.1.4.1."""
    if old == len(leaves):
        return [] if known else [naive_root(leaves)]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    if old <= split:
        return [*naive_consistency(old, leaves[:split], known=known), naive_root(leaves[split:])]
    return [*naive_consistency(old - split, leaves[split:], known=False), naive_root(leaves[:split])]


def raw(text: str) -> bytes:
    return base64.b64decode(text or "")


@vectors.cases(vectors.read("merkle/inclusion.json").get("cases", []))
def test_published_inclusion_proofs(case: Any) -> None:
    arguments = {
        "leaf_hash": raw(case["leafHash"]),
        "index": case["leafIdx"],
        "size": case["treeSize"],
        "proof": [raw(item) for item in case["proof"] or []],
        "root": raw(case["root"]),
    }

    if case["wantErr"]:
        with pytest.raises(ProofError, match="inclusion:"):
            verify_inclusion(**arguments)
    else:
        verify_inclusion(**arguments)


@vectors.cases(vectors.read("merkle/consistency.json").get("cases", []))
def test_published_consistency_proofs(case: Any) -> None:
    arguments = {
        "old_size": case["size1"],
        "old_root": raw(case["root1"]),
        "size": case["size2"],
        "root": raw(case["root2"]),
        "proof": [raw(item) for item in case["proof"] or []],
    }

    if case["wantErr"]:
        with pytest.raises(ProofError, match="consistency:"):
            verify_consistency(**arguments)
    else:
        verify_consistency(**arguments)


@vectors.cases(TREE.get("inclusion", []))
def test_inclusion_proofs_of_the_reference_tree_are_built_alike(case: Any) -> None:
    leaves = [bytes.fromhex(text) for text in TREE["node_hashes_hex_by_level"][0]]

    built = build_proof(
        inclusion_coordinates(case["index"], case["size"]),
        lambda level, index: naive_root(leaves[index << level : (index + 1) << level]),
    )

    assert [item.hex() for item in built] == case["proof"]


@vectors.cases(TREE.get("consistency", []))
def test_consistency_proofs_of_the_reference_tree_are_built_alike(case: Any) -> None:
    leaves = [bytes.fromhex(text) for text in TREE["node_hashes_hex_by_level"][0]]

    built = build_proof(
        consistency_coordinates(case["size1"], case["size2"]),
        lambda level, index: naive_root(leaves[index << level : (index + 1) << level]),
    )

    assert [item.hex() for item in built] == case["proof"]


def test_every_inclusion_proof_up_to_130_leaves_is_the_standard_one_and_verifies() -> None:
    for size in range(1, 131):
        for index in range(size):
            proof = build_proof(inclusion_coordinates(index, size), stored_node)

            assert len(proof) == inclusion_length(index, size)
            verify_inclusion(leaf_hash=LEAVES[index], index=index, size=size, proof=proof, root=ROOTS[size])
        assert proof == naive_inclusion(size - 1, LEAVES[:size])


def test_every_consistency_proof_up_to_130_leaves_verifies() -> None:
    for size in range(1, 131):
        for old in range(1, size + 1):
            proof = build_proof(consistency_coordinates(old, size), stored_node)

            verify_consistency(old_size=old, old_root=ROOTS[old], size=size, root=ROOTS[size], proof=proof)


@given(SIZES, st.data())
def test_built_proofs_are_those_of_the_recursive_definition(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))

    assert build_proof(inclusion_coordinates(index, size), stored_node) == naive_inclusion(index, LEAVES[:size])
    assert build_proof(consistency_coordinates(index + 1, size), stored_node) == naive_consistency(
        index + 1, LEAVES[:size]
    )


@given(SIZES)
def test_a_root_folds_from_its_coordinates(size: int) -> None:
    assert fold(stored_node(level, index) for level, index in root_coordinates(size)) == ROOTS[size]


def test_an_empty_tree_has_no_coordinates() -> None:
    assert root_coordinates(0) == []


@given(SIZES, st.data())
def test_an_inclusion_proof_holds_for_its_own_index_size_leaf_and_hashes_only(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = build_proof(inclusion_coordinates(index, size), stored_node)
    good: dict[str, Any] = {
        "leaf_hash": LEAVES[index],
        "index": index,
        "size": size,
        "proof": proof,
        "root": ROOTS[size],
    }
    other_index = data.draw(st.integers(-1, size).filter(lambda number: number != index))
    wrong: list[dict[str, Any]] = [
        {"index": other_index},
        {"leaf_hash": LEAVES[130]},
        {"root": LEAVES[130]},
        {"proof": [*proof, LEAVES[0]]},
        {"proof": [LEAVES[0], *proof]},
        {"proof": [proof[0][:31], *proof[1:]] if proof else [b""]},
    ]

    for change in [*wrong, *({"proof": proof[:-1]} for _ in proof[:1])]:
        with pytest.raises(ProofError, match="inclusion:"):
            verify_inclusion(**{**good, **change})


@given(SIZES, st.data())
def test_a_consistency_proof_holds_for_its_own_sizes_and_roots_only(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size))
    proof = build_proof(consistency_coordinates(old, size), stored_node)
    good: dict[str, Any] = {"old_size": old, "old_root": ROOTS[old], "size": size, "root": ROOTS[size], "proof": proof}
    wrong: list[dict[str, Any]] = [
        {"old_size": old - 1},
        {"old_size": size + 1},
        {"old_root": LEAVES[130]},
        {"root": LEAVES[130]},
        {"proof": [*proof, LEAVES[0]]},
        {"proof": [LEAVES[0], *proof]},
    ]

    for change in [*wrong, *({"proof": proof[1:]} for _ in proof[:1])]:
        with pytest.raises(ProofError, match="consistency:"):
            verify_consistency(**{**good, **change})


def test_growth_from_nothing_is_not_for_a_proof_to_show() -> None:
    with pytest.raises(ProofError, match="no proof leads from size 0 to size 3"):
        verify_consistency(old_size=0, old_root=EMPTY_ROOT, size=3, root=ROOTS[3], proof=[])


def test_two_empty_trees_agree_where_both_have_the_empty_root() -> None:
    verify_consistency(old_size=0, old_root=EMPTY_ROOT, size=0, root=EMPTY_ROOT, proof=[])

    with pytest.raises(ProofError, match="the roots of size 0 differ"):
        verify_consistency(old_size=0, old_root=LEAVES[0], size=0, root=LEAVES[0], proof=[])


def test_a_proof_at_a_million_leaves_reads_at_most_forty_five_nodes() -> None:
    size = 1_000_000

    inclusion = max(sum(map(len, inclusion_coordinates(index, size))) for index in range(0, size, 997))
    consistency = max(sum(map(len, consistency_coordinates(old, size))) for old in range(1, size, 997))

    assert inclusion <= 45
    assert consistency <= 45


@pytest.mark.parametrize(("index", "size"), [(0, 0), (-1, 3), (3, 3)])
def test_coordinates_outside_the_tree_are_refused(index: int, size: int) -> None:
    with pytest.raises(ProofError, match="inclusion: index"):
        inclusion_coordinates(index, size)


@pytest.mark.parametrize(("old", "size"), [(0, 1), (4, 3), (-1, 1)])
def test_coordinates_of_a_shrinking_tree_are_refused(old: int, size: int) -> None:
    with pytest.raises(ProofError, match="consistency: no proof leads"):
        consistency_coordinates(old, size)
