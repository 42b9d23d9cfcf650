"""Has witnesses cosign what is published: nothing goes out without the quorum of the policy.

First each is asked which size it knows, by an empty checkpoint that commits the log to nothing: a witness that knows
more than there is has seen what a restored backup lost, and then nothing is signed at all. Then each gets the new
checkpoint with the proof from its own size, so that one which was away catches up by being asked.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial

from django.conf import settings

from traceability import log_key
from traceability.ledger import EMPTY_ROOT, Checkpoint, LedgerError, open_note, sign_checkpoint
from traceability.ledger.policy import TrustedKey
from traceability.ledger.witness.conversation import AnswerError, cosignature_of, size_of, submission_bytes
from traceability.models import SignedCheckpoint, WitnessStanding
from traceability.queries import proofs, witnesses
from traceability.services.publisher import Draft, PublishError, Step
from traceability.witness_client import Answer, Found, WitnessError, asking, submit

# How often a log at rest asks those that have not cosigned its newest checkpoint.
_REST = timedelta(seconds=30)
_OK = 200
_FAULT_LENGTH = 300


class QuorumError(PublishError):
    """Too few witnesses have cosigned: nothing is published until they do."""


@dataclass(slots=True)
class Asked:
    """A witness that is asked: the size that it says it knows, and what came of it."""

    key: TrustedKey
    size: int | None = None
    fault: str = ""
    seconds: float | None = None
    cosigned: tuple[int, datetime] | None = None

    def learn(self, answer: Answer | WitnessError) -> None:
        """Take what it answered to the empty checkpoint: that it knows nothing yet, or the size that it knows."""
        try:
            self.size = size_of(self._heard(answer).body) if self._heard(answer).is_size else 0
        except (WitnessError, AnswerError) as error:
            self.fault = str(error)

    def line(self, answer: Answer | WitnessError, draft: Draft) -> str:
        """Take what it answered to a checkpoint: its cosignature, or nothing and why."""
        try:
            # One that tells a size in place of cosigning has met another publisher since: a size is no cosignature.
            line = cosignature_of(self._heard(answer).body, note=draft.note, vkey=self.key.vkey)
        except (WitnessError, AnswerError) as error:
            self.fault = str(error)
            return ""
        self.fault, self.cosigned = "", (draft.checkpoint.size, _time_of(line, draft, self.key))
        return line

    def _heard(self, answer: Answer | WitnessError) -> Answer:
        if isinstance(answer, WitnessError):
            raise answer
        self.seconds = answer.seconds
        if answer.status != _OK and not answer.is_size:
            raise WitnessError(f"it refuses with {answer.status}")
        return answer


class WitnessStep(Step):
    """Asks the witnesses of the policy that have an address."""

    def __init__(self) -> None:
        self._policy = witnesses.policy()
        self._circle = {one.name: Asked(one) for one in self._policy.witnesses if one.url}
        self._asked = False

    def check_goes_on(self, size: int) -> None:
        """Ask each which size it knows, and refuse to go on below it. Raises PublishError, LogKeyError."""
        self._ask_sizes()
        for name, one in self._circle.items():
            if one.size is not None and one.size > size:
                one.fault = f"it knows size {one.size}, more than this log has"
                raise PublishError(
                    f"log of size {size}: the witness {name} knows size {one.size}; bring back the entries that are"
                    " missing, or end this log (docs/guides/operators.md, Restore). A witness that can show no"
                    " checkpoint of that size with this log's signature lies: take it out of the policy"
                )

    def take(self, draft: Draft) -> str:
        """Return the note with the cosignatures that came in time. Raises QuorumError, MissingNodeError."""
        note = draft.note + "".join(self._cosignatures(draft))
        try:
            self._policy.open_checkpoint(note)
        except LedgerError as error:
            faults = [f"{name}: {one.fault}" for name, one in self._circle.items() if one.fault]
            why = "; ".join([str(error), *faults])
            raise QuorumError(f"checkpoint of size {draft.checkpoint.size}: {why}") from error
        return note

    def rest(self, last: SignedCheckpoint, *, at: datetime) -> None:
        """Have those that were away cosign the newest checkpoint, now and then: its readers have the quorum already."""
        late = [one for one in witnesses.standings() if one.name in self._circle and _is_due(one, last.size, at)]
        self._circle = {one.name: self._circle[one.name] for one in late}
        if late:
            checkpoint = Checkpoint(settings.LOG_ORIGIN, last.size, proofs.root(last.size))
            self.check_goes_on(last.size)
            self._cosignatures(Draft(checkpoint, last.note, None, []))

    def ended(self, *, at: datetime) -> None:
        """Note how each that was asked stands; outlasts the transaction that failed."""
        if not self._asked:
            return
        rows = [_row(one, at) for one in self._circle.values()]
        _save((row for row in rows if not row.fault), ["size", "cosigned_at", "asked_at", "seconds", "fault"])
        _save((row for row in rows if row.fault), ["asked_at", "seconds", "fault"])

    def _ask_sizes(self) -> None:
        body = submission_bytes(old_size=0, proof=[], note=_empty_note(log_key.vkey()))
        for name, answer in self._ask(dict.fromkeys(self._circle, body), _has_answered).items():
            self._circle[name].learn(answer)

    def _cosignatures(self, draft: Draft) -> list[str]:
        size = draft.checkpoint.size
        bodies = {
            name: submission_bytes(old_size=one.size, proof=_proof(one.size, size), note=draft.note)
            for name, one in self._circle.items()
            if one.size is not None
        }
        found = self._ask(bodies, _has_cosigned)
        # In the policy's order, whoever was first: the same cosignatures are the same bytes.
        return [self._circle[name].line(found[name], draft) for name in self._circle if name in found]

    def _ask(self, bodies: Mapping[str, bytes], counts: Callable[[Answer], bool]) -> Found:
        self._asked = True

        def suffices(found: Found) -> bool:
            heard = [name for name, answer in found.items() if isinstance(answer, Answer) and counts(answer)]
            return self._policy.is_met_by(heard)

        questions = {name: partial(submit, self._circle[name].key.url, body) for name, body in bodies.items()}
        return asking.all(questions, enough=suffices)


def _has_answered(answer: Answer) -> bool:
    return answer.status == _OK or answer.is_size


def _has_cosigned(answer: Answer) -> bool:
    return answer.status == _OK


@lru_cache(maxsize=4)
def _empty_note(_vkey: str) -> str:
    # Signed once for each key: a signer that is a service has better things to do. Every log begins empty, so that
    # this is true of whatever history it has.
    return sign_checkpoint(Checkpoint(settings.LOG_ORIGIN, 0, EMPTY_ROOT), log_key.signer())


def _proof(known: int, size: int) -> list[bytes]:
    return proofs.consistency(known, size) if known else []


def _time_of(line: str, draft: Draft, key: TrustedKey) -> datetime:
    opened = open_note(f"{draft.checkpoint.text()}\n{line}", [str(key.vkey)])
    return datetime.fromtimestamp(opened.signatures[0].timestamp or 0, UTC)


def _is_due(one: witnesses.Vouched, size: int, at: datetime) -> bool:
    return one.size < size and (one.standing is None or one.standing.asked_at <= at - _REST)


def _row(one: Asked, at: datetime) -> WitnessStanding:
    size, cosigned_at = one.cosigned or (0, None)
    fault = one.fault or ("" if one.cosigned else "it was not asked to cosign")
    return WitnessStanding(
        vkey=str(one.key.vkey),
        size=size,
        cosigned_at=cosigned_at,
        asked_at=at,
        seconds=one.seconds,
        fault=fault[:_FAULT_LENGTH],
    )


def _save(rows: Iterable[WitnessStanding], fields: list[str]) -> None:
    WitnessStanding.objects.bulk_create(list(rows), update_conflicts=True, unique_fields=["vkey"], update_fields=fields)
