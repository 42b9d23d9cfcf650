"""Checkpoints: what a log says that it holds (c2sp.org/tlog-checkpoint)."""

from collections.abc import Sequence
from dataclasses import dataclass

from traceability.ledger.encoding import base64_text, decimal_number, hash_bytes
from traceability.ledger.errors import NoteError
from traceability.ledger.merkle import EMPTY_ROOT
from traceability.ledger.note import Note, Signer, open_note, sign_note


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The origin of a log, its size, the 32-byte root at that size, and the extension lines, each with its newline."""

    origin: str
    size: int
    root: bytes
    extension: str = ""

    def text(self) -> str:
        """Write the text that is signed."""
        return f"{self.origin}\n{self.size}\n{base64_text(self.root)}\n{self.extension}"

    def check(self) -> None:
        """Refuse size 0 with another root than that of nothing: it parses, but no tree has it. Raises NoteError."""
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise NoteError("checkpoint: size 0 with a root that is not the empty tree's")


def parse_checkpoint(text: str) -> Checkpoint:
    """Read the text of a checkpoint, without its signatures. Raises NoteError."""
    # Split at newlines only: splitlines() would also split at other characters, which may stand in an origin.
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop() or not all(lines):
        raise NoteError("checkpoint: not three or more non-empty lines")
    if any(character < " " for line in lines for character in line):
        raise NoteError("checkpoint: a control character")
    origin, size, root, *extension = lines
    try:
        return Checkpoint(origin, decimal_number(size), hash_bytes(root), "".join(f"{line}\n" for line in extension))
    except ValueError as error:
        raise NoteError(f"checkpoint: {error}") from error


def open_checkpoint(text: str | bytes, vkeys: Sequence[str], *, origin: str | None = None) -> tuple[Checkpoint, Note]:
    """Verify a signed checkpoint and return it with its note.

    Raises NoteError where no trusted key has signed it, and where it is of another origin than the one asked for: a
    checkpoint of another log proves nothing about this one.
    """
    note = open_note(text, vkeys)
    checkpoint = parse_checkpoint(note.text)
    # A parser may pass such a head, a verifier must not (c2sp.org/tlog-witness, add-checkpoint).
    checkpoint.check()
    if origin is not None and checkpoint.origin != origin:
        raise NoteError(f"checkpoint: of the log {checkpoint.origin!r}, not of {origin!r}")
    return checkpoint, note


def sign_checkpoint(checkpoint: Checkpoint, signer: Signer) -> str:
    """Sign a checkpoint as the log that the signer's key is named for. Raises NoteError.

    Whether the log may sign it, being consistent with all that it signed before, is for the caller to know.
    """
    checkpoint.check()
    # Reading it back refuses what would be read as another checkpoint: a newline in the origin, a short root.
    if parse_checkpoint(checkpoint.text()) != checkpoint or checkpoint.origin != signer.vkey.name:
        raise NoteError(f"checkpoint: {checkpoint.origin!r} is not the origin that {signer.vkey.name!r} signs for")
    return sign_note(checkpoint.text(), signer)
