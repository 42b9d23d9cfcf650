"""Boundaries of plots: taken from GeoJSON, checked, measured, written for the ledger, drawn for a page."""

from traceability.errors import GeometryError
from traceability.geometry.boundary import Boundary, Position, boundary_geojson, boundary_json
from traceability.geometry.document import OutsidePlot, boundary_from_json, read_boundary, read_plots
from traceability.geometry.drawing import Drawing, drawing
from traceability.geometry.measurement import Measurement, measure
from traceability.geometry.size import POINT_MU, check_point_is_enough

__all__ = [
    "POINT_MU",
    "Boundary",
    "Drawing",
    "GeometryError",
    "Measurement",
    "OutsidePlot",
    "Position",
    "boundary_from_json",
    "boundary_geojson",
    "boundary_json",
    "check_point_is_enough",
    "drawing",
    "measure",
    "read_boundary",
    "read_plots",
]
