"""Who must have cosigned what this log publishes, who has, and how each witness stands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from traceability import log_key
from traceability.errors import TraceabilityError
from traceability.ledger import LedgerError, open_checkpoint
from traceability.ledger.note import parse_note, parse_vkey
from traceability.ledger.policy import NO_QUORUM, Policy, TrustedKey, parse_policy
from traceability.models import SignedCheckpoint, WitnessStanding
from traceability.queries import log


class PolicyError(TraceabilityError):
    """The file that names the witnesses cannot be read, or is none."""


@dataclass(frozen=True, slots=True)
class Vouched:
    """A witness of the policy: its name there, that of its key, and how it stands where it has been asked."""

    name: str
    key_name: str
    url: str
    standing: WitnessStanding | None
    signed: int

    @property
    def size(self) -> int:
        """The largest size that it is known to have cosigned; 0 where it has none."""
        return self.standing.size if self.standing else 0

    @property
    def behind(self) -> int:
        """How many signed entries it has not cosigned."""
        return max(0, self.signed - self.size)

    @property
    def milliseconds(self) -> int | None:
        """How long its last answer took."""
        seconds = self.standing.seconds if self.standing else None
        return None if seconds is None else round(seconds * 1000)

    @property
    def is_missing(self) -> bool:
        """Whether it is asked and has not cosigned what is published; one without an address has left."""
        return bool(self.url) and self.behind > 0


def policy() -> Policy:
    """Say whose signatures whoever reads this log must ask for. Raises PolicyError.

    The log's own key, and what WITNESS_POLICY_FILE says of witnesses; its own `log` lines are for other readers.
    """
    return _policy([log_key.vkey()])


def _policy(logs: Iterable[str]) -> Policy:
    trusted = tuple(TrustedKey(parse_vkey(one)) for one in logs)
    path = settings.WITNESS_POLICY_FILE
    if not path:
        return Policy(logs=trusted)
    try:
        return replace(_read(str(path), Path(path).stat().st_mtime_ns), logs=trusted)
    except (OSError, LedgerError) as error:
        raise PolicyError(f"witness policy {Path(path).name}: {error}") from error


def policy_of(note: str) -> Policy:
    """Say whose signatures a reader of this very note can ask for. Raises PolicyError.

    What was published before the log had witnesses shows no quorum, and whoever must have one refuses it: the policy
    that comes with it says so, in place of naming a quorum that it fails. Of a log whose key was followed by another it
    names those that signed this note.
    """
    _, lines = parse_note(note)
    signed = [one for one in log_key.vkeys() if any(line.is_by(parse_vkey(one)) for line in lines)]
    whole = _policy(signed or [log_key.vkey()])
    try:
        whole.open_checkpoint(note)
    except LedgerError:
        return replace(whole, groups=(), quorum=NO_QUORUM)
    return whole


def vkeys() -> list[str]:
    """List every key whose signatures may stand under a checkpoint of this log, those of witnesses that left included.

    Raises PolicyError.
    """
    return [*log_key.vkeys(), *(str(one.vkey) for one in policy().witnesses)]


def cosigned_by(note: str) -> list[tuple[str, datetime]]:
    """List who of the policy has cosigned a note, and when each says that it did. Raises PolicyError, NoteError."""
    whole = policy()
    _, opened = open_checkpoint(note, vkeys(), origin=settings.LOG_ORIGIN)
    moments = {(one.name, one.key_id): one.timestamp for one in opened.signatures}
    found = [(one.name, moments.get((one.vkey.name, one.vkey.key_id))) for one in whole.witnesses]
    return [(name, datetime.fromtimestamp(at, UTC)) for name, at in found if at is not None]


def names_under(checkpoint: SignedCheckpoint | None) -> list[str]:
    """Name who cosigned a checkpoint, for a page; nobody where that cannot be told, which is no reason for no page."""
    return names_in(checkpoint.note) if checkpoint else []


def names_in(note: str) -> list[str]:
    """Name who cosigned a note, as `names_under` does; nobody where there is no note."""
    if not note or not settings.WITNESS_POLICY_FILE:
        return []
    try:
        return [name for name, _ in cosigned_by(note)]
    except (PolicyError, LedgerError):
        return []


def standings() -> list[Vouched]:
    """Tell of each witness how it stands, in the policy's order; of none where none is asked. Raises PolicyError."""
    if not settings.WITNESS_POLICY_FILE:
        return []
    newest = log.checkpoint()
    known = {one.vkey: one for one in WitnessStanding.objects.all()}
    signed = newest.size if newest else 0
    return [Vouched(one.name, one.vkey.name, one.url, known.get(str(one.vkey)), signed) for one in policy().witnesses]


def missing() -> Sequence[Vouched]:
    """List the witnesses that are asked and have not cosigned what is published. Raises PolicyError."""
    return [one for one in standings() if one.is_missing]


@lru_cache(maxsize=4)
def _read(path: str, _changed: int) -> Policy:
    # By the moment of its last change: pages ask for it each time, and parsing checks every key.
    return parse_policy(Path(path).read_bytes())
