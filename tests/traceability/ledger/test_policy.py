from typing import Any

import pytest

from tests.traceability.ledger.makers import SIGNER, VKEY
from traceability.ledger.checkpoint import Checkpoint, sign_checkpoint
from traceability.ledger.errors import NoteError
from traceability.ledger.note import Ed25519Signer, KeyType, VerifierKey, cosign_note, cosignature_message, sign_note
from traceability.ledger.policy import Group, Policy, TrustedKey, parse_policy

CHECKPOINT = Checkpoint(SIGNER.vkey.name, 7, bytes(32))


class Witness:
    """A witness in memory: cosigns whatever it is shown, at a fixed time."""

    def __init__(self, name: str, seed: int) -> None:
        self._signer = Ed25519Signer(name, bytes([seed]) * 32)
        self.vkey = VerifierKey(name, KeyType.COSIGNATURE_V1, self._signer.vkey.public)

    def sign(self, message: bytes) -> bytes:
        time = 1_790_000_000
        return time.to_bytes(8, "big") + self._signer.sign(cosignature_message(message.decode(), time))


WITNESSES = {
    name: Witness(f"witness.example/{name}", seed) for seed, name in enumerate(["X1", "X2", "X3", "Y1", "Y2"], 1)
}
DEFINED = "".join(f"witness {name} {witness.vkey}\n" for name, witness in WITNESSES.items())
TWO_OF_THREE = f"log {VKEY}\n{DEFINED}group X 2 X1 X2 X3\ngroup Y any Y1 Y2\ngroup both all X Y\nquorum both\n"


def cosigned(*names: str) -> str:
    note = sign_checkpoint(CHECKPOINT, SIGNER)
    for name in names:
        note = cosign_note(note, WITNESSES[name])
    return note


def test_a_policy_without_witnesses_asks_for_the_log_only() -> None:
    policy = parse_policy(f"log {VKEY}\nquorum none\n")

    assert policy == Policy(logs=(TrustedKey(SIGNER.vkey),))
    assert policy.open_checkpoint(cosigned())[0] == CHECKPOINT


def test_comments_spaces_and_addresses_are_read_and_the_plain_form_is_written() -> None:
    witness = f"witness X1 {WITNESSES['X1'].vkey} https://w.example"
    text = f"# 政策\n\n \tlog  {VKEY}\thttps://trace.example \n{witness}\nquorum X1\n"

    policy = parse_policy(text)

    assert policy.text() == f"log {VKEY} https://trace.example\n{witness}\nquorum X1\n"
    assert parse_policy(policy.text()) == policy == parse_policy(text.encode())


def test_groups_are_read_with_their_thresholds() -> None:
    policy = parse_policy(TWO_OF_THREE)

    assert policy.groups == (
        Group("X", 2, ("X1", "X2", "X3")),
        Group("Y", 1, ("Y1", "Y2")),
        Group("both", 2, ("X", "Y")),
    )
    assert policy.text() == TWO_OF_THREE


@pytest.mark.parametrize("names", [("X1", "X2", "Y1"), ("X1", "X3", "Y2"), ("X1", "X2", "X3", "Y1", "Y2")])
def test_a_quorum_of_groups_is_reached(names: Any) -> None:
    checkpoint, note = parse_policy(TWO_OF_THREE).open_checkpoint(cosigned(*names))

    assert checkpoint == CHECKPOINT
    assert [line.timestamp for line in note.signatures] == [None, *(1_790_000_000 for _ in names)]


@pytest.mark.parametrize("names", [(), ("X1", "X2", "X3"), ("X1", "Y1", "Y2")])
def test_a_quorum_that_is_missed_fails(names: Any) -> None:
    with pytest.raises(NoteError, match="the cosignatures do not make up the quorum 'both'"):
        parse_policy(TWO_OF_THREE).open_checkpoint(cosigned(*names))


def test_one_witness_can_be_the_quorum() -> None:
    policy = parse_policy(f"log {VKEY}\n{DEFINED}quorum Y2\n")

    policy.open_checkpoint(cosigned("Y2"))

    with pytest.raises(NoteError, match="quorum 'Y2'"):
        policy.open_checkpoint(cosigned("Y1"))


def test_cosignatures_do_not_stand_for_the_log() -> None:
    note = sign_note(CHECKPOINT.text(), WITNESSES["X1"])

    with pytest.raises(NoteError, match="no listed log of the origin"):
        parse_policy(f"log {VKEY}\n{DEFINED}quorum X1\n").open_checkpoint(note)


def test_the_key_of_one_log_does_not_vouch_for_another() -> None:
    note = sign_note(Checkpoint("trace.example/other", 7, bytes(32)).text(), SIGNER)

    with pytest.raises(NoteError, match=r"no listed log of the origin 'trace\.example/other'"):
        parse_policy(f"log {VKEY}\nquorum none\n").open_checkpoint(note)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no newline at the end"),
        ("quorum none", "no newline at the end"),
        ("quorum none\r\n", "a control character"),
        (f"log {VKEY}\n", "no quorum line"),
        ("quorum none\nquorum none\n", "line 2 is none of the format, or a second quorum"),
        ("quorum X1\n", "'X1' is not defined on a line above"),
        ("quorum none X1\n", "line 1"),
        ("lag x\nquorum none\n", "line 1"),
        (f"log {VKEY} a b\nquorum none\n", "line 1"),
        (f"log {VKEY}\nlog {VKEY}\nquorum none\n", "is listed twice"),
        (f"log {WITNESSES['X1'].vkey}\nquorum none\n", "is of type 0x04 in place of 0x01"),
        (f"witness X1 {VKEY}\nquorum none\n", "is of type 0x01 in place of 0x04"),
        (f"witness none {WITNESSES['X1'].vkey}\nquorum none\n", "the name 'none' is taken"),
        (f"witness A {WITNESSES['X1'].vkey}\nwitness B {WITNESSES['X1'].vkey}\nquorum none\n", "is listed twice"),
        (f"{DEFINED}witness X1 {VKEY}\nquorum none\n", "the name 'X1' is taken"),
        (f"{DEFINED}group X1 any X2\nquorum none\n", "the name 'X1' is taken"),
        (f"{DEFINED}group G any G\nquorum none\n", "'G' is not defined on a line above"),
        (f"{DEFINED}group G any none\nquorum none\n", "'none' is not defined"),
        (f"{DEFINED}group G any X1 X1\nquorum none\n", "a member of group 'G' is listed twice"),
        (f"{DEFINED}group G any X1\ngroup H any X1\nquorum none\n", "a member of group 'H' is listed twice"),
        (f"{DEFINED}group G any\nquorum none\n", "line 6"),
        (f"{DEFINED}group G 0 X1\nquorum none\n", "threshold '0' is not from 1 to 1"),
        (f"{DEFINED}group G 2 X1\nquorum none\n", "threshold '2' is not from 1 to 1"),
        (f"{DEFINED}group G 01 X1\nquorum none\n", "threshold '01'"),
        (f"{DEFINED}group G some X1\nquorum none\n", "threshold 'some'"),
        ("log x\nquorum none\n", "not of the form name"),
        ("#" + "x" * 70_000 + "\nquorum none\n", "too long"),
    ],
)
def test_a_policy_outside_the_format_is_refused(text: str, reason: str) -> None:
    with pytest.raises(NoteError, match=reason):
        parse_policy(text)


def test_octets_that_are_not_utf8_are_opaque() -> None:
    assert parse_policy(b"# \xff\xfe\nquorum none\n") == Policy()
