"""A witness's key: it says that a checkpoint follows from those that it saw before (c2sp.org/tlog-cosignature)."""

from collections.abc import Callable
from dataclasses import dataclass

from traceability.ledger.note import (
    Ed25519Signer,
    KeyType,
    Signer,
    VerifierKey,
    check_key_id,
    cosignature_message,
    signer_text,
    split_signer_text,
)

_TIMESTAMP_SIZE = 8


class Cosigner:
    """A witness's key held in memory; `repr` does not show it. It signs checkpoints at a time, and nothing else."""

    def __init__(self, name: str, seed: bytes) -> None:
        # The type is part of what a key is for: the same seed as a log's key would have another id.
        self._signer, self._seed = Ed25519Signer(name, seed), seed
        self.vkey = VerifierKey(name, KeyType.COSIGNATURE_V1, self._signer.vkey.public)

    @classmethod
    def generate(cls, name: str) -> "Cosigner":
        """Make a key from new random bytes."""
        _, seed = split_signer_text(Ed25519Signer.generate(name).to_text(), KeyType.ED25519)
        return cls(name, seed)

    @classmethod
    def from_text(cls, text: str) -> "Cosigner":
        """Read what `to_text` wrote; a log's secret key is refused. Raises NoteError."""
        cosigner = cls(*split_signer_text(text, KeyType.COSIGNATURE_V1))
        check_key_id(text, cosigner.vkey)
        return cosigner

    def to_text(self) -> str:
        """Write the secret key as text for a file of mode 0600."""
        return signer_text(self.vkey, self._seed)

    def at(self, timestamp: int) -> Signer:
        """Give what cosigns a checkpoint at a POSIX time, for `cosign_note`."""
        return _Moment(self.vkey, self._signer.sign, timestamp)


@dataclass(frozen=True, slots=True)
class _Moment:
    vkey: VerifierKey
    raw_sign: Callable[[bytes], bytes]
    timestamp: int

    def sign(self, message: bytes) -> bytes:
        signature = self.raw_sign(cosignature_message(message.decode(), self.timestamp))
        return self.timestamp.to_bytes(_TIMESTAMP_SIZE, "big") + signature
