"""One record's proof as a file of its own (c2sp.org/tlog-proof)."""

from collections.abc import Sequence
from dataclasses import dataclass

from traceability.ledger.checkpoint import open_checkpoint
from traceability.ledger.encoding import base64_bytes, base64_text, decimal_number, hash_bytes
from traceability.ledger.errors import ProofError
from traceability.ledger.merkle import leaf_hash
from traceability.ledger.proof import inclusion_length, verify_inclusion

HEADER = "c2sp.org/tlog-proof@v1"
# A tree of 2^64 leaves has no longer path.
MAX_PROOF_HASHES = 64


@dataclass(frozen=True, slots=True)
class TlogProof:
    """The index of an entry, its inclusion proof, the signed checkpoint, and extra bytes that nothing vouches for."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str
    extra: bytes | None = None

    def text(self) -> str:
        """Write the file."""
        extra = [] if self.extra is None else [f"extra {base64_text(self.extra)}"]
        hashes = [base64_text(value) for value in self.hashes]
        return "\n".join([HEADER, *extra, f"index {self.index}", *hashes, "", self.checkpoint])


def parse_tlog_proof(text: str) -> TlogProof:
    """Read a .tlog-proof file, its checkpoint still unverified. Raises ProofError."""
    # At the first empty line: the checkpoint behind it holds one of its own before its signatures.
    head, separator, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if not separator or not checkpoint or lines.pop(0) != HEADER:
        raise ProofError(f"tlog proof: not a {HEADER} file")
    try:
        extra = base64_bytes(lines.pop(0)[6:]) if lines and lines[0].startswith("extra ") else None
        if not lines or not lines[0].startswith("index "):
            raise ProofError("tlog proof: no index line where it belongs")
        index = decimal_number(lines.pop(0)[6:])
        hashes = tuple(hash_bytes(line) for line in lines[: MAX_PROOF_HASHES + 1])
    except ValueError as error:
        raise ProofError(f"tlog proof: {error}") from error
    if len(hashes) > MAX_PROOF_HASHES:
        raise ProofError(f"tlog proof: more than {MAX_PROOF_HASHES} hashes")
    return TlogProof(index, hashes, checkpoint, extra)


def verify_tlog_proof(data: str, *, vkeys: Sequence[str], leaf: bytes | None = None, origin: str | None = None) -> int:
    """Verify that a signed checkpoint holds the leaf, and return the leaf's index.

    Without a leaf only the checkpoint's signature and the shape of the proof are verified: that shows a log of that
    size, and nothing about any record. Raises ProofError or NoteError.
    """
    proof = parse_tlog_proof(data)
    # The signature first: a proof under a root that nobody signed proves nothing.
    checkpoint, _ = open_checkpoint(proof.checkpoint, vkeys, origin=origin)
    if proof.index >= checkpoint.size:
        raise ProofError(f"tlog proof: index {proof.index} is outside a tree of {checkpoint.size}")
    if leaf is not None:
        verify_inclusion(
            leaf_hash=leaf_hash(leaf),
            index=proof.index,
            size=checkpoint.size,
            proof=proof.hashes,
            root=checkpoint.root,
        )
    elif len(proof.hashes) != inclusion_length(proof.index, checkpoint.size):
        raise ProofError(f"tlog proof: {len(proof.hashes)} hashes do not fit index {proof.index} of {checkpoint.size}")
    return proof.index
