import base64
from typing import Any

import pytest

from tests.traceability.ledger import vectors
from traceability.ledger.checkpoint import Checkpoint, sign_checkpoint
from traceability.ledger.errors import NoteError, ProofError
from traceability.ledger.merkle import leaf_hash, root_of
from traceability.ledger.note import Ed25519Signer
from traceability.ledger.proof import build_proof, inclusion_coordinates
from traceability.ledger.tlog_proof import TlogProof, parse_tlog_proof, verify_tlog_proof

CASES = vectors.read("proof/tlog_proof_cases.json")
TESSERA = vectors.read("tlog/tessera/expected.json")
SIGNER = Ed25519Signer("trace.example/log1", bytes(range(32)))
VKEY = str(SIGNER.vkey)
ENTRIES = [b"one", b"two", b"three", b"four", b"five"]


def proof_of(entries: list[bytes], index: int, signer: Ed25519Signer = SIGNER) -> TlogProof:
    hashes = [leaf_hash(entry) for entry in entries]
    proof = build_proof(
        inclusion_coordinates(index, len(hashes)),
        lambda level, at: root_of(hashes[at << level : (at + 1) << level]),
    )
    checkpoint = sign_checkpoint(Checkpoint(signer.vkey.name, len(hashes), root_of(hashes)), signer)
    return TlogProof(index, tuple(proof), checkpoint)


@vectors.cases([case for case in CASES.get("verify", []) if "proof" in case])
def test_published_proofs_verify_or_not(case: Any) -> None:
    arguments: Any = {"vkeys": [case["vkey"]], "leaf": case["entry_utf8"].encode()}

    if case["want"] == "ok":
        assert verify_tlog_proof(case["proof"], **arguments) == 7
        assert parse_tlog_proof(case["proof"]).extra == base64.b64decode(case["extra_base64"])
    else:
        with pytest.raises((ProofError, NoteError)):
            verify_tlog_proof(case["proof"], **arguments)


@vectors.cases([case for case in CASES.get("verify", []) if "size" in case])
def test_proofs_built_from_the_published_log_verify(case: Any) -> None:
    hashes = [base64.b64decode(text) for text in TESSERA["leaf_hashes_base64"]]
    proof = build_proof(
        inclusion_coordinates(case["index"], case["size"]),
        lambda level, at: root_of(hashes[at << level : (at + 1) << level]),
    )
    checkpoint = (vectors.FOLDER / "tlog/tessera" / f"checkpoint.{case['size']}").read_text()
    data = TlogProof(case["index"], tuple(proof), checkpoint).text()

    index = verify_tlog_proof(
        data, vkeys=[case["vkey"]], leaf=case["entry_utf8"].encode(), origin="example.com/log/testdata"
    )

    assert index == case["index"]


@vectors.cases(CASES.get("marshal", []))
def test_published_files_are_written_and_read(case: Any) -> None:
    extra = base64.b64decode(case["extra_base64"]) if "extra_base64" in case else None
    hashes = tuple(base64.b64decode(text) for text in case["hashes_base64"])
    proof = TlogProof(case["index"], hashes, case["checkpoint"], extra)

    assert proof.text() == case["want"]
    assert parse_tlog_proof(case["want"]) == proof


@vectors.cases(CASES.get("round_trip", []))
def test_published_proofs_go_round(case: Any) -> None:
    extra = base64.b64decode(case["extra_base64"]) if "extra_base64" in case else None
    proof = TlogProof(
        case["index"], tuple(base64.b64decode(text) for text in case["hashes_base64"]), case["checkpoint"], extra
    )

    assert parse_tlog_proof(proof.text()) == proof


@vectors.cases(CASES.get("unmarshal_errors", []))
def test_published_malformed_files_are_refused(case: Any) -> None:
    with pytest.raises(ProofError, match="tlog proof:"):
        parse_tlog_proof(case["proof"])


@pytest.mark.parametrize("index", range(5))
def test_a_record_is_proven_by_its_file(index: int) -> None:
    data = proof_of(ENTRIES, index).text()

    assert verify_tlog_proof(data, vkeys=[VKEY], leaf=ENTRIES[index], origin="trace.example/log1") == index


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"leaf": b"three"}, "does not lead to the root"),
        ({"origin": "trace.example/log2"}, "not of 'trace.example/log2'"),
        ({"vkeys": [str(Ed25519Signer("trace.example/log1", bytes(32)).vkey)]}, "no signature of a trusted key"),
        ({"vkeys": []}, "no signature of a trusted key"),
    ],
)
def test_a_proof_fails_for_another_leaf_log_or_key(change: Any, reason: str) -> None:
    arguments: Any = {"vkeys": [VKEY], "leaf": b"two", "origin": "trace.example/log1", **change}

    with pytest.raises((ProofError, NoteError), match=reason):
        verify_tlog_proof(proof_of(ENTRIES, 1).text(), **arguments)


def test_without_a_leaf_the_signature_and_the_shape_are_still_verified() -> None:
    data = proof_of(ENTRIES, 1).text()
    longer = TlogProof(1, (*proof_of(ENTRIES, 1).hashes, bytes(32)), proof_of(ENTRIES, 1).checkpoint).text()

    assert verify_tlog_proof(data, vkeys=[VKEY]) == 1
    with pytest.raises(ProofError, match="4 hashes do not fit index 1 of 5"):
        verify_tlog_proof(longer, vkeys=[VKEY])


@pytest.mark.parametrize("leaf", [None, b"one"])
def test_an_index_beyond_the_tree_is_refused(leaf: bytes | None) -> None:
    data = TlogProof(5, (), proof_of(ENTRIES, 1).checkpoint).text()

    with pytest.raises(ProofError, match="index 5 is outside a tree of 5"):
        verify_tlog_proof(data, vkeys=[VKEY], leaf=leaf)


def test_a_file_with_endless_hashes_is_refused() -> None:
    data = TlogProof(0, (bytes(32),) * 65, "checkpoint\n").text()

    with pytest.raises(ProofError, match="more than 64 hashes"):
        parse_tlog_proof(data)
