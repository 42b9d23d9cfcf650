"""Logs in memory that witnesses are shown: any size of one history, and histories that part from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.traceability.ledger.makers import ORIGIN, SIGNER
from traceability.ledger.checkpoint import Checkpoint, sign_checkpoint
from traceability.ledger.cosigner import Cosigner
from traceability.ledger.merkle import leaf_hash, root_of
from traceability.ledger.note import Ed25519Signer
from traceability.ledger.proof import build_proof, consistency_coordinates
from traceability.ledger.witness import Store, Witness
from traceability.ledger.witness.conversation import submission_bytes

COUNTY = Cosigner("witness.county.example", b"\x11" * 32)
BANK = Cosigner("witness.bank.example", b"\x12" * 32)
AT = 1_790_000_000


@dataclass(frozen=True)
class History:
    """One history of a log: its entries are numbers, and from `parted` on another history's."""

    signer: Ed25519Signer = SIGNER
    parted: int | None = None

    def entries(self, start: int, end: int) -> list[bytes]:
        parted = end if self.parted is None else self.parted
        return [f"{number}{'-other' if number >= parted else ''}".encode() for number in range(start, end)]

    def hashes(self, start: int, end: int) -> list[bytes]:
        return [leaf_hash(entry) for entry in self.entries(start, end)]

    def head(self, size: int) -> Checkpoint:
        return Checkpoint(self.signer.vkey.name, size, root_of(self.hashes(0, size)))

    def note(self, size: int) -> str:
        return sign_checkpoint(self.head(size), self.signer)

    def proof(self, old: int, size: int) -> list[bytes]:
        """The proof from a size; nothing where there can be none, as a log sends it."""
        if not 0 < old <= size:
            return []
        return build_proof(
            consistency_coordinates(old, size),
            lambda level, index: root_of(self.hashes(index << level, (index + 1) << level)),
        )

    def submission(self, size: int, *, old: int, proof: Sequence[bytes] | None = None) -> bytes:
        hashes = self.proof(old, size) if proof is None else proof
        return submission_bytes(old_size=old, proof=hashes, note=self.note(size))


TRUE = History()
FORKED = History(parted=3)
STRANGER = History(signer=Ed25519Signer(ORIGIN, b"\x33" * 32))
ELSEWHERE = History(signer=Ed25519Signer("trace.example/other", b"\x34" * 32))


def witness(folder: Path, *, key: Cosigner = COUNTY) -> tuple[Witness, Store]:
    store = Store(folder, vkey=key.vkey)
    return Witness(key=key, store=store, logs=[str(SIGNER.vkey)]), store
