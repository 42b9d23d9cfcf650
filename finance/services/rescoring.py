"""All farms scored anew by one card, from the figures of their newest scores: for reports, and shown to no bank."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db import connection

from finance.fitting.woe import Ints
from finance.models import Scorecard
from finance.queries.outcomes import Standing, newest_features
from finance.scoring import codes_of, score_coded
from traceability.ledger.scores import Card, parse_card

_AT_ONCE = 20_000
_SQL = (
    "INSERT INTO finance_shadowscore (card_id, subject_id, score, grade, made_at)"
    " SELECT %s, given.subject, given.score, given.grade, %s"
    " FROM unnest(%s::bigint[], %s::int[], %s::text[]) AS given (subject, score, grade)"
    " ON CONFLICT (card_id, subject_id)"
    " DO UPDATE SET score = excluded.score, grade = excluded.grade, made_at = excluded.made_at"
    # What stays as it is needs no new row.
    " WHERE (finance_shadowscore.score, finance_shadowscore.grade) IS DISTINCT FROM (excluded.score, excluded.grade)"
)


@dataclass(frozen=True, slots=True)
class Rescored:
    """A farm with the score that the card gives it."""

    standing: Standing
    score: int


def rescore(row: Scorecard, *, at: datetime) -> list[Rescored]:
    """Score every farm that has a score, and keep what came out. Done again, it replaces what was there.

    In parts, each a transaction of its own: none is open while there is something to reckon.
    """
    card = parse_card(bytes(row.data), card_id=row.pk)
    found = newest_features()
    scores = scores_of(card, [one.features for one in found]).tolist()
    for first in range(0, len(found), _AT_ONCE):
        subjects = [one.subject for one in found[first : first + _AT_ONCE]]
        given = scores[first : first + _AT_ONCE]
        grades = [card.grade_of(score) for score in given]
        with connection.cursor() as cursor:
            cursor.execute(_SQL, [row.pk, at, subjects, given, grades])
    return [Rescored(one, score) for one, score in zip(found, scores, strict=True)]


def scores_of(card: Card, rows: Sequence[Mapping[str, int | None]]) -> Ints:
    """Give what a card gives to these figures."""
    if not rows:
        return np.empty(0, dtype=np.int64)
    return score_coded(card, codes_of(card, rows)).astype(np.int64)
