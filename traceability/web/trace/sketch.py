"""A picture of the plots that shows how large they are, and nothing by which one of them could be found."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from math import cos, pi, sin, sqrt

from traceability.models import Plot
from traceability.standards.divisions import places_of
from traceability.web.trace.text import area, in_words

MOST_FIELDS = 5
WIDTH, HEIGHT = 320, 128
# The largest field's half diagonal, and how small one may get beside it.
_REACH = 52
_LEAST = 0.35
_CORNERS = 4


@dataclass(frozen=True, slots=True)
class Field:
    """One plot as a made-up quadrangle: an SVG path, its area in words, and where its label stands."""

    path: str
    x: int
    area: str


@dataclass(frozen=True, slots=True)
class Sketch:
    """The fields drawn, how many are not, and the places that they lie in, from the largest down."""

    fields: Sequence[Field]
    more: int
    places: Sequence[str]


def sketch(plots: Iterable[Plot]) -> Sketch | None:
    """Draw some plots; None where there are none.

    Takes no boundary at all. An outline that is turned, scaled and smoothed can still be laid over a land register
    and matched; one that is made of the plot's pseudonym can not.
    """
    found = sorted(plots, key=lambda plot: (-_mu(plot), plot.number))
    if not found:
        return None
    shown = found[:MOST_FIELDS]
    largest = _mu(shown[0])
    slot = WIDTH / len(shown)
    fields = [_field(plot, largest, slot * (place + 0.5), slot) for place, plot in enumerate(shown)]
    return Sketch(fields, len(found) - len(shown), _places(found))


def _field(plot: Plot, largest: Decimal, middle: float, slot: float) -> Field:
    side = max(_LEAST, sqrt(_mu(plot) / largest)) * min(_REACH, slot * 0.46)
    dice = sha256(plot.entity.encode()).digest()
    points = [_corner(dice, number, side, middle) for number in range(_CORNERS)]
    return Field(f"M{'L'.join(points)}Z", round(middle), area(_mu(plot)))


def _corner(dice: bytes, number: int, side: float, middle: float) -> str:
    turn = (number + 0.25 + dice[2 * number] / 1024) * 2 * pi / _CORNERS
    reach = side * (0.8 + dice[2 * number + 1] / 1280)
    # Lower than wide: land as one sees it from its edge.
    return f"{round(middle + reach * cos(turn) * 1.25)} {round(HEIGHT / 2 + reach * sin(turn) * 0.8)}"


def _places(plots: Iterable[Plot]) -> list[str]:
    """Name what all plots lie in, from the largest down; of one village also its code, which no table names."""
    codes = sorted({plot.division_code for plot in plots if plot.division_code})
    named = [[in_words(name) for name in places_of(code)] for code in codes]
    shared = [levels[0] for levels in zip(*named, strict=False) if len(set(levels)) == 1]
    return [*shared, *codes] if len(codes) == 1 else shared


def _mu(plot: Plot) -> Decimal:
    return plot.measured_mu or plot.declared_mu
