"""A witness at work: judges, remembers, then signs and answers, for one request of a log at a time."""

import threading
from collections.abc import Iterable, Mapping

from traceability.ledger.cosigner import Cosigner
from traceability.ledger.errors import NoteError
from traceability.ledger.note import KeyType, cosign_note, parse_note, parse_vkey
from traceability.ledger.witness.conversation import SubmissionError, parse_submission
from traceability.ledger.witness.decision import RefusedError, judge
from traceability.ledger.witness.store import Store, origin_hash


class Witness:
    """Cosigns checkpoints of the logs that it was asked to watch, each only where it follows from the last."""

    def __init__(self, *, key: Cosigner, store: Store, logs: Iterable[str]) -> None:
        """Watch the logs of these vkeys; a log's origin is the name of its key. Raises NoteError."""
        self._key, self._store = key, store
        self._logs = _by_origin(logs)
        self._origins = {origin_hash(origin): origin for origin in self._logs}
        # Between reading what is known and replacing it nobody else may come: two submissions that build on the same
        # size would both be cosigned, and the smaller one might be remembered.
        self._turns = {origin: threading.Lock() for origin in self._logs}

    @property
    def vkey(self) -> str:
        """The key that verifies what this witness signs."""
        return str(self._key.vkey)

    @property
    def origins(self) -> list[str]:
        """The logs that it watches."""
        return sorted(self._logs)

    def add_checkpoint(self, body: bytes, *, at: int) -> str:
        """Cosign what a log hands in at a POSIX time, and return the signature line.

        What was cosigned is durable before it is returned. Raises RefusedError, StoreError, OSError.
        """
        try:
            submission = parse_submission(body)
        except SubmissionError as error:
            raise RefusedError(str(error)) from error
        origin = submission.checkpoint.origin
        vkeys = self._logs.get(origin, [])
        if not vkeys:
            judge(submission, vkeys=vkeys, known=None)
        with self._turns[origin]:
            checkpoint = judge(submission, vkeys=vkeys, known=self._store.newest(origin))
            # The signatures of other keys are left out: nothing that is kept or shown here was not looked at.
            note = cosign_note(_signed_by(submission.note, vkeys), self._key.at(at))
            self._store.replace(note, origin=checkpoint.origin)
            # A crash here leaves a cosignature that nobody was given: the log asks again from the size that is known.
        return parse_note(note)[1][-1].line()

    def newest_note(self, named: str) -> str | None:
        """Return the newest note of a log by the hash of its origin; None where it has none. Raises StoreError."""
        origin = self._origins.get(named)
        return None if origin is None else self._store.note(origin)

    def size(self, origin: str) -> int:
        """Return the size that is known of a log. Raises StoreError."""
        newest = self._store.newest(origin)
        return newest.size if newest else 0


def _by_origin(vkeys: Iterable[str]) -> Mapping[str, list[str]]:
    logs: dict[str, list[str]] = {}
    for text in dict.fromkeys(vkeys):
        vkey = parse_vkey(text)
        if vkey.key_type is not KeyType.ED25519:
            raise NoteError(f"log key {vkey.name!r}: of type {vkey.key_type:#04x}, which no log has")
        logs.setdefault(vkey.name, []).append(text)
    return logs


def _signed_by(note: str, vkeys: Iterable[str]) -> str:
    text, signatures = parse_note(note)
    trusted = [parse_vkey(vkey) for vkey in vkeys]
    lines = [one.line() for one in signatures if any(one.is_by(vkey) for vkey in trusted)]
    return f"{text}\n{''.join(lines)}"
