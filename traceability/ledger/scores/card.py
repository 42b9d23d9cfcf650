"""The card: breakpoints and whole points in one canonical file, whose id is its hash. Never a pickle, never a model."""

import hmac
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from operator import attrgetter
from typing import Any

from traceability.ledger.canonical import canonicalize_profiled, parse_profiled
from traceability.ledger.errors import CanonicalError
from traceability.ledger.leaf_rules import Rule, RuleError, Shape, check_count
from traceability.ledger.scores.errors import CardError
from traceability.ledger.scores.variables import Bin, Coded, Variable, check_points, parse_variable, scaled

FORMAT = "suyuan/card/v1"
MAX_CARD_BYTES = 1024 * 1024
MAX_VARIABLES = 200
MOST_REASONS = 4
MOST_STRENGTHS = 2
KINDS = ("expert", "blend", "fitted")
LOWEST_GRADE = "E"
# Sorting keeps the card's order among equals, also when it is reversed.
_LOSS, _GAIN = attrgetter("loss"), attrgetter("gain")
_YIELD_PLACES = 3
_RATIO_PLACES = 4


@dataclass(frozen=True, slots=True)
class Scale:
    """Points against odds: `base` at `odds` good to one bad; `pdo` more points double the odds.

    `beyond` says what becomes of sums outside of least and most: the card is refused, or the score is clipped.
    """

    base: int = 600
    odds: int = 20
    pdo: int = 40
    least: int = 300
    most: int = 850
    beyond: str = "refuse"

    @property
    def factor(self) -> float:
        """Points for each e-fold of the odds."""
        return self.pdo / math.log(2)

    @property
    def offset(self) -> float:
        """Points at even odds."""
        return self.base - self.factor * math.log(self.odds)

    def points_at(self, chance_of_default: float) -> float:
        """Give the score of a chance of default between 0 and 1, unrounded. Raises CardError."""
        if not 0 < chance_of_default < 1:
            raise CardError("scale: a chance of default lies between 0 and 1")
        return self.offset + self.factor * math.log((1 - chance_of_default) / chance_of_default)

    def chance_at(self, score: float) -> float:
        """Give the chance of default of a score."""
        return 1 / (1 + math.exp((score - self.offset) / self.factor))


@dataclass(frozen=True, slots=True)
class Gate:
    """The least that must be known before a number is given."""

    tenure_months: int = 6
    attested_events: int = 20
    # In hundredths of a percent.
    data_integrity: int = 8500
    related_share: int = 6000


@dataclass(frozen=True, slots=True)
class CropYield:
    """What a crop bears, in grams a mu: what is usual in the county, and the most that was seen there."""

    mean: int
    most: int


