class LedgerError(Exception):
    """Every failure of this package: the base of all errors below."""


class CanonicalError(LedgerError):
    """A value or document is not canonical JSON, or leaves the profile of the leaf."""


class SignatureError(LedgerError):
    """An Ed25519 public key is unfit to be trusted, or a signature does not verify."""


class NoteError(LedgerError):
    """A signed note, checkpoint, key or policy is malformed, or a signature fails."""


class ProofError(LedgerError):
    """A Merkle proof does not lead to the root that it is said to lead to."""


class LeafError(LedgerError):
    """A leaf breaks a rule of its format, or its actor's signature fails."""


class CommitmentError(LedgerError):
    """A disclosed value does not open its commitment."""


class BundleError(LedgerError):
    """A bundle is malformed, or does not prove what it shows."""


class AuditError(LedgerError):
    """A log on disk contradicts itself or its checkpoints."""
