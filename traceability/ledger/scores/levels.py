"""The level of a card: dated corrections that its history in the log holds, each signed like the card's approval.

An overlay moves every farm's score by the same whole points while a bad season lasts. A calibration says which chance
of default stands behind a score, as outcomes have shown it. The newest of each kind counts, from when the platform got
it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from hashlib import sha256
from typing import Any

from traceability.ledger.canonical import canonicalize_profiled
from traceability.ledger.errors import CanonicalError, NoteError
from traceability.ledger.leaf import Leaf
from traceability.ledger.leaf_rules import Rule, RuleError, Shape, check_count
from traceability.ledger.note import open_note
from traceability.ledger.scores.card import Card, Scale
from traceability.ledger.scores.errors import CardError
from traceability.ledger.scores.told import Told, china_day

OVERLAID, CALIBRATED = "card.overlaid", "card.calibrated"
MOST_POINTS = 200
MAX_STEPS = 200
# Chances are whole hundredths of a percent, and never nothing or all.
WHOLE = 10_000
# Of the shift of odds, in thousandths.
_UNMOVED = 1000
# Decimal arithmetic is rounded alike on every machine; floats are not.
_EXACT = Context(prec=40, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True)
class Overlay:
    """Points for everybody from a day to a day, and who answers for them."""

    event: str
    points: int
    since: date
    until: date
    owner: str
    reason: str


@dataclass(frozen=True, slots=True)
class Calibration:
    """What outcomes say of scores: odds of default times `shift` thousandths, or steps `(least score, chance)`."""

    event: str
    shift: int
    steps: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Levels:
    """What is in force at one moment."""

    overlay: Overlay | None = None
    calibration: Calibration | None = None

    @property
    def points(self) -> int:
        """Points that every score has more, or less."""
        return self.overlay.points if self.overlay else 0

    def __bool__(self) -> bool:
        return self.overlay is not None or self.calibration is not None

    def applied(self, card: Card) -> Card:
        """Give the card with everybody's points; its bytes and its id stay what they are."""
        return replace(card, start=card.start + self.points) if self.points else card

    def chance(self, scale: Scale, score: int) -> int:
        """Give the chance of default behind a score that holds the overlay, in hundredths of a percent.

        The calibration was learnt without the overlay, which then moves the odds as it moves the points.
        """
        with localcontext(_EXACT):
            before = score - self.points
            odds = self._odds(scale, before) * _doubled(-self.points, scale.pdo)
            return min(max(round(WHOLE * odds / (1 + odds)), 1), WHOLE - 1)

    def _odds(self, scale: Scale, score: int) -> Decimal:
        known = self.calibration
        if known and known.steps:
            chance = next((given for least, given in reversed(known.steps) if score >= least), known.steps[0][1])
            return Decimal(chance) / (WHOLE - chance)
        odds = _doubled(scale.base - score, scale.pdo) / scale.odds
        return odds * known.shift / _UNMOVED if known else odds

    def members(self) -> dict[str, Any]:
        """Write what a score record says of it."""
        return {
            "overlay": self.overlay.event if self.overlay else None,
            "points": self.points,
            "calibration": self.calibration.event if self.calibration else None,
        }


NONE = Levels()


def levels_of(told: Iterable[Told], card_id: str, *, as_of: datetime, vkeys: Sequence[str]) -> Levels:
    """Find what was in force as of a moment.

    `vkeys` are the keys that approvals of the card name. Raises CardError where a correction is malformed, or is not
    signed by one of them.
    """
    chain = [one for one in told if one.entity == f"card:{card_id}" and one.received <= as_of]
    chain.sort(key=lambda one: one.leaf.eseq)
    for one in chain:
        if one.type in _SHAPES:
            _check(one.leaf, card_id, vkeys)
    overlay = next((_overlay(one) for one in reversed(chain) if one.type == OVERLAID), None)
    calibration = next((_calibration(one) for one in reversed(chain) if one.type == CALIBRATED), None)
    in_force = overlay and overlay.points and overlay.since <= china_day(as_of) <= overlay.until
    return Levels(overlay if in_force else None, calibration)


def level_text(kind: str, card_id: str, actor: str, body: Mapping[str, Any]) -> str:
    """Give the text that is signed: of which card, by whom, and the hash of what is said but the signature.

    Raises CanonicalError.
    """
    said = canonicalize_profiled({name: value for name, value in body.items() if name != "signature"})
    return f"suyuan/card-level/v1\n{kind} {card_id}\nby {actor}\nbody {sha256(said).hexdigest()}\n"


def _check(leaf: Leaf, card_id: str, vkeys: Sequence[str]) -> None:
    where = f"event {leaf.eseq} of {leaf.entity}"
    try:
        _SHAPES[leaf.type].check(dict(leaf.body))
        text = level_text(leaf.type, card_id, leaf.actor.id, leaf.body)
        note = open_note(f"{leaf.body['signature']}\n", vkeys)
    except (RuleError, CanonicalError, NoteError) as error:
        raise CardError(f"{where}: {error}") from error
    if note.text != text:
        raise CardError(f"{where}: what is signed is something else")


def _overlay(told: Told) -> Overlay:
    body = told.leaf.body
    since, until = (date.fromisoformat(body[name]) for name in ("since", "until"))
    return Overlay(told.id, body["points"], since, until, body["owner"], body["reason"])


def _calibration(told: Told) -> Calibration:
    body = told.leaf.body
    steps = tuple((least, chance) for least, chance in body.get("steps", ()))
    return Calibration(told.id, body.get("shift", _UNMOVED), steps)


def _doubled(points: int, pdo: int) -> Decimal:
    """Give 2 to the power of points / pdo."""
    return (Decimal(points) / pdo * Decimal(2).ln()).exp()


def _check_text(value: Any) -> None:
    if type(value) is not str or not value:
        raise RuleError("not text")


def _check_day(value: Any) -> None:
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise RuleError("no day") from error


def _within(least: int, most: int) -> Rule:
    def check(value: Any) -> None:
        if type(value) is not int or not least <= value <= most:
            raise RuleError(f"not a whole number from {least} to {most}")

    return check


def _check_steps(value: Any) -> None:
    if type(value) is not list or not 0 < len(value) <= MAX_STEPS:
        raise RuleError(f"not a list of 1 to {MAX_STEPS} steps")
    if any(type(step) is not list or len(step) != 2 or {type(one) for one in step} != {int} for step in value):
        raise RuleError("not pairs of least score and chance")
    scores, chances = [least for least, _ in value], [chance for _, chance in value]
    # A better score never has the greater chance of default.
    if scores != sorted(set(scores)) or chances != sorted(chances, reverse=True):
        raise RuleError("steps do not rise in score and fall in chance")
    if any(not 0 < chance < WHOLE for chance in chances):
        raise RuleError(f"a chance is not from 1 to {WHOLE - 1}")


_SHAPES: Mapping[str, Shape] = {
    OVERLAID: Shape(
        required={
            "points": _within(-MOST_POINTS, MOST_POINTS),
            "since": _check_day,
            "until": _check_day,
            "owner": _check_text,
            "reason": _check_text,
            "signature": _check_text,
        }
    ),
    CALIBRATED: Shape(
        required={
            "outcomes": check_count,
            "bads": check_count,
            "signature": _check_text,
        },
        optional={"shift": _within(1, 1_000_000), "steps": _check_steps},
    ),
}
