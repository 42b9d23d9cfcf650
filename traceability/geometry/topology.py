"""Which rings make a plot: simple ones, holes inside their outer ring, parts beside each other.

GEOS judges. It reckons with doubles, whose steps are below a hundredth of a millimetre on the ground.
"""

import re
from collections.abc import Iterator, Sequence

import shapely
from shapely.geometry import MultiPolygon
from shapely.geometry import Polygon as Shape
from shapely.geometry.base import BaseGeometry
from shapely.validation import explain_validity

from traceability.errors import GeometryError, child
from traceability.geometry.boundary import Polygon, Position, Ring
from traceability.geometry.size import MOST_MU

_PLACE = re.compile(r"\[(\S+) (\S+)\]$")


def check_ring(ring: Sequence[Position], pointer: str) -> None:
    """Check that a closed ring goes round an area without crossing or touching itself. Raises GeometryError."""
    points = [at.numbers for at in ring]
    longitudes = [longitude for longitude, _ in points]
    # Wider than half the globe, or across the date line, where east is west: no plot either way.
    if max(longitudes) - min(longitudes) > 180:
        raise GeometryError(pointer, "area_too_large", limit=MOST_MU)
    if shapely.area(shapely.convex_hull(shapely.linestrings(points))) == 0:
        raise GeometryError(pointer, "ring_without_area")
    shape = Shape(points)
    if not shape.is_valid:
        raise GeometryError(pointer, "self_crossing", **_where(explain_validity(shape)))


def check_rings_differ(polygons: Sequence[Polygon], pointers: Sequence[str]) -> None:
    """Check that no ring stands there twice, wherever it begins and whichever way it goes. Raises GeometryError."""
    seen = set()
    for pointer, ring in _rings(polygons, pointers):
        course = _course(ring)
        if course in seen:
            raise GeometryError(pointer, "duplicate_ring")
        seen.add(course)


def check_polygon(polygon: Polygon, pointer: str) -> None:
    """Check that the holes lie inside the outer ring and apart from each other. Raises GeometryError."""
    shape = _shape(polygon)
    if not shape.is_valid:
        reason = explain_validity(shape)
        rule = "hole_outside" if reason.startswith("Hole lies outside") else "rings_overlap"
        raise GeometryError(pointer, rule, **_where(reason))


def check_parts(polygons: Sequence[Polygon], pointer: str) -> None:
    """Check that valid polygons share no area and no side. Raises GeometryError."""
    shape = shapes(polygons)
    if not shape.is_valid:
        raise GeometryError(pointer, "parts_overlap", **_where(explain_validity(shape)))


def turns_left(ring: Ring) -> bool:
    """Tell whether a simple ring runs counterclockwise."""
    return bool(shapely.is_ccw(shapely.linearrings([at.numbers for at in ring])))


def shapes(polygons: Sequence[Polygon]) -> BaseGeometry:
    """Return the polygons as one geometry to reckon with, in degrees."""
    return MultiPolygon([_shape(polygon) for polygon in polygons])


def _shape(polygon: Polygon) -> Shape:
    outer, *holes = ([at.numbers for at in ring] for ring in polygon)
    return Shape(outer, holes)


def _rings(polygons: Sequence[Polygon], pointers: Sequence[str]) -> Iterator[tuple[str, Ring]]:
    for pointer, polygon in zip(pointers, polygons, strict=True):
        yield from ((child(pointer, place), ring) for place, ring in enumerate(polygon))


def _course(ring: Ring) -> tuple[tuple[float, float], ...]:
    points = [at.numbers for at in ring[:-1]]
    # From its smallest position, towards its smaller neighbour: the same for every way of writing the ring.
    start = points.index(min(points))
    onward = points[start:] + points[:start]
    return tuple(min(onward, [onward[0], *onward[:0:-1]]))


def _where(reason: str) -> dict[str, str]:
    found = _PLACE.search(reason)
    longitude, latitude = found.groups() if found else ("nan", "nan")
    return {"longitude": f"{float(longitude):.6f}", "latitude": f"{float(latitude):.6f}"}
