"""Whether a witness cosigns what it is shown: the rules of c2sp.org/tlog-witness in their order, and nothing else."""

import hmac
from collections.abc import Sequence
from typing import ClassVar

from traceability.ledger.checkpoint import Checkpoint, open_checkpoint
from traceability.ledger.errors import LedgerError, NoteError, ProofError
from traceability.ledger.proof import verify_consistency
from traceability.ledger.witness.conversation import SIZE_TYPE, Submission


class RefusedError(LedgerError):
    """A witness does not cosign; `status` and `content_type` are those of its answer over HTTP."""

    status: ClassVar[int] = 400
    content_type: ClassVar[str] = "text/plain; charset=utf-8"


class UnknownLogError(RefusedError):
    """The checkpoint is of a log that this witness was not asked to watch."""

    status = 404


class UntrustedError(RefusedError):
    """No key that the witness trusts for this log has signed the checkpoint, or a signature in its name fails."""

    status = 403


class OtherSizeError(RefusedError):
    """The witness knows another size than the submission builds on; the text is that size."""

    status = 409
    content_type = SIZE_TYPE


class OtherTreeError(RefusedError):
    """The witness has cosigned another root at this very size: the log shows two histories."""

    status = 409


class InconsistentError(RefusedError):
    """The proof does not lead from the tree that the witness knows to the one that it is shown."""

    status = 422


def judge(submission: Submission, *, vkeys: Sequence[str], known: Checkpoint | None) -> Checkpoint:
    """Give the checkpoint that may be cosigned; the witness persists it before it answers.

    `vkeys` are those that the witness trusts for the submission's origin, none where it does not know the log; `known`
    is the newest checkpoint that it cosigned for that origin. Raises a RefusedError.
    """
    if not vkeys:
        raise UnknownLogError(f"unknown log {submission.checkpoint.origin[:120]!r}")
    checkpoint = _signed(submission, vkeys)
    if submission.old_size > checkpoint.size:
        raise RefusedError(f"old size {submission.old_size} is beyond the checkpoint's size {checkpoint.size}")
    if submission.old_size != (known.size if known else 0):
        raise OtherSizeError(str(known.size if known else 0))
    _check_follows(submission, checkpoint, known)
    return checkpoint


def _signed(submission: Submission, vkeys: Sequence[str]) -> Checkpoint:
    checkpoint = submission.checkpoint
    try:
        checkpoint.check()
    except NoteError as error:
        raise InconsistentError(str(error)) from error
    try:
        open_checkpoint(submission.note, vkeys, origin=checkpoint.origin)
    except NoteError as error:
        raise UntrustedError(str(error)) from error
    return checkpoint


def _check_follows(submission: Submission, checkpoint: Checkpoint, known: Checkpoint | None) -> None:
    if known is None or known.size == 0:
        # That every log grows from nothing is a rule, which no proof can show (RFC 9162, 2.1.4.2).
        if submission.proof:
            raise InconsistentError("consistency proof: not empty from size 0")
        return
    if checkpoint.size == known.size and not hmac.compare_digest(checkpoint.root, known.root):
        raise OtherTreeError(f"another root was cosigned at size {known.size}")
    try:
        verify_consistency(
            old_size=known.size,
            old_root=known.root,
            size=checkpoint.size,
            root=checkpoint.root,
            proof=submission.proof,
        )
    except ProofError as error:
        raise InconsistentError(f"consistency proof: {error}") from error
