"""Signs what the log holds, so that it can never take it back unnoticed."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string

from traceability import log_key
from traceability.errors import TraceabilityError
from traceability.ledger import (
    Checkpoint,
    Frontier,
    LedgerError,
    open_checkpoint,
    sign_checkpoint,
    verify_consistency,
)
from traceability.ledger.note import cosign_note
from traceability.models import LogState, Publication, SignedCheckpoint
from traceability.queries import log, proofs

# Publishers take this lock of the database in turn; the integrator goes on meanwhile.
_TURN = 0x5355_5955
_WITNESSES = "traceability.services.witnesses.WitnessStep"


class PublishError(TraceabilityError):
    """The log may not be signed as it stands: it shrank, contradicts itself, or contradicts what was signed before."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A signed checkpoint that is not published yet, and the proof that leads there from the one before."""

    checkpoint: Checkpoint
    note: str
    before: Checkpoint | None
    proof: Sequence[bytes]


class Step:
    """What takes part in publishing beside the log's own key: witnesses that cosign, a writer of tiles.

    WITNESS_POLICY_FILE brings the witnesses; PUBLISHING_STEPS names the rest in order. A step that raises stops the
    publication: it never fails open.
    """

    def largest_known(self) -> Checkpoint | None:
        """Return the largest checkpoint of this log that the step has seen."""
        return None

    def check_goes_on(self, size: int) -> None:
        """Refuse a log that is smaller than what the step has seen. Raises PublishError."""
        refuse_below(size, self.largest_known())

    def take(self, draft: Draft) -> str:
        """Do the step's part and return the note, with a signature line more where the step signs."""
        return draft.note

    def rest(self, last: SignedCheckpoint, *, at: datetime) -> None:
        """Do what is left to do for the newest checkpoint while the log does not grow."""

    def ended(self, *, at: datetime) -> None:
        """Note how it went, outside of the transaction, whether something was published or not."""


def publish_once(*, at: datetime) -> SignedCheckpoint | None:
    """Sign the log as it stands and publish the checkpoint; None where it did not grow since the last.

    Of several publishers one signs and the others find nothing new. Raises PublishError, LogKeyError.
    """
    steps = _steps()
    try:
        return _publish(steps, at=at)
    finally:
        for step in steps:
            step.ended(at=at)


def _publish(steps: Sequence[Step], *, at: datetime) -> SignedCheckpoint | None:
    with transaction.atomic():
        _take_turn()
        state = LogState.objects.filter(origin=settings.LOG_ORIGIN).first()
        last = log.checkpoint()
        size = state.size if state else 0
        if size == (last.size if last else 0):
            # A database that was restored to an earlier day is at rest, too, and must not look well.
            refuse_below(size, _remembered_checkpoint())
            if last:
                _rest(steps, last, at=at)
            return None
        if state is None:
            raise PublishError("log: its state is gone, and checkpoints of it are signed")
        for step in steps:
            step.check_goes_on(size)
        try:
            draft = _draft(state, _known(last, steps))
        except (LedgerError, proofs.MissingNodeError) as error:
            raise PublishError(f"log of size {state.size}: {error}") from error
        note = _through(steps, draft)
        _remember(note)
        published = SignedCheckpoint.objects.create(size=state.size, note=note)
        Publication.objects.create(size=state.size, published_at=at)
        # Nobody sees the note before the commit, which also flushes the entries that it speaks of. A crash before it
        # leaves the note in the file beside the key: the next run builds on it, or signs the same bytes again.
    return published


def _rest(steps: Sequence[Step], last: SignedCheckpoint, *, at: datetime) -> None:
    for step in steps:
        step.rest(last, at=at)


def check_goes_on(size: int) -> None:
    """Check that a log of this size may go on: that nobody was given a checkpoint of more. Raises PublishError.

    For who restores a backup: a log that went back and signs again has two histories, and is worth nothing.
    """
    refuse_below(size, _remembered_checkpoint())
    steps = _steps()
    for step in steps:
        step.check_goes_on(size)


