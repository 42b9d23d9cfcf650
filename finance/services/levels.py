"""The level of a card: points for everybody while a bad season lasts, and chances of default as outcomes show them."""

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

import numpy as np

from accounts.enums import OrganisationKind
from accounts.models import Membership
from accounts.queries.memberships import acts_as
from finance import score_key
from finance.enums import CardState
from finance.fitting.calibration import Calibration, calibrated
from finance.fitting.outcomes import BLEND_AT, Label
from finance.models import Scorecard
from finance.queries.outcomes import lessons, matured
from orders.services.events import say
from traceability.errors import NotYoursError, RefusedError
from traceability.ledger import sign_note
from traceability.ledger.scores import Card, level_text, parse_card
from traceability.ledger.scores.levels import CALIBRATED, MOST_POINTS, OVERLAID, WHOLE
from traceability.services.entries import Entry, members
from traceability.services.transactions import business_transaction

LONGEST = timedelta(days=366)
_USABLE = (CardState.APPROVED, CardState.CHALLENGER, CardState.CHAMPION)
# A step for each ten points: finer ones would follow single loans.
_STEP = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """Points for everybody from a day to a day; 0 ends what was in force."""

    points: int
    since: date
    until: date
    owner: str
    reason: str


@business_transaction
def overlay(*, card: Scorecard, correction: Correction, entry: Entry, membership: Membership, at: datetime) -> None:
    """Move every score of a card by the same points for a time, in the place of what was in force before.

    A signed event on the card's own history, which every evidence file holds: whoever recomputes a score finds it.
    Raises NotYoursError, RefusedError, EventError, ChainConflictError.
    """
    _check(card, membership)
    if entry.is_known:
        return
    if abs(correction.points) > MOST_POINTS:
        raise RefusedError("/points", "level_points", most=MOST_POINTS)
    if not correction.since <= correction.until <= correction.since + LONGEST:
        raise RefusedError("/until", "level_days", days=LONGEST.days)
    body = {
        "points": correction.points,
        "since": correction.since.isoformat(),
        "until": correction.until.isoformat(),
        "owner": correction.owner,
        "reason": correction.reason,
    }
    _say(OVERLAID, card, body, entry=entry, membership=membership, at=at)


@business_transaction
def calibrate(*, card: Scorecard, on: date, entry: Entry, membership: Membership, at: datetime) -> None:
    """Set which chance of default stands behind a card's scores, by the outcomes that are known on a day.

    By steps (isotonic regression) from 1,000 outcomes on, else by one factor on the odds. Raises NotYoursError,
    RefusedError where outcomes are too few, EventError, ChainConflictError.
    """
    _check(card, membership)
    if entry.is_known:
        return
    learnt = matured(lessons(on=on))
    bad = np.array([one.label is Label.BAD for one in learnt], dtype=np.bool_)
    if len(learnt) < BLEND_AT or not bad.any():
        raise RefusedError("", "too_few_outcomes", outcomes=len(learnt), bads=int(bad.sum()))
    parsed = parse_card(bytes(card.data), card_id=card.pk)
    risk = np.array([parsed.scale.chance_at(parsed.score(one.features).score) for one in learnt], dtype=np.float64)
    way = calibrated(risk, bad)
    said = {"steps": steps_of(way, parsed)} if way.steps else {"shift": round(1000 * math.exp(way.shift))}
    body = {**said, "outcomes": len(learnt), "bads": int(bad.sum())}
    _say(CALIBRATED, card, body, entry=entry, membership=membership, at=at)


def steps_of(way: Calibration, card: Card) -> list[list[int]]:
    """Write a calibration as steps: the least score of each, and the chance of default in hundredths of a percent."""
    scores = range(card.scale.least, card.scale.most + 1, _STEP)
    middle = np.array([card.scale.chance_at(score + _STEP / 2) for score in scores])
    chances = np.clip(np.rint(WHOLE * way.apply(middle)), 1, WHOLE - 1).astype(int).tolist()
    runs = groupby(zip(scores, chances, strict=True), key=lambda step: step[1])
    return [[next(run)[0], chance] for chance, run in runs]


def _check(card: Scorecard, membership: Membership) -> None:
    if not acts_as(membership, OrganisationKind.OPERATOR):
        raise NotYoursError(f"organisation {membership.organisation_id}: does not run this platform")
    if card.state not in _USABLE:
        raise RefusedError("", "card_not_approved")


def _say(  # noqa: PLR0913 - what is said, of which card, by whom
    name: str, card: Scorecard, body: dict[str, object], *, entry: Entry, membership: Membership, at: datetime
) -> None:
    said = members(**body)
    text = level_text(name, card.pk, str(membership.user.public_id), said)
    signature = sign_note(text, score_key.signer()).rstrip("\n")
    say(name, card.entity, entry=entry, membership=membership, at=at, body={**said, "signature": signature})
