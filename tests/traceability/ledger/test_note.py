import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.traceability.ledger import vectors
from traceability.ledger.errors import NoteError
from traceability.ledger.note import (
    Ed25519Signer,
    KeyType,
    NoteSignature,
    VerifierKey,
    cosign_note,
    open_note,
    parse_note,
    parse_vkey,
    sign_note,
)

CASES = vectors.read("note/signed_note.json")
SIGNER = Ed25519Signer("trace.example/log1", bytes(range(32)))
VKEY = str(SIGNER.vkey)
OTHER = Ed25519Signer("trace.example/log1", bytes(32))
TEXT = "first line\n\n二\n"


def note_of(case: Any) -> Any:
    return case["note"] if "note" in case else base64.b64decode(case["note_base64"])


@vectors.cases(CASES.get("open", []) + CASES.get("derived_from_spec_text", []))
def test_published_notes_open_or_not(case: Any) -> None:
    if case["want"] != "ok":
        with pytest.raises(NoteError):
            open_note(note_of(case), case["vkeys"])
        return

    note = open_note(note_of(case), case["vkeys"])

    assert note.text == case.get("text", note.text)
    for listed, found in [("verified", note.signatures), ("unverified", note.unverified)]:
        if listed in case:
            assert [line_of(item) for item in found] == [
                (item["name"], item["key_id"], item["base64"]) for item in case[listed]
            ]


def line_of(item: NoteSignature) -> tuple[str, str, str]:
    return item.name, item.key_id.hex(), base64.b64encode(item.key_id + item.signature).decode()


@vectors.needs_vectors
def test_the_example_of_the_specification_opens() -> None:
    example = CASES["spec_example"]

    assert open_note(example["note"], [example["vkey"]]).text == example["text"]


@vectors.cases(CASES.get("vkeys", {}).get("good", []))
def test_a_good_vkey_is_read_and_no_part_or_neighbour_of_it(case: Any) -> None:
    vkey = case["vkey"]

    key = parse_vkey(vkey)

    assert (key.name, key.key_id.hex(), key.key_type) == (case["name"], case["key_id"], case["type"])
    assert str(key) == vkey
    parts = {vkey[start:end] for start in range(len(vkey)) for end in range(start, len(vkey) + 1)} - {vkey}
    neighbours = {vkey[:at] + chr(ord(vkey[at]) + 1) + vkey[at + 1 :] for at in range(len(vkey))}
    for text in parts | neighbours:
        with pytest.raises(NoteError):
            parse_vkey(text)


@vectors.cases(CASES.get("vkeys", {}).get("bad", []) + CASES.get("vkeys_strict", {}).get("bad", []))
def test_a_bad_vkey_is_refused(case: str) -> None:
    with pytest.raises(NoteError):
        parse_vkey(case)


def test_a_vkey_of_small_order_is_refused() -> None:
    weak = str(VerifierKey("trace.example", KeyType.ED25519, bytes(32)))

    with pytest.raises(NoteError, match=r"verifier key 'trace.example': public key: a point of small order"):
        parse_vkey(weak)


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=30).map(lambda text: text + "\n"))
def test_a_signed_text_opens_to_itself(text: str) -> None:
    note = open_note(sign_note(text, SIGNER), [VKEY])

    assert note.text == text
    assert [line.name for line in note.signatures] == ["trace.example/log1"]
    assert note.unverified == ()


def test_signatures_of_keys_that_nobody_named_are_kept_apart() -> None:
    note = open_note(cosign_note(sign_note(TEXT, SIGNER), OTHER), [VKEY])

    assert [line.key_id for line in note.signatures] == [SIGNER.vkey.key_id]
    assert [line.key_id for line in note.unverified] == [OTHER.vkey.key_id]


def test_both_signatures_verify_where_both_keys_are_named() -> None:
    note = open_note(cosign_note(sign_note(TEXT, SIGNER), OTHER), [VKEY, str(OTHER.vkey)])

    assert [line.key_id for line in note.signatures] == [SIGNER.vkey.key_id, OTHER.vkey.key_id]


def test_one_bad_signature_of_a_trusted_key_condemns_the_note() -> None:
    forged = base64.b64encode(SIGNER.vkey.key_id + bytes(64)).decode()
    note = sign_note(TEXT, SIGNER) + f"— {SIGNER.vkey.name} {forged}\n"

    with pytest.raises(NoteError, match=r"key trace.example/log1: signature: does not verify"):
        open_note(note, [VKEY])


