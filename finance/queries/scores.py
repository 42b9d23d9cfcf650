"""Scores as people read them: what cost most, what would change it, which records are behind it; and the evidence."""

import zlib
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from accounts.models import Organisation
from finance.models import Consent, Score, ScoreEvidence
from finance.queries.cards import card_named
from finance.queries.reason_texts import figure_text, gate_text, hint_of, name_of
from traceability import vault
from traceability.errors import NotYoursError
from traceability.ledger.scores import Card

_BEFORE = """
SELECT EXISTS (SELECT FROM finance_score WHERE id = %s),
       (SELECT id FROM finance_score WHERE subject_id = %s AND consent_id = %s
        ORDER BY computed_at DESC, id DESC LIMIT 1)
"""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason in words: what is so, what would change it, what it costs or gives, and the records behind it."""

    code: str
    name: str
    text: str
    hint: str
    points: int
    events: tuple[str, ...]


def latest(subject: Organisation) -> Score | None:
    """Give a farm's newest score."""
    return Score.objects.filter(subject=subject).select_related("card").order_by("-computed_at", "-pk").first()


def card_of(score: Score) -> Card:
    """Give the card that made a score. Raises CardError where its bytes are not those of its id."""
    return card_named(score.card_id)


def before(consent: Consent, *, score_id: UUID) -> tuple[bool, UUID | None]:
    """Tell whether there is a score of this id already, and name the newest one under a consent."""
    with connection.cursor() as cursor:
        cursor.execute(_BEFORE, [score_id, consent.subject_id, consent.pk])
        is_known, newest = cursor.fetchone()
    return is_known, newest


def reasons_of(score: Score) -> list[Reason]:
    """Say in the active language what cost most, the dearest first; without a number, what is not known yet."""
    if score.gate:
        return [_unmet(score, name) for name in score.gate]
    return [_reason(score, code, -loss) for code, loss in score.reasons]


def strengths_of(score: Score) -> list[Reason]:
    """Say in the active language what helps most."""
    return [_reason(score, code, points) for code, points in score.strengths]


def level_of(score: Score) -> dict[str, Any]:
    """Give the points that everybody's score was moved by, until which day and why; empty where nothing was."""
    return {**score.level, "until": date.fromisoformat(score.level["until"])} if score.level else {}


def evidence_bytes(score: Score) -> bytes:
    """Give the evidence file of a score, byte for byte as it was made. Raises NotYoursError where it was erased."""
    kept = ScoreEvidence.objects.filter(score=score).first()
    if kept is None:
        raise NotYoursError(f"score {score.pk}: its evidence was erased")
    _, value = vault.unseal(bytes(kept.token))
    return zlib.decompress(b64decode(str(value)))


def _reason(score: Score, code: str, points: int) -> Reason:
    name, _dot, absent = code.partition(".")
    number = score.features.get(name)
    if absent == "unknown":
        text = _("%(name)s: not a kind that the card knows") % {"name": name_of(name)}
    elif number is None:
        text = _("%(name)s: nothing is known of it yet") % {"name": name_of(name)}
    else:
        text = figure_text(name, number, against=len(_events(score, name, "against")))
    return Reason(code, name_of(name), text, hint_of(name, card_of(score), number), points, _behind(score, name))


def _unmet(score: Score, name: str) -> Reason:
    return Reason(name, name_of(name), gate_text(name, card_of(score).gate), "", 0, _behind(score, name))


def _behind(score: Score, name: str) -> tuple[str, ...]:
    """Give the records that make it worse, else all that are behind it."""
    return tuple(_events(score, name, "against") or _events(score, name, "events"))


def _events(score: Score, name: str, which: str) -> Sequence[str]:
    found: Sequence[str] = score.behind.get(name, {}).get(which, ())
    return found
