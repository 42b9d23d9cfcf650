"""Positions and rings: read strictly, checked one by one, brought into the normal form."""

from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any

from traceability.decimals import decimal_text
from traceability.errors import GeometryError, child
from traceability.geometry import topology
from traceability.geometry.boundary import Polygon, Position, Ring

MAX_POSITIONS = 2000
MAX_PLACES = 20
MIN_POSITIONS = 4


class Typed(str):
    """A number of a document, still in the digits that were typed."""

    __slots__ = ()


def read_point(value: Any, pointer: str) -> Position:
    """Read one position: longitude, latitude and perhaps a height, which is dropped. Raises GeometryError."""
    if not isinstance(value, list | tuple) or not 2 <= len(value) <= 3:
        raise GeometryError(pointer, "not_a_position")
    longitude, latitude, *_ = (_number(number, child(pointer, place)) for place, number in enumerate(value))
    if not -90 <= latitude <= 90:
        swapped = -180 <= latitude <= 180 and -90 <= longitude <= 90
        rule = "coordinates_swapped" if swapped else "latitude_out_of_range"
        raise GeometryError(child(pointer, 1), rule, value=_shown(latitude))
    if not -180 <= longitude <= 180:
        raise GeometryError(child(pointer, 0), "longitude_out_of_range", value=_shown(longitude))
    return Position(*(_text(number, child(pointer, place)) for place, number in enumerate((longitude, latitude))))


def read_polygon(value: Any, pointer: str) -> Polygon:
    """Read the rings of one polygon: closed, simple, holes inside; turn them the right way. Raises GeometryError."""
    _check_number_of_positions([value], pointer)
    polygon = _rings(value, pointer)
    topology.check_rings_differ([polygon], [pointer])
    topology.check_polygon(polygon, pointer)
    return _oriented(polygon)


def read_multi_polygon(value: Any, pointer: str) -> tuple[Polygon, ...]:
    """Read polygons that do not overlap. Raises GeometryError."""
    _check_list(value, pointer)
    _check_number_of_positions(value, pointer)
    pointers = [child(pointer, place) for place in range(len(value))]
    polygons = [_rings(part, at) for part, at in zip(value, pointers, strict=True)]
    topology.check_rings_differ(polygons, pointers)
    for polygon, at in zip(polygons, pointers, strict=True):
        topology.check_polygon(polygon, at)
    topology.check_parts(polygons, pointer)
    return tuple(map(_oriented, polygons))


def _check_list(value: Any, pointer: str) -> None:
    if not isinstance(value, list | tuple):
        raise GeometryError(pointer, "not_a_list")
    if not value:
        raise GeometryError(pointer, "too_few_items", limit=1)


def _check_number_of_positions(polygons: Any, pointer: str) -> None:
    # Before any of them is read, so that a large document costs no more than its parsing.
    rings = [ring for polygon in polygons if isinstance(polygon, list | tuple) for ring in polygon]
    if sum(len(ring) for ring in rings if isinstance(ring, list | tuple)) > MAX_POSITIONS or len(rings) > MAX_POSITIONS:
        raise GeometryError(pointer, "too_many_positions", limit=MAX_POSITIONS)


def _rings(value: Any, pointer: str) -> Polygon:
    _check_list(value, pointer)
    return tuple(_ring(ring, child(pointer, place)) for place, ring in enumerate(value))


def _ring(value: Any, pointer: str) -> Ring:
    if not isinstance(value, list | tuple):
        raise GeometryError(pointer, "not_a_list")
    if len(value) < MIN_POSITIONS:
        raise GeometryError(pointer, "too_few_positions")
    ring = [read_point(position, child(pointer, place)) for place, position in enumerate(value)]
    if ring[0].numbers != ring[-1].numbers:
        raise GeometryError(pointer, "ring_not_closed")
    # Walking devices report a place again and again while their bearer stands still.
    moved = [ring[0], *(here for before, here in pairwise(ring) if here.numbers != before.numbers)]
    if len(moved) < MIN_POSITIONS:
        raise GeometryError(pointer, "ring_without_area")
    topology.check_ring(moved, pointer)
    return (*moved[:-1], moved[0])


def _oriented(polygon: Polygon) -> Polygon:
    outer, *holes = polygon
    return (_turned(outer, left=True), *(_turned(hole, left=False) for hole in holes))


def _turned(ring: Ring, *, left: bool) -> Ring:
    return ring if topology.turns_left(ring) is left else ring[::-1]


def _number(value: Any, pointer: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | Typed):
        raise GeometryError(pointer, "not_a_position")
    try:
        number = Decimal(repr(value) if isinstance(value, float) else value)
    except InvalidOperation as error:
        # An exponent that no decimal holds.
        raise GeometryError(pointer, "not_finite") from error
    if not number.is_finite():
        raise GeometryError(pointer, "not_finite")
    return number


def _text(number: Decimal, pointer: str) -> str:
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -MAX_PLACES:
        raise GeometryError(pointer, "too_many_digits", limit=MAX_PLACES)
    return decimal_text(number)


def _shown(number: Decimal) -> str:
    return str(number)[:24]