def refuse_below(size: int, known: Checkpoint | None) -> None:
    """Refuse a log of a size below a checkpoint that is known. Raises PublishError."""
    if known and size < known.size:
        raise PublishError(
            f"log of size {size}: is below the checkpoint of size {known.size} that was signed before; bring back the"
            f" {known.size - size} entries that are missing, or end this log (docs/guides/operators.md, Restore)"
        )


def _steps() -> list[Step]:
    # Witnesses first and by their policy alone: what is cosigned is what all later steps show, and nobody forgets them.
    names = [_WITNESSES] if settings.WITNESS_POLICY_FILE else []
    return [import_string(name)() for name in [*names, *settings.PUBLISHING_STEPS]]


def _take_turn() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s), current_setting('synchronous_commit')", [_TURN])
        if cursor.fetchone()[1] == "off":
            raise PublishError("database: synchronous_commit is off, so that a commit may be lost; nothing is signed")


def _known(last: SignedCheckpoint | None, steps: Sequence[Step]) -> list[Checkpoint]:
    """List the checkpoints that anybody may hold against us, wherever they are remembered, the largest last.

    All of them: the largest may be of a history that parted from the one which a smaller one was signed for.
    """
    vkeys = log_key.vkeys()
    notes = [note for note in (last and last.note, _remembered()) if note]
    checkpoints = [open_checkpoint(note, vkeys, origin=settings.LOG_ORIGIN)[0] for note in notes]
    checkpoints += [known for step in steps if (known := step.largest_known())]
    return sorted(checkpoints, key=lambda one: one.size)


def _draft(state: LogState, known: Sequence[Checkpoint]) -> Draft:
    before = known[-1] if known else None
    refuse_below(state.size, before)
    # From the stored nodes, since the frontier is what the integrator believes.
    root = proofs.root(state.size)
    if Frontier.from_bytes(bytes(state.frontier)).root() != root:
        raise PublishError(f"log of size {state.size}: the stored nodes and the frontier lead to different roots")
    proof: list[bytes] = []
    # One that is known from several places is checked once; the largest comes last, and its proof goes into the draft.
    for one in dict.fromkeys(one for one in known if one.size):
        proof = proofs.consistency(one.size, state.size)
        verify_consistency(old_size=one.size, old_root=one.root, size=state.size, root=root, proof=proof)
    checkpoint = Checkpoint(settings.LOG_ORIGIN, state.size, root)
    return Draft(checkpoint, _signed(checkpoint), before, proof)


def _signed(checkpoint: Checkpoint) -> str:
    first, *others = log_key.signers()
    note = sign_checkpoint(checkpoint, first)
    for signer in others:
        note = cosign_note(note, signer)
    return note


def _through(steps: Sequence[Step], draft: Draft) -> str:
    note = draft.note
    for step in steps:
        signed = step.take(Draft(draft.checkpoint, note, draft.before, draft.proof))
        if not signed.startswith(note):
            raise PublishError(
                f"checkpoint of size {draft.checkpoint.size}: a step changed it in place of adding to it"
            )
        note = signed
    return note


def _memory() -> Path:
    # Beside the key and outside of the database: a backup that is restored does not bring an older one back.
    return Path(settings.LOG_KEY_FILE).with_suffix(".checkpoint")


def _remembered() -> str | None:
    try:
        return _memory().read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def _remembered_checkpoint() -> Checkpoint | None:
    note = _remembered()
    try:
        return open_checkpoint(note, log_key.vkeys(), origin=settings.LOG_ORIGIN)[0] if note else None
    except LedgerError as error:
        raise PublishError(f"{_memory().name}: {error}") from error


def _remember(note: str) -> None:
    fresh = _memory().with_suffix(".checkpoint.new")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(note)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(_memory())
