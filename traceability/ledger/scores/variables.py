"""The variables of a card: bins with whole points, so that two machines cannot round differently."""

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal, InvalidOperation
from itertools import pairwise
from typing import Any

from traceability.ledger.leaf_rules import RuleError, Shape
from traceability.ledger.scores.errors import CardError, InputError

MAX_PLACES = 6
MAX_BINS = 20
MAX_CATEGORIES = 500
_MOST_POINTS = 1000
_MOST_NUMBER = 2**53 - 1
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,59}")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,15})(?:\.[0-9]{0,5}[1-9])?")
MISSING, UNKNOWN = ".missing", ".unknown"
_BETTER = ("more", "less", "any")

# What is scored: a whole number of the variable's smallest unit, a category, or nothing.
Coded = int | str | None


@dataclass(frozen=True, slots=True)
class Bin:
    """Where a value falls: the bin's number, its points, and what more the best bin would give."""

    name: str
    place: int
    points: int
    loss: int
    gain: int
    suffix: str = ""

    @property
    def code(self) -> str:
        """The reason code: the variable, and how its value was absent where it was."""
        return self.name + self.suffix


@dataclass(frozen=True, slots=True)
class NumberVariable:
    """A number in units of 10^-places; bin i holds breaks[i-1] <= value < breaks[i].

    Bins are made once: a score looks them up, and makes nothing.
    """

    name: str
    better: str
    places: int
    breaks: tuple[int, ...]
    bins: tuple[Bin, ...]
    absent: Bin

    @property
    def least(self) -> int:
        """The fewest points that it can give."""
        return min(one.points for one in (*self.bins, self.absent))

    @property
    def most(self) -> int:
        """The most points that it can give."""
        return max(one.points for one in (*self.bins, self.absent))

    def bin_of(self, value: Coded) -> Bin:
        """Find the bin of a value. Raises InputError where it is not a whole number."""
        if value is None:
            return self.absent
        if type(value) is not int or not -_MOST_NUMBER <= value <= _MOST_NUMBER:
            raise InputError(f"{self.name}: not a whole number of 10^-{self.places}")
        return self.bins[bisect_right(self.breaks, value)]

    def coded(self, value: object) -> Coded:
        """Turn a number into whole units. Raises InputError for NaN, infinity, and what is no number."""
        if value is None:
            return None
        try:
            number = Decimal(str(value)).scaleb(self.places)
            # Down, so that no value passes a break that it has not met.
            return int(number.to_integral_value(ROUND_FLOOR))
        except (InvalidOperation, ValueError, OverflowError) as error:
            raise InputError(f"{self.name}: {value!r:.40} is no number") from error

    def members(self) -> dict[str, Any]:
        """Write it as a card has it."""
        return {
            "name": self.name,
            "better": self.better,
            "places": self.places,
            "breaks": [decimal_of(one, self.places) for one in self.breaks],
            "points": [one.points for one in self.bins],
            "missing": self.absent.points,
        }


@dataclass(frozen=True, slots=True)
class CategoryVariable:
    """A category; one that the card does not know has points of its own, and says so in the reasons."""

    name: str
    bins: Mapping[str, Bin]
    absent: Bin
    unknown: Bin

    @property
    def least(self) -> int:
        """The fewest points that it can give."""
        return min(one.points for one in (*self.bins.values(), self.absent, self.unknown))

    @property
    def most(self) -> int:
        """The most points that it can give."""
        return max(one.points for one in (*self.bins.values(), self.absent, self.unknown))

    def bin_of(self, value: Coded) -> Bin:
        """Find the points of a category. Raises InputError where it is not text."""
        if value is None:
            return self.absent
        if type(value) is not str:
            raise InputError(f"{self.name}: not a category")
        return self.bins.get(value, self.unknown)

    def coded(self, value: object) -> Coded:
        """Turn a value into the text of a category."""
        return None if value is None else str(value)

    def members(self) -> dict[str, Any]:
        """Write it as a card has it."""
        return {
            "name": self.name,
            "categories": [[name, one.points] for name, one in sorted(self.bins.items())],
            "missing": self.absent.points,
            "unknown": self.unknown.points,
        }


Variable = NumberVariable | CategoryVariable


def parse_variable(members: Any) -> Variable:
    """Read one variable of a card. Raises CardError, naming it."""
    try:
        if type(members) is dict and "categories" in members:
            _CATEGORY.check(members)
            return _category(members)
        _NUMBER.check(members)
        return _number(members)
    except RuleError as error:
        name = members.get("name") if type(members) is dict else members
        raise CardError(f"variable {name!r:.60}: {error}") from error


