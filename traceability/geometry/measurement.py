"""The area and the middle of a plot on the ellipsoid."""

from dataclasses import dataclass
from decimal import Decimal

from geographiclib.geodesic import Geodesic

from traceability.errors import GeometryError
from traceability.geometry.boundary import Boundary, Polygon, Position, Ring
from traceability.geometry.size import LEAST_MU, MOST_MU
from traceability.geometry.topology import shapes

# 1 mu = 2000/3 m2.
MU_PER_SQUARE_METRE = Decimal("0.0015")
_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Measurement:
    """What a boundary encloses, to 0.01 m2 and 0.01 mu, and the middle of it. A point encloses nothing measurable."""

    square_metres: Decimal | None
    mu: Decimal | None
    centroid: Position


def measure(boundary: Boundary, pointer: str = "") -> Measurement:
    """Measure a boundary by geodesics of WGS 84 (Karney 2013), holes taken off.

    Raises GeometryError where it is too small or too large for a plot.
    """
    if boundary.point:
        return Measurement(None, None, boundary.point)
    area = Decimal(sum(map(_polygon_area, boundary.polygons))).quantize(_HUNDREDTH)
    mu = (area * MU_PER_SQUARE_METRE).quantize(_HUNDREDTH)
    if mu < LEAST_MU:
        raise GeometryError(pointer, "area_too_small", limit=LEAST_MU)
    if mu > MOST_MU:
        raise GeometryError(pointer, "area_too_large", limit=MOST_MU)
    return Measurement(area, mu, _centroid(boundary))


def _polygon_area(polygon: Polygon) -> float:
    outer, *holes = map(_ring_area, polygon)
    return outer - sum(holes)


def _ring_area(ring: Ring) -> float:
    surveyor = Geodesic.WGS84.Polygon()
    for at in ring[:-1]:
        longitude, latitude = at.numbers
        surveyor.AddPoint(latitude, longitude)
    _, _, area = surveyor.Compute()
    return abs(float(area))


def _centroid(boundary: Boundary) -> Position:
    # On the plane of degrees: across a plot the ellipsoid moves it by less than it is rounded.
    middle = shapes(boundary.polygons).centroid
    return Position(f"{middle.x:.6f}", f"{middle.y:.6f}")
