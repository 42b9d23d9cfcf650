"""GeoJSON from outside (RFC 7946): one plot, or a collection of plots with their ids."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from traceability.decimals import read_decimal
from traceability.errors import GeometryError, child
from traceability.geometry.boundary import Boundary
from traceability.geometry.rings import Typed, read_multi_polygon, read_point, read_polygon

MAX_BYTES = 1_048_576
MAX_FEATURES = 1000
MAX_PLOT_ID = 60
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# What is nested so deep that it cannot be read is far beyond it.
_MAX_DEPTH = 32
_WGS_84 = frozenset(
    {"urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:OGC::CRS84", "EPSG:4326", "urn:ogc:def:crs:EPSG::4326"}
)


@dataclass(frozen=True, slots=True)
class OutsidePlot:
    """A plot as a document from outside names it: its id there, its boundary, and whatever else is said of it.

    Numbers among the properties are decimal text. `pointer` is where it stood in the document.
    """

    plot_id: str
    boundary: Boundary
    properties: Mapping[str, Any]
    pointer: str


def read_boundary(source: bytes | Any) -> Boundary:
    """Read the boundary of one plot: a geometry, a Feature, or a FeatureCollection of one.

    Takes the bytes of a document or its parsed value. Raises GeometryError, which names the member.
    """
    value = _value(source)
    if value.get("type") != "FeatureCollection":
        return _boundary(value, "")
    features = _features(value)
    if len(features) != 1:
        raise GeometryError("/features", "one_plot_wanted", count=len(features))
    return _boundary(features[0], "/features/0")


def read_plots(source: bytes | Any) -> list[OutsidePlot]:
    """Read a FeatureCollection, or one Feature, whose features all have a `plot_id` of their own.

    Without an id that stays the same, no delivery could ever be traced to the plot. Raises GeometryError.
    """
    value = _value(source)
    if value.get("type") != "FeatureCollection":
        return [_outside_plot(value, "")]
    plots: dict[str, OutsidePlot] = {}
    for position, feature in enumerate(_features(value)):
        plot = _outside_plot(feature, f"/features/{position}")
        if plot.plot_id in plots:
            raise GeometryError(f"{plot.pointer}/properties/plot_id", "repeated_plot_id", name=plot.plot_id)
        plots[plot.plot_id] = plot
    return list(plots.values())


def boundary_from_json(value: Any) -> Boundary:
    """Read back what `boundary_json` wrote. Raises GeometryError."""
    found = _object(value, "")
    return _boundary({**found, "coordinates": _typed(found.get("coordinates"), "/coordinates", 4)}, "")


def _outside_plot(value: Any, pointer: str) -> OutsidePlot:
    feature = _object(value, pointer)
    if feature.get("type") != "Feature":
        raise GeometryError(child(pointer, "type"), "not_in_list", choices="Feature")
    at = child(pointer, "properties")
    properties = _object(feature.get("properties") or {}, at)
    plot_id = _plot_id(properties.get("plot_id"), at)
    said = {name: str(member) if isinstance(member, Typed) else member for name, member in properties.items()}
    return OutsidePlot(plot_id, _boundary(feature, pointer), said, pointer)


def _plot_id(value: Any, pointer: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise GeometryError(pointer, "missing_plot_id")
    plot_id = str(value).strip()
    if len(plot_id) > MAX_PLOT_ID:
        raise GeometryError(child(pointer, "plot_id"), "text_too_long", limit=MAX_PLOT_ID)
    if not plot_id.isprintable():
        raise GeometryError(child(pointer, "plot_id"), "text_not_printable")
    return plot_id


def _boundary(value: Any, pointer: str) -> Boundary:
    found = _object(value, pointer)
    if found.get("type") == "Feature":
        pointer = child(pointer, "geometry")
        found = _object(found.get("geometry"), pointer)
    at = child(pointer, "coordinates")
    coordinates = found.get("coordinates")
    match found.get("type"):
        case "Point":
            return Boundary("Point", point=read_point(coordinates, at))
        case "Polygon":
            return Boundary("Polygon", polygons=(read_polygon(coordinates, at),))
        case "MultiPolygon":
            return Boundary("MultiPolygon", polygons=read_multi_polygon(coordinates, at))
        case _:
            raise GeometryError(child(pointer, "type"), "unknown_geometry")


def _features(collection: Mapping[str, Any]) -> list[Any]:
    features = collection.get("features")
    if not isinstance(features, list):
        raise GeometryError("/features", "not_a_list")
    if not features:
        raise GeometryError("/features", "too_few_items", limit=1)
    if len(features) > MAX_FEATURES:
        raise GeometryError("/features", "too_many_items", limit=MAX_FEATURES)
    return features


def _value(source: bytes | Any) -> Mapping[str, Any]:
    value = _object(_parse(source) if isinstance(source, bytes) else source, "")
    # A name of another system was allowed until 2016 and still travels; GCJ-02, alas, travels without one.
    system = value.get("crs")
    name = system.get("properties", {}) if isinstance(system, Mapping) else system
    if system is not None and not (isinstance(name, Mapping) and name.get("name") in _WGS_84):
        raise GeometryError("/crs", "wrong_reference_system")
    return value


def _parse(data: bytes) -> Any:
    if len(data) > MAX_BYTES:
        raise GeometryError("", "too_many_bytes", size=len(data), limit=MAX_BYTES)
    try:
        # Editors on Windows put a byte order mark in front; it says nothing that another reader could read differently.
        return _DECODER.decode(data.removeprefix(_BYTE_ORDER_MARK).decode("utf-8"))
    except UnicodeDecodeError as error:
        raise GeometryError("", "not_utf8", position=error.start) from error
    except json.JSONDecodeError as error:
        raise GeometryError("", "not_json_at", line=error.lineno, column=error.colno) from error
    except RecursionError as error:
        raise GeometryError("", "too_deep", limit=_MAX_DEPTH) from error


def _object(value: Any, pointer: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise GeometryError(pointer, "not_an_object")
    return value


def _typed(value: Any, pointer: str, depth: int) -> Any:
    if isinstance(value, list) and depth:
        return [_typed(item, child(pointer, position), depth - 1) for position, item in enumerate(value)]
    try:
        read_decimal(value if isinstance(value, str) else "")
    except ValueError as error:
        raise GeometryError(pointer, "not_a_decimal", example="122.071234") from error
    return Typed(value)


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        twice = next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
        raise GeometryError("", "repeated_name", name=twice[:80])
    return members


def _constant(name: str) -> NoReturn:
    raise GeometryError("", "not_json_number", text=name)


# Numbers keep the digits that were typed, which the way over a float would lose.
_DECODER = json.JSONDecoder(
    object_pairs_hook=_without_duplicates, parse_float=Typed, parse_int=Typed, parse_constant=_constant
)
