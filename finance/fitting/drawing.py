"""Figures as coordinates of a drawing: what the pages turn into SVG. Axes run from 0 to 1 unless told."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 320, 200
_LEFT, _RIGHT, _TOP, _FLOOR = 40, 310, 12, 170


@dataclass(frozen=True, slots=True)
class Mark:
    """A value on an axis, with its place."""

    text: str
    at: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """A line or points over two axes."""

    points: tuple[tuple[int, int], ...]
    x_marks: tuple[Mark, ...]
    y_marks: tuple[Mark, ...]
    diagonal: bool = False
    limit: int | None = None
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = _RIGHT
    top: int = _TOP
    floor: int = _FLOOR

    @property
    def path(self) -> str:
        """The points as a polyline."""
        return " ".join(f"{x},{y}" for x, y in self.points)


def reliability_drawing(pairs: Sequence[tuple[float, float]]) -> Drawing:
    """Draw expected against observed, from nothing to a round figure above all of them."""
    most = _round_above(max([0.05, *(value for pair in pairs for value in pair)]))
    points = tuple((_x(expected / most), _y(observed / most)) for expected, observed in pairs)
    marks = [share * most for share in (0, 0.5, 1)]
    return Drawing(
        points,
        tuple(Mark(_percent(value), _x(value / most)) for value in marks),
        tuple(Mark(_percent(value), _y(value / most)) for value in marks),
        diagonal=True,
    )


def running_drawing(values: Sequence[float], names: Sequence[str], *, limit: float) -> Drawing:
    """Draw a running figure month by month, with the limit at which it alarms."""
    most = max([limit * 1.25, *values])
    step = max(len(values) - 1, 1)
    points = tuple((_x(place / step), _y(value / most)) for place, value in enumerate(values))
    shown = sorted({0, len(names) - 1}) if names else []
    return Drawing(
        points,
        tuple(Mark(names[place], _x(place / step)) for place in shown),
        tuple(Mark(f"{value:g}", _y(value / most)) for value in (0, limit)),
        limit=_y(limit / most),
    )


def _x(share: float) -> int:
    return round(_LEFT + share * (_RIGHT - _LEFT))


def _y(share: float) -> int:
    return round(_FLOOR - share * (_FLOOR - _TOP))


def _percent(value: float) -> str:
    return f"{100 * value:g} %"


def _round_above(value: float) -> float:
    return next(step for step in (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0) if value <= step + 1e-12)
