"""What the published conversations with witnesses ask of the ledger: opening, consistency, cosignatures."""

import base64
from typing import Any

import pytest

from tests.traceability.ledger import vectors
from traceability.ledger.checkpoint import open_checkpoint
from traceability.ledger.errors import NoteError, ProofError
from traceability.ledger.proof import verify_consistency

CASES = vectors.read("witness/add_checkpoint.json")
MONKEYS = CASES.get("monkeys", {})
CONSISTENCY = [bytes.fromhex(text) for text in MONKEYS.get("consistency_5_to_8_hex", [])]


def monkeys(name: str) -> Any:
    return open_checkpoint(MONKEYS[name], [MONKEYS["log_vkey"]], origin="monkeys")[0]


@vectors.needs_vectors
def test_the_two_heads_are_consistent_by_the_published_proof() -> None:
    old, new = monkeys("init"), monkeys("next")

    verify_consistency(old_size=old.size, old_root=old.root, size=new.size, root=new.root, proof=CONSISTENCY)

    assert (old.size, new.size, len(CONSISTENCY)) == (5, 8, 4)


@vectors.needs_vectors
@pytest.mark.parametrize("proof", [[], CONSISTENCY[:-1], CONSISTENCY[::-1], [bytes(32)] * 4, [*CONSISTENCY, bytes(32)]])
def test_no_other_proof_shows_it(proof: list[bytes]) -> None:
    old, new = monkeys("init"), monkeys("next")

    with pytest.raises(ProofError, match="consistency:"):
        verify_consistency(old_size=old.size, old_root=old.root, size=new.size, root=new.root, proof=proof)


def proof_and_note(body: str) -> tuple[int, list[bytes], str]:
    head, _, note = body.partition("\n\n")
    first, *hashes = head.split("\n")
    return int(first.removeprefix("old ")), [base64.b64decode(line) for line in hashes], note


@vectors.cases([item for item in CASES.get("conversation", []) if item["status_c2sp_current"] != 404])
def test_every_head_of_the_conversation_is_signed_by_its_log(case: Any) -> None:
    _, _, note = proof_and_note(case["body"])

    checkpoint, _ = open_checkpoint(note, [CASES["log_vkey"]], origin=CASES["log_origin"])

    assert checkpoint.size in (1, 3, 5)


@vectors.cases([item for item in CASES.get("conversation", []) if item["status_c2sp_current"] == 404])
def test_the_head_of_another_log_is_refused(case: Any) -> None:
    _, _, note = proof_and_note(case["body"])

    with pytest.raises(NoteError, match="no signature of a trusted key"):
        open_checkpoint(note, [CASES["log_vkey"]], origin=CASES["log_origin"])


@vectors.cases([item for item in CASES.get("conversation", []) if item["status_c2sp_current"] == 422])
def test_the_proof_that_a_witness_must_refuse_fails(case: Any) -> None:
    _, first, first_note = proof_and_note(CASES["conversation"][0]["body"])
    old, proof, note = proof_and_note(case["body"])
    before, _ = open_checkpoint(first_note, [CASES["log_vkey"]])
    after, _ = open_checkpoint(note, [CASES["log_vkey"]])

    assert (first, before.size) == ([], old)
    with pytest.raises(ProofError, match="consistency:"):
        verify_consistency(old_size=old, old_root=before.root, size=after.size, root=after.root, proof=proof)


@vectors.needs_vectors
def test_an_origin_with_spaces_is_an_origin() -> None:
    case = CASES["sumdb"]
    _, _, note = proof_and_note(case["body"])

    checkpoint, _ = open_checkpoint(note, [case["vkey"]], origin=case["origin"])

    assert checkpoint.origin == "go.sum database tree"
