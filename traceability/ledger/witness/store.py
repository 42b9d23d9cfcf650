"""What a witness remembers: one file for each log, replaced whole and never by an older one."""

import fcntl
import os
from hashlib import sha256
from pathlib import Path

from traceability.ledger.checkpoint import Checkpoint, open_checkpoint
from traceability.ledger.errors import LedgerError, NoteError
from traceability.ledger.note import VerifierKey

MAX_NOTE_BYTES = 65_536
_LOCK = ".lock"


class StoreError(LedgerError):
    """The folder is another process's, or holds what this witness has not written."""


class Store:
    """The newest checkpoint of each log, as the note that this witness cosigned, below a folder of its own.

    One process at a time has it: of two, each would hand out cosignatures that the other does not know of. A file that
    cannot be read stops the log that it is of; a witness which began anew at size 0 would cosign any history.
    """

    def __init__(self, folder: Path, *, vkey: VerifierKey) -> None:
        """Take the folder, making it where there is none. Raises StoreError where another process has it."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder, self._vkey = folder, vkey
        self._lock = (folder / _LOCK).open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._lock.close()
            raise StoreError(f"store {folder.name}: another witness runs on it") from error

    def close(self) -> None:
        """Give the folder up."""
        self._lock.close()

    def note(self, origin: str) -> str | None:
        """Return the note that was cosigned last for a log; None where there is none. Raises StoreError."""
        try:
            with self._file(origin).open("rb") as file:
                return file.read(MAX_NOTE_BYTES + 1).decode()
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise StoreError(f"store: the file of {origin[:120]!r} cannot be read") from error

    def newest(self, origin: str) -> Checkpoint | None:
        """Return the checkpoint that was cosigned last for a log; None where there is none. Raises StoreError."""
        note = self.note(origin)
        try:
            # By its own cosignature: what it does not find here in its own hand, it did not write.
            return None if note is None else open_checkpoint(note, [str(self._vkey)], origin=origin)[0]
        except NoteError as error:
            raise StoreError(f"store: the file of {origin[:120]!r} is damaged: {error}") from error

    def replace(self, note: str, *, origin: str) -> None:
        """Remember a note in place of the one before, durable when this returns. Raises StoreError, OSError.

        Whoever calls has judged it by `newest` and lets nobody else in between. Refuses a smaller size all the same.
        """
        known, checkpoint = self.newest(origin), open_checkpoint(note, [str(self._vkey)], origin=origin)[0]
        if known and checkpoint.size < known.size:
            raise StoreError(f"store: size {checkpoint.size} is below the known size {known.size} of {origin[:120]!r}")
        path = self._file(origin)
        fresh = path.with_suffix(".new")
        with fresh.open("w", encoding="utf-8", newline="") as file:
            file.write(note)
            file.flush()
            os.fsync(file.fileno())
        # A crash before this line leaves the old note, one after it the new: never half of one. Until the folder is
        # synced, a loss of power may bring the old one back; so nobody is answered before.
        fresh.replace(path)
        _sync(self._folder)

    def _file(self, origin: str) -> Path:
        # By a hash: an origin may hold anything, paths of other folders included.
        return self._folder / f"{origin_hash(origin)}.checkpoint"


def origin_hash(origin: str) -> str:
    """Name a log by the hash of its origin, as addresses and files do."""
    return sha256(origin.encode()).hexdigest()


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
