"""The shape of a plot for people who must not learn where it lies."""

from dataclasses import dataclass
from math import cos, radians

import shapely
from shapely import affinity
from shapely.geometry.base import BaseGeometry

from traceability.geometry.boundary import Boundary
from traceability.geometry.topology import shapes

SIZE = 100
_MARGIN = 4
# Coarse on purpose: corners that could be matched with a map are rounded off, and the page stays small.
_TOLERANCE = 1.5
_DOT = "M46 50a4 4 0 1 0 8 0a4 4 0 1 0-8 0Z"


@dataclass(frozen=True, slots=True)
class Drawing:
    """An SVG path, to be filled by the even-odd rule, in a box from 0 0 to width height. North is up; no scale."""

    path: str
    width: int
    height: int


def drawing(boundary: Boundary) -> Drawing:
    """Draw a boundary's shape in a small box, moved and scaled so that it tells neither place nor size."""
    if boundary.point:
        return Drawing(_DOT, SIZE, SIZE)
    shape = _boxed(shapes(boundary.polygons))
    rough = shape.simplify(_TOLERANCE, preserve_topology=True)
    rings = [ring for part in shapely.get_parts(rough) for ring in (part.exterior, *part.interiors)]
    _, _, right, bottom = shape.bounds
    return Drawing("".join(_path(ring) for ring in rings), round(right) + _MARGIN, round(bottom) + _MARGIN)


def _boxed(shape: BaseGeometry) -> BaseGeometry:
    # A degree of longitude shrinks with the latitude; below, y grows downwards as SVG has it.
    flat = affinity.scale(shape, cos(radians(shape.centroid.y)), -1, origin=(0, 0))
    left, top, right, bottom = flat.bounds
    scale = (SIZE - 2 * _MARGIN) / max(right - left, bottom - top)
    moved = affinity.translate(flat, -left, -top)
    return affinity.translate(affinity.scale(moved, scale, scale, origin=(0, 0)), _MARGIN, _MARGIN)


def _path(ring: BaseGeometry) -> str:
    points = [f"{round(x)} {round(y)}" for x, y in ring.coords[:-1]]
    return f"M{'L'.join(points)}Z"