def test_a_repeated_line_counts_once() -> None:
    note = sign_note(TEXT, SIGNER)

    assert len(open_note(note + note.rpartition("\n\n")[2], [VKEY]).signatures) == 1


def test_a_key_named_twice_is_ambiguous_where_it_signed() -> None:
    with pytest.raises(NoteError, match="ambiguous"):
        open_note(sign_note(TEXT, SIGNER), [VKEY, VKEY])


@given(st.data())
def test_no_byte_of_a_note_can_change(data: st.DataObject) -> None:
    note = sign_note(TEXT, SIGNER).encode()
    at = data.draw(st.integers(0, len(note) - 1))
    bit = data.draw(st.integers(0, 7))

    with pytest.raises(NoteError):
        open_note(note[:at] + bytes([note[at] ^ 1 << bit]) + note[at + 1 :], [VKEY])


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda note: note[:-1], "no signatures after a last empty line"),
        (lambda note: note.replace("\n\n", "\n"), "no signatures after a last empty line"),
        (lambda note: note.replace("first", "fi\trst"), "control character"),
        (lambda note: note.replace("first", "\ud800"), "not UTF-8"),
        (lambda note: note.replace("— ", "- "), "em dash"),
        (lambda note: note + "— a\u3000b YWJjZGU=\n", "holds a space or plus"),
        (lambda note: note + "— a+b YWJjZGU=\n", "holds a space or plus"),
        (lambda note: note + "—  YWJjZGU=\n", "is empty"),
        (lambda note: note + "— a YWJjZGV=\n", "not canonical base64"),
        (lambda note: note + "— a YWJj\n", "too short"),
        (lambda note: note + "— a YWJj ZGU=\n", "not base64"),
        (lambda note: note + "\n", "no signatures after a last empty line"),
        (lambda note: note + "— a YWJjZGU=\n" * 100, "101 signatures, more than 100"),
        (lambda note: "x" * 1_000_000 + note, "more than 1000000"),
    ],
)
def test_a_malformed_note_is_refused_with_the_reason(spoil: Any, reason: str) -> None:
    with pytest.raises(NoteError, match=reason):
        open_note(spoil(sign_note(TEXT, SIGNER)), [VKEY])


def test_a_text_without_its_newline_is_not_signed() -> None:
    with pytest.raises(NoteError, match="does not end in a newline"):
        sign_note("text", SIGNER)


def test_parse_note_verifies_nothing() -> None:
    text, lines = parse_note("text\n\n— nobody YWJjZGU=\n")

    assert (text, lines) == ("text\n", (NoteSignature("nobody", b"abcd", b"e"),))


def test_a_cosignature_beyond_the_range_of_time_is_refused() -> None:
    witness = VerifierKey("witness.example", KeyType.COSIGNATURE_V1, SIGNER.vkey.public)
    time = 2**63
    message = f"cosignature/v1\ntime {time}\n{TEXT}".encode()
    blob = base64.b64encode(witness.key_id + time.to_bytes(8, "big") + SIGNER.sign(message)).decode()

    with pytest.raises(NoteError, match=r"a time beyond 2\^63"):
        open_note(f"{TEXT}\n— witness.example {blob}\n", [str(witness)])


def test_a_signer_key_is_kept_as_text_and_shown_nowhere_else() -> None:
    signer = Ed25519Signer.generate("trace.example/log1")

    again = Ed25519Signer.from_text(signer.to_text())

    assert again.vkey == signer.vkey
    assert signer.to_text().startswith("PRIVATE+KEY+trace.example/log1+")
    assert signer.to_text() not in repr(signer)


def test_the_signer_key_of_go_is_read() -> None:
    # The key pair of the documentation of golang.org/x/mod/sumdb/note.
    signer = Ed25519Signer.from_text("PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")

    assert str(signer.vkey) == "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.removeprefix("PRIVATE+KEY+"),
        lambda text: text.replace("log1", "log2"),
        lambda text: text[:-4],
        lambda _: VKEY,
        lambda _: "",
    ],
)
def test_a_spoilt_signer_key_is_refused(spoil: Any) -> None:
    with pytest.raises(NoteError):
        Ed25519Signer.from_text(spoil(SIGNER.to_text()))


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u00a0b"])
def test_a_signer_without_a_proper_name_is_refused(name: str) -> None:
    with pytest.raises(NoteError, match="key name"):
        Ed25519Signer(name, bytes(32))


def test_a_signer_with_a_short_seed_is_refused() -> None:
    with pytest.raises(NoteError, match="a seed of 31 bytes in place of 32"):
        Ed25519Signer("trace.example", bytes(31))
