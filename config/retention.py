"""How long each thing is kept that is no record, and why; once a night what is over goes.

The log is kept for ever, without a name in it. What is personal and goes when somebody asks is erased by
`traceability.services.erasure`, and bad news of farms by `finance.services.retention`: the proofs stay whole in both.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from accounts.services import retention as accounts
from finance.services import tokens
from traceability.services import retention as traceability


class Forget(Protocol):
    """Deletes what is older than a moment, and tells how many rows went."""

    def __call__(self, *, before: datetime) -> int:
        """Do it; safe to run twice."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What is kept for how long, counted from its end, and why not for longer and not for less."""

    name: str
    kept: timedelta
    why: str
    forget: Forget


RULES = (
    Rule("sessions", timedelta(0), "a log-in whose time is over opens nothing", accounts.forget_sessions),
    Rule("invitations", timedelta(days=90), "a phone number that nobody answered for", accounts.forget_invitations),
    Rule("tokens", timedelta(days=1), "a day to look into what a bank's machine did", tokens.forget_tokens),
    Rule("tasks", timedelta(days=90), "a season's quarter to look into what was sent", traceability.forget_tasks),
    Rule("verifications", timedelta(days=90), "one each minute; full ones stay", traceability.forget_runs),
    Rule("drafts", timedelta(days=1), "no file takes so long to be written", traceability.forget_drafts),
    Rule("captures", timedelta(days=180), "half a year for a sender to ask what became", traceability.forget_captures),
)


def forget_all(*, at: datetime, told: Callable[[str, int], object]) -> None:
    """Delete what is over by every rule, and tell of each how many rows or files went.

    A rule that cannot be carried out keeps none of the others from it. Raises ExceptionGroup of what went wrong.
    """
    errors = []
    for rule in RULES:
        try:
            told(rule.name, rule.forget(before=at - rule.kept))
        except Exception as error:  # noqa: BLE001 - whatever it was, it is raised in the end
            errors.append(error)
    if errors:
        raise ExceptionGroup("not all that is over was deleted", errors)
