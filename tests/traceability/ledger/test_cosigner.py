import pytest

from tests.traceability.ledger.makers import ORIGIN, SIGNER
from traceability.ledger.cosigner import Cosigner
from traceability.ledger.errors import NoteError
from traceability.ledger.note import Ed25519Signer, KeyType, cosign_note, open_note, parse_vkey, sign_note

COSIGNER = Cosigner("witness.example/w1", bytes(range(32)))
NOTE = sign_note(f"{ORIGIN}\n1\nroot\n", SIGNER)


def test_a_cosignature_is_verified_with_its_time() -> None:
    note = open_note(cosign_note(NOTE, COSIGNER.at(1_790_000_000)), [str(COSIGNER.vkey)])

    assert [(line.name, line.timestamp) for line in note.signatures] == [("witness.example/w1", 1_790_000_000)]
    assert [line.name for line in note.unverified] == [ORIGIN]


def test_the_same_seed_has_another_id_as_a_witness_than_as_a_log() -> None:
    log = Ed25519Signer("witness.example/w1", bytes(range(32)))

    assert COSIGNER.vkey.key_type is KeyType.COSIGNATURE_V1
    assert (COSIGNER.vkey.public, COSIGNER.vkey.key_id != log.vkey.key_id) == (log.vkey.public, True)


def test_a_key_is_read_back_from_its_text() -> None:
    made = Cosigner.generate("witness.example/w2")

    again = Cosigner.from_text(made.to_text())

    assert again.vkey == made.vkey == parse_vkey(str(made.vkey))
    assert cosign_note(NOTE, again.at(7)) == cosign_note(NOTE, made.at(7))


def test_two_new_keys_differ() -> None:
    assert Cosigner.generate("w").vkey != Cosigner.generate("w").vkey


def test_the_key_of_a_log_is_no_witness_key_and_the_other_way_round() -> None:
    with pytest.raises(NoteError, match="not a secret key of type 0x04"):
        Cosigner.from_text(SIGNER.to_text())
    with pytest.raises(NoteError, match="not a secret key of type 0x01"):
        Ed25519Signer.from_text(COSIGNER.to_text())


def test_a_text_with_another_keys_id_is_refused_and_shows_no_secret() -> None:
    text = COSIGNER.to_text().replace(COSIGNER.vkey.key_id.hex(), "00000000")

    with pytest.raises(NoteError, match=r"^signer: the key id does not match the key$"):
        Cosigner.from_text(text)


def test_the_secret_is_not_shown() -> None:
    assert COSIGNER.to_text().rpartition("+")[2] not in repr(COSIGNER)