def scaled(text: str, places: int) -> int:
    """Read a decimal text as a whole number of 10^-places. Raises RuleError where it has another form or is finer."""
    if type(text) is not str or not _DECIMAL.fullmatch(text) or text == "-0":
        raise RuleError(f"{text!r:.40} is not a decimal like 0.85")
    number = Decimal(text).scaleb(places)
    if number != number.to_integral_value():
        raise RuleError(f"{text} is finer than {places} places")
    return int(number)


def decimal_of(number: int, places: int) -> str:
    """Write a whole number of 10^-places as the one decimal text that it has."""
    text = f"{Decimal(number).scaleb(-places):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def check_points(value: Any) -> None:
    """Check for whole points within reason. Raises RuleError."""
    if type(value) is not int or abs(value) > _MOST_POINTS:
        raise RuleError(f"not whole points within {_MOST_POINTS}")


def _number(members: Mapping[str, Any]) -> NumberVariable:
    name, places, points = members["name"], members["places"], tuple(members["points"])
    breaks = tuple(scaled(text, places) for text in members["breaks"])
    if any(left >= right for left, right in pairwise(breaks)):
        raise RuleError("breakpoints overlap or are not sorted")
    if len(points) != len(breaks) + 1 or len(points) > MAX_BINS:
        raise RuleError(f"{len(points)} points for {len(breaks)} breakpoints")
    _check_direction(members["better"], points)
    given = [("", place, one) for place, one in enumerate(points)]
    bins = _bins(name, [*given, (MISSING, -1, members["missing"])])
    return NumberVariable(name, members["better"], places, breaks, bins[:-1], bins[-1])


def _category(members: Mapping[str, Any]) -> CategoryVariable:
    pairs = members["categories"]
    names = [category for category, _ in pairs]
    if names != sorted(set(names)):
        raise RuleError("categories are not sorted, each once")
    given = [("", place, points) for place, (_, points) in enumerate(pairs)]
    absent = [(MISSING, -1, members["missing"]), (UNKNOWN, -2, members["unknown"])]
    bins = _bins(members["name"], [*given, *absent])
    return CategoryVariable(members["name"], dict(zip(names, bins[:-2], strict=True)), bins[-2], bins[-1])


def _bins(name: str, given: list[tuple[str, int, int]]) -> tuple[Bin, ...]:
    least, most = (choose(points for _, _, points in given) for choose in (min, max))
    return tuple(Bin(name, place, points, most - points, points - least, suffix) for suffix, place, points in given)


def _check_direction(better: str, points: tuple[int, ...]) -> None:
    # So that a better value never costs points, whatever the rest of the card says.
    steps = [right - left for left, right in pairwise(points)]
    if (better == "more" and min(steps, default=0) < 0) or (better == "less" and max(steps, default=0) > 0):
        raise RuleError(f"points do not follow: {better} is better")


def _check_name(value: Any) -> None:
    if type(value) is not str or not _NAME.fullmatch(value):
        raise RuleError("not a name like tenure_months")


def _check_better(value: Any) -> None:
    if value not in _BETTER:
        raise RuleError(f"not one of {', '.join(_BETTER)}")


def _check_places(value: Any) -> None:
    if type(value) is not int or not 0 <= value <= MAX_PLACES:
        raise RuleError(f"not from 0 to {MAX_PLACES}")


def _check_texts(value: Any) -> None:
    if type(value) is not list or any(type(item) is not str for item in value):
        raise RuleError("not a list of decimals")


def _check_all_points(value: Any) -> None:
    if type(value) is not list or not value:
        raise RuleError("not a list of points")
    for item in value:
        check_points(item)


def _check_pairs(value: Any) -> None:
    if type(value) is not list or not 0 < len(value) <= MAX_CATEGORIES:
        raise RuleError(f"not a list of 1 to {MAX_CATEGORIES} categories")
    for item in value:
        if type(item) is not list or len(item) != 2 or type(item[0]) is not str:
            raise RuleError("not a pair of category and points")
        check_points(item[1])


_NUMBER = Shape(
    required={
        "name": _check_name,
        "better": _check_better,
        "places": _check_places,
        "breaks": _check_texts,
        "points": _check_all_points,
        "missing": check_points,
    }
)
_CATEGORY = Shape(
    required={"name": _check_name, "categories": _check_pairs, "missing": check_points, "unknown": check_points}
)
