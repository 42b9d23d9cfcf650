from decimal import Decimal
from math import cos, radians
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.traceability.geometry.shapes import FIELD, FOLDER, POND, moved, multi, needs_vectors, point, polygon
from traceability.geometry import GeometryError, Position, check_point_is_enough, measure, read_boundary, read_plots

METRES_PER_DEGREE = 111_320


def area(source: dict[str, Any]) -> Decimal:
    measured = measure(read_boundary(source))
    assert measured.square_metres is not None
    assert measured.mu == (measured.square_metres * 3 / 2000).quantize(Decimal("0.01"))
    return measured.square_metres


@needs_vectors
@pytest.mark.parametrize(
    ("name", "square_metres", "mu"),
    [("multipolygon-farm", "250151.75", "375.23"), ("polygon-over-4ha", "250522.82", "375.78")],
)
def test_the_published_plots_measure_what_they_declare(name: str, square_metres: str, mu: str) -> None:
    (plot,) = read_plots((FOLDER / "valid" / f"{name}.geojson").read_bytes())

    measured = measure(plot.boundary)

    assert (measured.square_metres, measured.mu) == (Decimal(square_metres), Decimal(mu))


def test_a_hole_is_taken_off_and_parts_are_added() -> None:
    whole, pond, holed = area(polygon(FIELD)), area(polygon(POND)), area(polygon(FIELD, POND))
    double = area(multi([FIELD], [moved(FIELD, east=0.01)]))

    assert abs(holed - (whole - pond)) <= Decimal("0.01")
    assert abs(double - 2 * whole) <= Decimal("0.02")


def test_the_middle_of_a_field_is_its_centroid() -> None:
    assert measure(read_boundary(polygon(FIELD))).centroid == Position("122.070600", "41.120500")


def test_a_point_has_a_place_and_no_area() -> None:
    measured = measure(read_boundary(point(122.07, 41.1)))

    assert (measured.square_metres, measured.mu) == (None, None)
    assert measured.centroid == Position("122.07", "41.1")


@pytest.mark.parametrize(
    ("side", "rule"), [("0.00001", "area_too_small"), ("1", "area_too_large"), ("60", "area_too_large")]
)
def test_what_is_no_plot_by_its_size_is_refused(side: str, rule: str) -> None:
    step = float(side)
    boundary = read_boundary(polygon([[0, 0], [step, 0], [step, step], [0, step], [0, 0]]))

    with pytest.raises(GeometryError) as caught:
        measure(boundary, "/boundary")

    assert (caught.value.pointer, caught.value.rule) == ("/boundary", rule)


def test_a_point_will_do_up_to_four_hectares() -> None:
    boundary = read_boundary(point(122.07, 41.1))

    check_point_is_enough(boundary, Decimal(60))
    with pytest.raises(
        GeometryError, match=r"^/boundary: a plot above 60 mu needs its boundary drawn, not only a point$"
    ):
        check_point_is_enough(boundary, Decimal("60.01"), "/boundary")


def test_a_polygon_will_always_do() -> None:
    check_point_is_enough(read_boundary(polygon(FIELD)), Decimal(5000))


@given(
    st.integers(-179_000_000, 178_000_000),
    st.integers(-65_000_000, 65_000_000),
    st.integers(100, 5000),
    st.sampled_from([1, -1]),
)
def test_a_small_square_measures_as_on_a_plane(longitude: int, latitude: int, side: int, way: int) -> None:
    east, north = longitude + side, latitude + side
    ring = [(longitude, latitude), (east, latitude), (east, north), (longitude, north), (longitude, latitude)]

    measured = area(polygon([[x / 1_000_000, y / 1_000_000] for x, y in ring[::way]]))

    metres = side / 1_000_000 * METRES_PER_DEGREE
    planar = metres * metres * cos(radians((latitude + north) / 2_000_000))
    # A sphere of that radius is off the ellipsoid by up to one per cent.
    assert float(measured) == pytest.approx(planar, rel=0.012, abs=0.01)
