"""The normal form of a plot's boundary, and how it is written."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Position:
    """A place in WGS 84. Decimal text, with as many digits as were typed: no rounding stands between hand and hash."""

    longitude: str
    latitude: str

    @property
    def numbers(self) -> tuple[float, float]:
        """Longitude and latitude for reckoning."""
        return float(self.longitude), float(self.latitude)


# Closed: the last position is the first.
Ring = tuple[Position, ...]
# The outer ring, counterclockwise, and then its holes, clockwise (RFC 7946, 3.1.6).
Polygon = tuple[Ring, ...]


@dataclass(frozen=True, slots=True)
class Boundary:
    """Where a plot lies: a point, or one or more polygons.

    `kind` is the GeoJSON type that it came as. A Point has `point` and no polygons, the others the other way round.
    """

    kind: str
    polygons: tuple[Polygon, ...] = ()
    point: Position | None = None


def boundary_json(boundary: Boundary) -> dict[str, Any]:
    """Write a boundary as GeoJSON whose coordinates are decimal text: fit for a commitment, which takes no floats."""
    polygons = [[[_pair(at) for at in ring] for ring in polygon] for polygon in boundary.polygons]
    if boundary.point:
        return {"type": boundary.kind, "coordinates": _pair(boundary.point)}
    return {"type": boundary.kind, "coordinates": polygons if boundary.kind == "MultiPolygon" else polygons[0]}


def boundary_geojson(boundary: Boundary) -> str:
    """Write a boundary as plain GeoJSON for maps and forms, digit for digit as it was typed."""
    value = boundary_json(boundary)
    return f'{{"type": "{value["type"]}", "coordinates": {_plain(value["coordinates"])}}}'


def _pair(at: Position) -> list[str]:
    return [at.longitude, at.latitude]


def _plain(coordinates: Any) -> str:
    # By hand: `json` would take the way over a float and change digits.
    if isinstance(coordinates, str):
        return coordinates
    return f"[{', '.join(map(_plain, coordinates))}]"
