"""The ledger: bytes, hashes, trees, notes and keys.

Knows no lot, no order, no clock and no database, and imports no Django: `python -m traceability.ledger` checks exported
files wherever Python and its three libraries are. Formats are those of `docs/protocol.md`.
"""

from traceability.ledger.bundle import Bundle, BundleHead, Disclosure, build_bundle
from traceability.ledger.canonical import canonicalize, canonicalize_quickly, check_profile
from traceability.ledger.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint, sign_checkpoint
from traceability.ledger.errors import (
    AuditError,
    BundleError,
    CanonicalError,
    CommitmentError,
    LeafError,
    LedgerError,
    NoteError,
    ProofError,
    SignatureError,
)
from traceability.ledger.inspection import inspect_bundle
from traceability.ledger.merkle import EMPTY_ROOT, Frontier, leaf_hash, node_hash
from traceability.ledger.note import Ed25519Signer, Note, Signer, open_note, sign_note
from traceability.ledger.proof import verify_consistency, verify_inclusion
from traceability.ledger.report import BundleReport, verify_bundle
from traceability.ledger.strict import parse
from traceability.ledger.tlog_proof import verify_tlog_proof

__all__ = [
    "EMPTY_ROOT",
    "AuditError",
    "Bundle",
    "BundleError",
    "BundleHead",
    "BundleReport",
    "CanonicalError",
    "Checkpoint",
    "CommitmentError",
    "Disclosure",
    "Ed25519Signer",
    "Frontier",
    "LeafError",
    "LedgerError",
    "Note",
    "NoteError",
    "ProofError",
    "SignatureError",
    "Signer",
    "build_bundle",
    "canonicalize",
    "canonicalize_quickly",
    "check_profile",
    "inspect_bundle",
    "leaf_hash",
    "node_hash",
    "open_checkpoint",
    "open_note",
    "parse",
    "parse_checkpoint",
    "sign_checkpoint",
    "sign_note",
    "verify_bundle",
    "verify_consistency",
    "verify_inclusion",
    "verify_tlog_proof",
]
