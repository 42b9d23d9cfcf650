"""Boundaries to try rules on."""

import json
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "vectors" / "epcis" / "plot-geojson"
needs_vectors = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no conformance data at {FOLDER}")

# A paddy near Panjin, about 100 m by 111 m.
FIELD = [[122.07, 41.12], [122.0712, 41.12], [122.0712, 41.121], [122.07, 41.121], [122.07, 41.12]]
POND = [[122.0704, 41.1204], [122.0704, 41.1206], [122.0708, 41.1206], [122.0708, 41.1204], [122.0704, 41.1204]]


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def multi(*polygons: Any) -> dict[str, Any]:
    return {"type": "MultiPolygon", "coordinates": list(polygons)}


def point(*coordinates: Any) -> dict[str, Any]:
    return {"type": "Point", "coordinates": list(coordinates)}


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(*features: Any, **members: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features), **members}


def moved(ring: list[list[float]], east: float = 0, north: float = 0) -> list[list[float]]:
    return [[round(x + east, 6), round(y + north, 6)] for x, y in ring]


def encoded(value: Any) -> bytes:
    return json.dumps(value).encode()
