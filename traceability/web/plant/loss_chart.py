"""The drawing of losses by month: bars of declared and unexplained loss, and the two lines they are held against."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from traceability.web.plant.loss_words import Period

WIDTH, HEIGHT = 720, 304
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 12, 28, 60
_LEAST_TOP = Decimal(14)
_WIDEST_BAR = 64


@dataclass(frozen=True, slots=True)
class Bar:
    """One month: where its bar stands, how high its two parts are, and what is written at it."""

    x: int
    width: int
    declared_y: int
    declared_height: int
    unexplained_y: int
    unexplained_height: int
    middle: int
    percent: Decimal
    # The month by its number, and the year beneath the first month of it: so much can be read on a phone.
    name: str
    year: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A level: its height in the drawing and its percent."""

    y: int
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Chart:
    """The drawing, in units of its view box."""

    bars: list[Bar]
    before: Mark
    aim: Mark
    floor: Mark
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT


def chart_of(periods: Sequence[Period], *, before: Decimal, aim: Decimal) -> Chart:
    """Lay out the drawing. A gain on the scales is drawn as no loss; the table has its number."""
    top = max([_LEAST_TOP, *(one.rate.percent for one in periods if one.rate.percent is not None)])
    room = (WIDTH - _LEFT - _RIGHT) // max(len(periods), 1)
    width = min(_WIDEST_BAR, room * 2 // 3)
    bars = [
        _bar(one, x=_LEFT + room * number + (room - width) // 2, width=width, top=top, first=number == 0)
        for number, one in enumerate(periods)
    ]
    return Chart(bars, _mark(before, top), _mark(aim, top), _mark(Decimal(0), top))


def _bar(period: Period, *, x: int, width: int, top: Decimal, first: bool) -> Bar:
    rate = period.rate
    declared = max(rate.share(rate.lost - rate.unexplained) or Decimal(0), Decimal(0))
    unexplained = max(rate.share(rate.unexplained) or Decimal(0), Decimal(0))
    floor, middle, high = _y(Decimal(0), top), _y(declared, top), _y(declared + unexplained, top)
    return Bar(
        x=x,
        width=width,
        declared_y=middle,
        declared_height=floor - middle,
        unexplained_y=high,
        unexplained_height=middle - high,
        middle=x + width // 2,
        percent=rate.percent or Decimal(0),
        name=f"{period.month.month}",
        year=f"{period.month.year}" if first or period.month.month == 1 else "",
    )


def _mark(percent: Decimal, top: Decimal) -> Mark:
    return Mark(_y(percent, top), percent)


def _y(percent: Decimal, top: Decimal) -> int:
    room = HEIGHT - _TOP - _BOTTOM
    return HEIGHT - _BOTTOM - int(min(percent, top) * room / top)
