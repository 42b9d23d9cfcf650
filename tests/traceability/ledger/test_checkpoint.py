import base64
from typing import Any

import pytest

from tests.traceability.ledger import vectors
from traceability.ledger.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint, sign_checkpoint
from traceability.ledger.errors import NoteError
from traceability.ledger.merkle import EMPTY_ROOT
from traceability.ledger.note import Ed25519Signer, cosignature_message, open_note, parse_note, sign_note

CASES = vectors.read("note/checkpoint.json")
SIGNER = Ed25519Signer("trace.example/log1", bytes(range(32)))
VKEY = str(SIGNER.vkey)


@vectors.cases(CASES.get("body_from_transparency_dev_formats", []) + CASES.get("body_derived_from_spec_text", []))
def test_published_bodies_are_read_by_the_strict_rules(case: Any) -> None:
    if case["strict_c2sp"] != "ok":
        with pytest.raises(NoteError, match="checkpoint:"):
            parse_checkpoint(case["body"])
        return

    checkpoint = parse_checkpoint(case["body"])

    root = base64.b64decode(case["root_base64"])
    assert checkpoint == Checkpoint(case["origin"], case["size"], root, case["extension_text"])
    assert checkpoint.text() == case["body"]


@vectors.cases([case for case in CASES.get("body_derived_from_spec_text", []) if case.get("verifier_must_reject")])
def test_a_body_that_no_tree_has_does_not_verify(case: Any) -> None:
    with pytest.raises(NoteError, match="size 0 with a root that is not the empty tree's"):
        open_checkpoint(sign_note(case["body"], SIGNER), [VKEY])


@vectors.cases(CASES.get("signed", []))
def test_published_checkpoints_verify_or_not(case: Any) -> None:
    if case["want"] != "ok":
        with pytest.raises(NoteError):
            open_checkpoint(case["note"], [case["vkey"]])
        return

    checkpoint, note = open_checkpoint(case["note"], [case["vkey"]])

    assert (checkpoint.origin, checkpoint.size) == (case["origin"], case["size"])
    assert checkpoint.root == base64.b64decode(case["root_base64"])
    assert note.signatures[0].timestamp == case.get("cosignature_timestamp")


@vectors.cases(CASES.get("spec_examples_parse_only", []))
def test_the_cosigned_example_of_the_specification_is_read(case: Any) -> None:
    text, signatures = parse_note(case["note"])

    checkpoint = parse_checkpoint(text)

    assert (checkpoint.origin, checkpoint.size) == (case["origin"], case["size"])
    assert [(line.name, line.key_id.hex(), len(line.signature)) for line in signatures] == [
        (item["name"], item["key_id"], item["length"]) for item in case["signatures"]
    ]
    timestamp = int.from_bytes(signatures[1].signature[:8], "big")
    assert timestamp == case["signatures"][1]["cosignature_v1_timestamp"]
    assert cosignature_message(text, timestamp) == case["ed25519_cosignature_message"].encode()


@pytest.mark.parametrize(
    "body",
    [
        "",
        "a\n1\n" + "A" * 43 + "=",
        "a\r\n1\n" + "A" * 43 + "=\n",
        "a\n01\n" + "A" * 43 + "=\n",
        "a\n-1\n" + "A" * 43 + "=\n",
        "a\n１\n" + "A" * 43 + "=\n",
        "a\n18446744073709551616\n" + "A" * 43 + "=\n",
        "a\n1\n" + "A" * 43 + "=\n\n",
        "a\n1\n" + "A" * 44 + "\n",
        "a\n1\n" + "A" * 43 + " =\n",
    ],
)
def test_any_other_body_is_refused(body: str) -> None:
    with pytest.raises(NoteError, match="checkpoint:"):
        parse_checkpoint(body)


def test_a_signed_checkpoint_opens_to_itself() -> None:
    checkpoint = Checkpoint("trace.example/log1", 0, EMPTY_ROOT)

    opened, note = open_checkpoint(sign_checkpoint(checkpoint, SIGNER), [VKEY], origin="trace.example/log1")

    assert opened == checkpoint
    assert note.text == "trace.example/log1\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"


def test_a_checkpoint_of_another_log_is_refused() -> None:
    note = sign_checkpoint(Checkpoint("trace.example/log1", 0, EMPTY_ROOT), SIGNER)

    with pytest.raises(NoteError, match=r"of the log 'trace.example/log1', not of 'trace.example/log2'"):
        open_checkpoint(note, [VKEY], origin="trace.example/log2")


@pytest.mark.parametrize(
    "checkpoint",
    [
        Checkpoint("trace.example/log2", 1, bytes(32)),
        Checkpoint("trace.example/log1\n", 1, bytes(32)),
        Checkpoint("trace.example/log1", -1, bytes(32)),
        Checkpoint("trace.example/log1", 1, bytes(31)),
        Checkpoint("trace.example/log1", 0, bytes(32)),
        Checkpoint("trace.example/log1", 1, bytes(32), "no newline"),
    ],
)
def test_a_checkpoint_that_could_not_be_read_back_is_not_signed(checkpoint: Checkpoint) -> None:
    with pytest.raises(NoteError, match="checkpoint:"):
        sign_checkpoint(checkpoint, SIGNER)


def test_opening_a_note_says_nothing_about_a_checkpoint() -> None:
    note = sign_note("not a checkpoint\n", SIGNER)

    assert open_note(note, [VKEY]).text == "not a checkpoint\n"
    with pytest.raises(NoteError, match="not three or more non-empty lines"):
        open_checkpoint(note, [VKEY])
