"""What a log and a witness say to each other (c2sp.org/tlog-witness, add-checkpoint): bytes in, values out."""

from collections.abc import Sequence
from dataclasses import dataclass

from traceability.ledger.checkpoint import Checkpoint, parse_checkpoint
from traceability.ledger.encoding import base64_text, decimal_number, hash_bytes
from traceability.ledger.errors import LedgerError, NoteError
from traceability.ledger.note import KeyType, VerifierKey, open_note, parse_note

# "The client MUST NOT send more than 63 consistency proof lines."
MAX_PROOF_LINES = 63
# A proof of 63 lines is below 3 KiB, and a checkpoint with all the signatures that policies ask for is not much more.
MAX_BODY_BYTES = 65_536
SIZE_TYPE = "text/x.tlog.size"
_OLD = "old "


class SubmissionError(LedgerError):
    """What a log sent is no submission of a checkpoint."""


class AnswerError(LedgerError):
    """What a witness answered is neither its cosignature nor a size."""


@dataclass(frozen=True, slots=True)
class Submission:
    """A checkpoint that a log hands in, the size that it says the witness knows, and the proof from there.

    `checkpoint` is what the note says: nobody's signature has been verified yet.
    """

    old_size: int
    proof: tuple[bytes, ...]
    note: str
    checkpoint: Checkpoint


def parse_submission(body: bytes) -> Submission:
    """Read the body of an `add-checkpoint`. Raises SubmissionError for all but the one spelling of it."""
    if len(body) > MAX_BODY_BYTES:
        raise SubmissionError(f"submission: more than {MAX_BODY_BYTES} bytes")
    try:
        # At the first empty line: the checkpoint behind it holds one of its own before its signatures.
        head, separator, note = body.decode().partition("\n\n")
        first, *lines = head.split("\n")
        if not separator or not first.startswith(_OLD) or len(lines) > MAX_PROOF_LINES:
            raise SubmissionError(f"submission: not an old size, up to {MAX_PROOF_LINES} hashes and a checkpoint")
        old_size = decimal_number(first.removeprefix(_OLD))
        proof = tuple(map(hash_bytes, lines))
        checkpoint = parse_checkpoint(parse_note(note)[0])
    except (ValueError, NoteError) as error:
        raise SubmissionError(f"submission: {error}") from error
    return Submission(old_size, proof, note, checkpoint)


def submission_bytes(*, old_size: int, proof: Sequence[bytes], note: str) -> bytes:
    """Write the body of an `add-checkpoint`. Requires at most 63 hashes, which trees below 2^63 entries never pass."""
    lines = [f"{_OLD}{old_size}", *map(base64_text, proof), "", note]
    return "\n".join(lines).encode()


def cosignature_of(answer: bytes, *, note: str, vkey: VerifierKey) -> str:
    """Give the one line of an answer that is this witness's verified cosignature of the note. Raises AnswerError.

    Lines of other keys are dropped, as the protocol asks: a witness may have keys that the reader does not know.
    """
    if vkey.key_type is not KeyType.COSIGNATURE_V1:
        raise AnswerError(f"witness {vkey.name}: its key is of type {vkey.key_type:#04x}, which no witness has")
    try:
        text, _ = parse_note(note)
        _, signatures = parse_note(b"-\n\n" + answer)
        # Alone under the text: what the note itself carries must not make up for an answer that fails.
        line = next(signature.line() for signature in signatures if signature.is_by(vkey))
        open_note(f"{text}\n{line}", [str(vkey)])
    except (StopIteration, NoteError) as error:
        raise AnswerError(f"witness {vkey.name}: answered without a cosignature of its key: {error}") from error
    return line


def size_of(answer: bytes) -> int:
    """Read the size that a witness says it knows. Raises AnswerError."""
    try:
        text = answer.decode("ascii")
        if not text.endswith("\n"):
            raise AnswerError("witness: a size without its newline")
        return decimal_number(text[:-1])
    except ValueError as error:
        raise AnswerError(f"witness: {error}") from error
