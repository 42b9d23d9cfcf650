from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.traceability.ledger import vectors
from tests.traceability.ledger.makers import SIGNER, VKEY
from tests.traceability.ledger.witness.histories import ELSEWHERE, FORKED, STRANGER, TRUE, History
from traceability.ledger.checkpoint import Checkpoint, open_checkpoint
from traceability.ledger.note import sign_note
from traceability.ledger.witness import RefusedError, judge
from traceability.ledger.witness.conversation import parse_submission, submission_bytes

CASES = vectors.read("witness/add_checkpoint.json")
MONKEYS = CASES.get("monkeys", {})
SIZES = st.integers(0, 40)


def verdict(body: bytes, *, known: Checkpoint | None, vkeys: tuple[str, ...] = (VKEY,)) -> tuple[int, str, str]:
    """Status, type and text of the answer; of one that cosigns, the size."""
    submission = parse_submission(body)
    try:
        checkpoint = judge(submission, vkeys=vkeys, known=known)
    except RefusedError as error:
        return error.status, error.content_type, str(error)
    return 200, "", str(checkpoint.size)


def test_the_first_checkpoint_is_taken_on_trust() -> None:
    assert verdict(TRUE.submission(5, old=0), known=None) == (200, "", "5")


def test_the_first_checkpoint_comes_without_a_proof() -> None:
    body = TRUE.submission(5, old=0, proof=[bytes(32)])

    assert verdict(body, known=None)[::2] == (422, "consistency proof: not empty from size 0")


def test_the_next_is_cosigned_where_a_proof_leads_there() -> None:
    assert verdict(TRUE.submission(9, old=5), known=TRUE.head(5)) == (200, "", "9")


def test_the_same_again_is_cosigned_again() -> None:
    assert verdict(TRUE.submission(5, old=5), known=TRUE.head(5)) == (200, "", "5")


def test_an_unknown_log_is_not_found() -> None:
    assert verdict(ELSEWHERE.submission(5, old=0), known=None, vkeys=())[0] == 404


@pytest.mark.parametrize("old", [0, 5, 9])
def test_what_the_log_has_not_signed_is_forbidden_whatever_size_it_builds_on(old: int) -> None:
    assert verdict(STRANGER.submission(5, old=old), known=TRUE.head(5))[0] == 403


def test_an_old_size_beyond_the_checkpoint_is_a_bad_request() -> None:
    assert verdict(TRUE.submission(5, old=9), known=TRUE.head(5))[0] == 400


@pytest.mark.parametrize(("known", "text"), [(None, "0"), (TRUE.head(5), "5")])
def test_another_old_size_is_answered_with_the_known_one(known: Checkpoint | None, text: str) -> None:
    assert verdict(TRUE.submission(9, old=7), known=known) == (409, "text/x.tlog.size", text)


def test_another_root_of_the_same_size_is_a_conflict_that_names_no_size() -> None:
    status, content_type, text = verdict(FORKED.submission(5, old=5), known=TRUE.head(5))

    assert (status, content_type) == (409, "text/plain; charset=utf-8")
    assert text == "another root was cosigned at size 5"


def test_a_history_that_parted_is_refused() -> None:
    assert verdict(FORKED.submission(9, old=5), known=TRUE.head(5))[0] == 422


def test_an_empty_tree_with_another_root_is_refused() -> None:
    note = sign_note(Checkpoint(SIGNER.vkey.name, 0, bytes(32)).text(), SIGNER)

    assert verdict(submission_bytes(old_size=0, proof=[], note=note), known=None)[0] == 422


def test_from_an_empty_tree_any_goes_on() -> None:
    assert verdict(TRUE.submission(4, old=0), known=TRUE.head(0)) == (200, "", "4")
    assert verdict(TRUE.submission(0, old=0), known=TRUE.head(0)) == (200, "", "0")


@given(SIZES, SIZES, SIZES, st.integers(0, 40))
def test_nothing_is_cosigned_that_does_not_hold_what_is_known(known: int, old: int, size: int, parted: int) -> None:
    history = History(parted=parted)

    status, _, _ = verdict(history.submission(size, old=old), known=TRUE.head(known))

    # The one history and the other are the same up to where they part, and nowhere beyond.
    follows = old == known <= size and (known <= parted or known == 0)
    assert (status == 200) == follows


@given(SIZES, SIZES, st.data())
def test_one_wrong_hash_in_a_proof_is_enough(known: int, more: int, data: st.DataObject) -> None:
    proof = TRUE.proof(known, known + more)
    if not proof:
        return
    place = data.draw(st.integers(0, len(proof) - 1))
    proof[place] = bytes([proof[place][0] ^ 1]) + proof[place][1:]

    body = TRUE.submission(known + more, old=known, proof=proof)

    assert verdict(body, known=TRUE.head(known))[0] == 422


def known_by(case: dict[str, Any]) -> Checkpoint | None:
    """The state before a step of the published conversation: the size that its answer builds on."""
    size = int(case["assert"].partition('"')[2][:1]) if 409 in case["accept"] else int(case["body"][4])
    heads = {}
    for step in CASES["conversation"]:
        note = step["body"].partition("\n\n")[2]
        if 404 not in step["accept"]:
            head = open_checkpoint(note, [CASES["log_vkey"]])[0]
            heads[head.size] = head
    return heads.get(size)


@vectors.cases(CASES.get("conversation", []))
def test_the_published_conversation_is_answered_as_it_must_be(case: Any) -> None:
    submission = parse_submission(case["body"].encode())
    vkeys = (CASES["log_vkey"],) if submission.checkpoint.origin == CASES["log_origin"] else ()

    status, content_type, text = verdict(case["body"].encode(), known=known_by(case), vkeys=vkeys)

    assert status in case["accept"]
    if status == 409:
        assert (content_type, f'body == "{text}\\n"') == ("text/x.tlog.size", case["assert"])


@vectors.cases(MONKEYS.get("steps", []))
def test_the_other_published_conversation_too(case: Any) -> None:
    proof = [bytes.fromhex(text) for text in MONKEYS["consistency_5_to_8_hex"]]
    sent = {"ok": proof, "none": [], "garbage": [b"\x5a" * 32] * 4}[case["proof"]]
    vkeys = (MONKEYS["log_vkey"],)
    known = open_checkpoint(MONKEYS["init"], vkeys)[0]

    body = submission_bytes(old_size=case["old"], proof=sent, note=MONKEYS[case["checkpoint"]])
    status, _, text = verdict(body, known=known, vkeys=vkeys)

    assert status == case["status"]
    assert "body" not in case or f"{text}\n" == case["body"]


@vectors.needs_vectors
def test_a_log_whose_origin_holds_spaces_is_a_log() -> None:
    case = CASES["sumdb"]

    assert verdict(case["body"].encode(), known=None, vkeys=(case["vkey"],)) == (case["status"], "", "35225469")


def test_extension_lines_are_cosigned_with_the_rest() -> None:
    note = sign_note(replace(TRUE.head(5), extension="more\n").text(), SIGNER)

    assert verdict(submission_bytes(old_size=0, proof=[], note=note), known=None) == (200, "", "5")
