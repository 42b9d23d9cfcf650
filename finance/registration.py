"""What the chain must know of this app before anything is recorded."""

from collections.abc import Iterable, Mapping
from importlib import import_module

from django.db.models import TextChoices
from django.utils import translation

from finance import enums, errors
from finance.events import EVENTS
from traceability import events
from traceability.errors import register_messages
from traceability.projections import registry
from traceability.services.checks import beside

_CODED: tuple[type[TextChoices], ...] = (
    enums.CardKind,
    enums.Category,
    enums.DisputeState,
    enums.Method,
    enums.PostingKind,
    enums.Purpose,
    enums.QueryOutcome,
)
# docs/adr/0009: these rows are where work stands; the events of the same transaction are what proves it.
_STANDING = "where work stands; each change is an event of the same transaction"
UNVOUCHED: Mapping[str, str] = {
    "finance.AuditRow": "linked by hashes, which stand in the log: fsck checks row by row (services.audit_check)",
    "finance.BankClient": "how a bank's machine logs in; what it asks names the bank and its key in the log",
    "finance.BankNotice": "whether a bank has read what it was told; what it was told of is in the log",
    "finance.CardUse": _STANDING,
    "finance.CardReport": "figures of a night, which can be reckoned again",
    "finance.Consent": _STANDING,
    "finance.Credential": _STANDING,
    "finance.Dispute": _STANDING,
    "finance.Loan": _STANDING,
    "finance.LoanPosting": "what a bank said; its hash stands in the log",
    "finance.PushedRequest": "what a bank's machine is about to ask a farmer; gone within minutes",
    "finance.Referral": _STANDING,
    "finance.RuleSwitch": "follows from the outcomes, which stand in the log",
    "finance.ShadowScore": "follows from a card and from the figures of scores, which are signed",
    "finance.Score": "its signed record is in the log by its hash; whoever has the evidence recomputes it",
    "finance.ScoreEvidence": "an evidence file: `python -m traceability.ledger verify` checks all of it",
    "finance.Scorecard": "its id is the hash of its bytes, which the log holds; its state is where work stands",
    "finance.Trait": "what a person said for tests of fairness; the log holds that it was given and erased, never what",
    "finance.TokenBinding": "how a bank's machine is known for some minutes",
}


def register() -> None:
    """Take up types of events, what their codes are called, and which tables no projection gives."""
    register_messages(errors.MESSAGES)
    events.register(*EVENTS)
    events.register_labels(dict(_labels(_CODED, used=(enums.CardState.CHAMPION, enums.CardState.CHALLENGER))))
    registry.register((), unvouched=UNVOUCHED)
    # Not before all apps are there: it reads this app's models.
    beside.register(import_module("finance.services.audit_check").check_books)


def _labels(coded: Iterable[type[TextChoices]], *, used: Iterable[TextChoices]) -> Iterable[tuple[str, str]]:
    # As they stand in the source: pages translate them when they are shown.
    active = translation.get_language()
    translation.deactivate_all()
    try:
        whole = [(value, str(label)) for one in coded for value, label in one.choices]
        return [*whole, *((one.value, str(one.label)) for one in used)]
    finally:
        if active:
            translation.activate(active)
