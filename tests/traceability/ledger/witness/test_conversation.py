import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.traceability.ledger.makers import SIGNER
from tests.traceability.ledger.witness.histories import AT, BANK, COUNTY, TRUE
from traceability.ledger.cosigner import Cosigner
from traceability.ledger.note import cosign_note
from traceability.ledger.witness.conversation import (
    AnswerError,
    SubmissionError,
    cosignature_of,
    parse_submission,
    size_of,
    submission_bytes,
)

NOTE = TRUE.note(5)
TEXT = NOTE.partition("\n\n")[0] + "\n"


def line(key: Cosigner = COUNTY, note: str = NOTE, at: int = AT) -> str:
    return cosign_note(note, key.at(at)).removeprefix(note)


@given(st.integers(0, 2**64 - 1), st.lists(st.binary(min_size=32, max_size=32), max_size=63))
def test_what_a_log_sends_is_read_back(old_size: int, proof: list[bytes]) -> None:
    read = parse_submission(submission_bytes(old_size=old_size, proof=proof, note=NOTE))

    assert (read.old_size, read.proof, read.note) == (old_size, tuple(proof), NOTE)
    assert read.checkpoint == TRUE.head(5)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "\n\n",
        "old 1",
        f"old 1\n{NOTE}",
        f"1\n\n{NOTE}",
        f"old\n\n{NOTE}",
        f"old 01\n\n{NOTE}",
        f"old +1\n\n{NOTE}",
        f"old  1\n\n{NOTE}",
        f"old 1 \n\n{NOTE}",
        f"old 1\r\n\n{NOTE}",
        f"old ١\n\n{NOTE}",
        f"old -1\n\n{NOTE}",
        f"old 18446744073709551616\n\n{NOTE}",
        f"OLD 1\n\n{NOTE}",
        f"old 1\nAAAA\n\n{NOTE}",
        f"old 1\n{'A' * 43}\n\n{NOTE}",
        f"old 1\n{'A' * 42}B=\n\n{NOTE}",
        "old 1\n\n",
        f"old 1\n\n{TEXT}",
        f"old 1\n\n{NOTE[:-1]}",
        f"old 1\n\nx\n{NOTE}",
    ],
)
def test_any_other_spelling_is_refused(body: str) -> None:
    with pytest.raises(SubmissionError, match=r"^submission: "):
        parse_submission(body.encode())


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(SubmissionError, match=r"^submission: "):
        parse_submission(b"old 1\xff\n\n" + NOTE.encode())


def test_more_hashes_or_bytes_than_the_protocol_has_are_refused() -> None:
    with pytest.raises(SubmissionError, match="up to 63 hashes"):
        parse_submission(submission_bytes(old_size=1, proof=[bytes(32)] * 64, note=NOTE))
    with pytest.raises(SubmissionError, match="more than 65536 bytes"):
        parse_submission(b"old 1\n\n" + bytes(65_536))


@given(st.binary(max_size=300))
def test_noise_is_refused_by_its_own_error(noise: bytes) -> None:
    with pytest.raises(SubmissionError):
        parse_submission(b"old 1\n" + noise)


def test_the_witness_own_line_is_picked_out_of_an_answer() -> None:
    answer = line(BANK) + line(COUNTY)

    assert cosignature_of(answer.encode(), note=NOTE, vkey=COUNTY.vkey) == line(COUNTY)


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "\n",
        "5\n",
        line(BANK),
        line(COUNTY)[:-1],
        line(COUNTY, note=TRUE.note(6)),
        line(COUNTY).replace(" ", "  "),
        f"{line(COUNTY)}\n",
        "<html></html>\n",
    ],
)
def test_an_answer_without_it_is_refused(answer: str) -> None:
    with pytest.raises(AnswerError, match=r"witness witness\.county\.example: answered without a cosignature"):
        cosignature_of(answer.encode(), note=NOTE, vkey=COUNTY.vkey)


def test_a_note_that_carries_the_cosignature_already_does_not_make_up_for_an_answer_without() -> None:
    with pytest.raises(AnswerError, match="answered without"):
        cosignature_of(line(BANK).encode(), note=cosign_note(NOTE, COUNTY.at(AT)), vkey=COUNTY.vkey)


def test_a_log_key_is_no_witness() -> None:
    with pytest.raises(AnswerError, match="which no witness has"):
        cosignature_of(NOTE.partition("\n\n")[2].encode(), note=NOTE, vkey=SIGNER.vkey)


def test_a_size_is_one_number_and_a_newline() -> None:
    assert [size_of(text) for text in (b"0\n", b"50\n")] == [0, 50]


@pytest.mark.parametrize("text", [b"", b"50", b"050\n", b"50\n\n", b"-1\n", b" 5\n", b"\xff\n", b"5\r\n"])
def test_any_other_size_is_refused(text: bytes) -> None:
    with pytest.raises(AnswerError, match=r"^witness: "):
        size_of(text)