@dataclass(frozen=True, slots=True)
class Scored:
    """A score with the bin of every variable, in the card's order."""

    score: int
    grade: str
    bins: tuple[Bin, ...]

    @property
    def reasons(self) -> tuple[Bin, ...]:
        """Up to four bins that cost most, the dearest first; of two that cost alike the earlier in the card."""
        lost = [one for one in self.bins if one.loss > 0]
        lost.sort(key=_LOSS, reverse=True)
        return tuple(lost[:MOST_REASONS])

    @property
    def strengths(self) -> tuple[Bin, ...]:
        """Up to two bins that help most."""
        helped = [one for one in self.bins if one.points > 0 and not one.suffix]
        helped.sort(key=_GAIN, reverse=True)
        return tuple(helped[:MOST_STRENGTHS])


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A card taken apart; `data` are its bytes and `id` their SHA-256."""

    data: bytes
    id: str
    name: str
    kind: str
    owner: str
    expires: date
    scale: Scale
    start: int
    variables: tuple[Variable, ...]
    grades: tuple[tuple[str, int], ...]
    gate: Gate
    yields: Mapping[str, CropYield]

    def score(self, features: Mapping[str, Coded]) -> Scored:
        """Score one applicant; a variable that is absent counts as missing. Raises InputError."""
        bins = tuple([one.bin_of(features.get(one.name)) for one in self.variables])
        total = self.bounded(self.start + sum([one.points for one in bins]))
        return Scored(total, self.grade_of(total), bins)

    def coded(self, values: Mapping[str, object]) -> dict[str, Coded]:
        """Turn plain values into what `score` takes. Raises InputError for NaN, infinity and what is no number."""
        return {one.name: one.coded(values.get(one.name)) for one in self.variables}

    def bounded(self, total: int) -> int:
        """Clip a sum to the scale."""
        return min(max(total, self.scale.least), self.scale.most)

    def grade_of(self, score: int) -> str:
        """Give the grade of a score."""
        return next((name for name, least in self.grades if score >= least), LOWEST_GRADE)


def build_card(members: Mapping[str, Any]) -> Card:
    """Write a card from its members, all but `format`, and read it back. Raises CardError."""
    try:
        return parse_card(canonicalize_profiled({**members, "format": FORMAT}))
    except CanonicalError as error:
        raise CardError(str(error)) from error


def parse_card(data: bytes, *, card_id: str | None = None) -> Card:
    """Read a card strictly; where an id is given, its bytes must hash to it. Raises CardError."""
    if len(data) > MAX_CARD_BYTES:
        raise CardError(f"{len(data)} bytes, more than {MAX_CARD_BYTES}")
    found = sha256(data).hexdigest()
    if card_id is not None and not hmac.compare_digest(found, card_id):
        raise CardError(f"its bytes hash to {found}, not to {card_id}")
    try:
        members = parse_profiled(data)
        _CARD.check(members)
        card = _card(members, data, found)
    except (CanonicalError, RuleError) as error:
        raise CardError(str(error)) from error
    _check_reach(card)
    return card


def _card(members: Mapping[str, Any], data: bytes, found: str) -> Card:
    variables = tuple(map(parse_variable, members["variables"]))
    names = [one.name for one in variables]
    if len(set(names)) != len(names):
        raise RuleError("two variables have the same name")
    return Card(
        data=data,
        id=found,
        name=members["name"],
        kind=members["kind"],
        owner=members["owner"],
        expires=date.fromisoformat(members["expires"]),
        scale=Scale(**members["scale"]),
        start=members["start"],
        variables=variables,
        grades=_grades(members["grades"]),
        gate=_gate(members["gate"]) if "gate" in members else Gate(),
        yields={crop: _yield(one) for crop, one in members.get("yields", {}).items()},
    )


def _check_reach(card: Card) -> None:
    least = card.start + sum(one.least for one in card.variables)
    most = card.start + sum(one.most for one in card.variables)
    if card.scale.beyond == "refuse" and not card.scale.least <= least <= most <= card.scale.most:
        raise CardError(f"sums from {least} to {most} leave {card.scale.least} to {card.scale.most}")


def _grades(pairs: Sequence[Sequence[Any]]) -> tuple[tuple[str, int], ...]:
    least = [points for _, points in pairs]
    if least != sorted(set(least), reverse=True):
        raise RuleError("grades do not fall")
    return tuple((name, points) for name, points in pairs)


def _gate(members: Mapping[str, Any]) -> Gate:
    return Gate(
        tenure_months=members["tenure_months"],
        attested_events=members["attested_events"],
        data_integrity=scaled(members["data_integrity"], _RATIO_PLACES),
        related_share=scaled(members["related_share"], _RATIO_PLACES),
    )


def _yield(members: Mapping[str, Any]) -> CropYield:
    mean, most = (scaled(members[name], _YIELD_PLACES) for name in ("mean", "most"))
    if not 0 < mean <= most:
        raise RuleError("a mean yield is above zero and at most the most")
    return CropYield(mean, most)


def _text(pattern: str, wanted: str) -> Rule:
    compiled = re.compile(pattern)

    def check(value: Any) -> None:
        if type(value) is not str or not compiled.fullmatch(value):
            raise RuleError(f"not {wanted}")

    return check


def _one_of(names: Iterable[str]) -> Rule:
    allowed = tuple(names)

    def check(value: Any) -> None:
        if value not in allowed:
            raise RuleError(f"not one of {', '.join(allowed)}")

    return check


def _check_day(value: Any) -> None:
    try:
        if type(value) is not str or date.fromisoformat(value).isoformat() != value:
            raise RuleError("not a day like 2027-06-30")
    except ValueError as error:
        raise RuleError("no such day") from error


def _check_variables(value: Any) -> None:
    if type(value) is not list or not 0 < len(value) <= MAX_VARIABLES:
        raise RuleError(f"not a list of 1 to {MAX_VARIABLES} variables")


def _check_grades(value: Any) -> None:
    if type(value) is not list or any(
        type(one) is not list or len(one) != 2 or type(one[0]) is not str or type(one[1]) is not int for one in value
    ):
        raise RuleError("not pairs of grade and least score")


def _check_yields(value: Any) -> None:
    if type(value) is not dict:
        raise RuleError("not an object")
    for crop, members in value.items():
        try:
            _YIELD.check(members)
        except RuleError as error:
            raise error.within(f".{crop}") from None


def _check_decimal(value: Any) -> None:
    if scaled(value, _RATIO_PLACES) < 0:
        raise RuleError("negative")


_SCALE = Shape(
    required={
        "base": check_count,
        "odds": check_count,
        "pdo": check_count,
        "least": check_count,
        "most": check_count,
        "beyond": _one_of(("refuse", "clip")),
    }
)
_GATE = Shape(
    required={
        "tenure_months": check_count,
        "attested_events": check_count,
        "data_integrity": _check_decimal,
        "related_share": _check_decimal,
    }
)
_YIELD = Shape(required={"mean": _check_decimal, "most": _check_decimal})
_CARD = Shape(
    required={
        "format": _one_of((FORMAT,)),
        "name": _text(r"[a-z][a-z0-9_-]{0,59}", "a name like expert-v0"),
        "kind": _one_of(KINDS),
        "owner": _text(r"[^\x00-\x1f]{1,120}", "an owner"),
        "expires": _check_day,
        "scale": _SCALE.check,
        "start": check_points,
        "variables": _check_variables,
        "grades": _check_grades,
    },
    optional={"gate": _GATE.check, "yields": _check_yields, "note": _text(r"[^\x00-\x1f]{1,1000}", "a note")},
)
