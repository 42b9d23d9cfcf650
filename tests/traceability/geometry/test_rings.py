from math import cos, pi, sin
from typing import Any

import pytest

from tests.traceability.geometry.shapes import FIELD, POND, moved, multi, point, polygon
from traceability.geometry import GeometryError, read_boundary

BOW_TIE = [[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]
SPIKE = [[0, 0], [2, 0], [2, 2], [3, 3], [2, 2], [0, 2], [0, 0]]
PINCHED = [[0, 0], [2, 0], [2, 2], [1, 0], [0, 2], [0, 0]]


def circle(positions: int) -> list[list[float]]:
    around = [
        [122 + 0.01 * cos(2 * pi * k / positions), 41 + 0.01 * sin(2 * pi * k / positions)] for k in range(positions)
    ]
    return [*around, around[0]]


def refused(source: Any) -> tuple[str, str]:
    with pytest.raises(GeometryError) as caught:
        read_boundary(source)
    return caught.value.pointer, caught.value.rule


@pytest.mark.parametrize(
    ("coordinates", "pointer", "rule"),
    [
        ([41.12, 122.07], "/coordinates/1", "coordinates_swapped"),
        ([122.07, 90.000001], "/coordinates/1", "latitude_out_of_range"),
        ([122.07, -200], "/coordinates/1", "latitude_out_of_range"),
        ([180.000001, 41.12], "/coordinates/0", "longitude_out_of_range"),
        ([10**400, 41.12], "/coordinates/0", "longitude_out_of_range"),
        ([122.07], "/coordinates", "not_a_position"),
        ([122.07, 41.12, 3, 4], "/coordinates", "not_a_position"),
        ([], "/coordinates", "not_a_position"),
        (["122.07", "41.12"], "/coordinates/0", "not_a_position"),
        ([122.07, None], "/coordinates/1", "not_a_position"),
        ([True, 41], "/coordinates/0", "not_a_position"),
        ([122.07, float("nan")], "/coordinates/1", "not_finite"),
        ([float("-inf"), 41.12], "/coordinates/0", "not_finite"),
        ([122.07, 41.12, float("inf")], "/coordinates/2", "not_finite"),
        ([1e-21, 41.12], "/coordinates/0", "too_many_digits"),
    ],
)
def test_a_bad_position_is_named(coordinates: list[Any], pointer: str, rule: str) -> None:
    assert refused(point(*coordinates)) == (pointer, rule)


@pytest.mark.parametrize(
    ("number", "rule"),
    [
        (b"1e400", "longitude_out_of_range"),
        (b"1e999999999999999999999", "not_finite"),
        (b"1e-400", "too_many_digits"),
        (b"9" * 100_000, "longitude_out_of_range"),
        (b"0." + b"1" * 100_000, "too_many_digits"),
    ],
)
def test_an_outsized_number_is_refused_at_once(number: bytes, rule: str) -> None:
    assert refused(b'{"type": "Point", "coordinates": [%b, 41]}' % number) == ("/coordinates/0", rule)


@pytest.mark.parametrize("corner", [[-180, -90], [180, 90], [-0.0, 0]])
def test_the_edges_of_the_globe_are_on_it(corner: list[float]) -> None:
    assert read_boundary(point(*corner)).kind == "Point"


@pytest.mark.parametrize(
    ("source", "pointer", "rule"),
    [
        (polygon(), "/coordinates", "too_few_items"),
        ({"type": "Polygon"}, "/coordinates", "not_a_list"),
        (polygon(5), "/coordinates/0", "not_a_list"),
        (polygon(FIELD[:3]), "/coordinates/0", "too_few_positions"),
        (polygon(FIELD[:4]), "/coordinates/0", "ring_not_closed"),
        (polygon([[0, 0]] * 5), "/coordinates/0", "ring_without_area"),
        (polygon([[0, 0], [1, 0], [2, 0], [0, 0]]), "/coordinates/0", "ring_without_area"),
        (polygon([[0, 0], [1, 1], [0, 0], [0, 0]]), "/coordinates/0", "ring_without_area"),
        (polygon(BOW_TIE), "/coordinates/0", "self_crossing"),
        (polygon(SPIKE), "/coordinates/0", "self_crossing"),
        (polygon(PINCHED), "/coordinates/0", "self_crossing"),
        (polygon(FIELD, FIELD), "/coordinates/1", "duplicate_ring"),
        (polygon(FIELD, FIELD[::-1]), "/coordinates/1", "duplicate_ring"),
        (polygon(FIELD, [*FIELD[2:], *FIELD[1:3]]), "/coordinates/1", "duplicate_ring"),
        (polygon(FIELD, moved(POND, east=0.01)), "/coordinates", "hole_outside"),
        (polygon(FIELD, moved(POND, east=0.0005)), "/coordinates", "rings_overlap"),
        (polygon(FIELD, POND, moved(POND, north=0.0001)), "/coordinates", "rings_overlap"),
        (polygon([[-179, 1], [179, 1], [179, 2], [-179, 2], [-179, 1]]), "/coordinates/0", "area_too_large"),
        (multi(), "/coordinates", "too_few_items"),
        ({"type": "MultiPolygon", "coordinates": {}}, "/coordinates", "not_a_list"),
        (multi([]), "/coordinates/0", "too_few_items"),
        (multi([FIELD], 7), "/coordinates/1", "not_a_list"),
        (multi([FIELD], [FIELD]), "/coordinates/1/0", "duplicate_ring"),
        (multi([FIELD], [BOW_TIE]), "/coordinates/1/0", "self_crossing"),
        (multi([FIELD], [POND]), "/coordinates", "parts_overlap"),
        (multi([FIELD], [moved(FIELD, east=0.0006)]), "/coordinates", "parts_overlap"),
        (multi([FIELD], [moved(FIELD, east=0.0012)]), "/coordinates", "parts_overlap"),
        (polygon(circle(2000)), "/coordinates", "too_many_positions"),
        (multi(*[[FIELD]] * 401), "/coordinates", "too_many_positions"),
        (polygon(*[[]] * 2001), "/coordinates", "too_many_positions"),
    ],
)
def test_bad_rings_are_named(source: dict[str, Any], pointer: str, rule: str) -> None:
    assert refused(source) == (pointer, rule)


def test_a_hole_may_touch_the_outer_ring_in_one_place() -> None:
    touching = [FIELD[0], [122.0704, 41.1206], [122.0706, 41.1203], FIELD[0]]

    assert len(read_boundary(polygon(FIELD, touching)).polygons[0]) == 2


def test_parts_may_touch_in_a_corner() -> None:
    assert len(read_boundary(multi([FIELD], [moved(FIELD, east=0.0012, north=0.001)])).polygons) == 2


def test_as_many_positions_as_are_allowed_are_read() -> None:
    assert len(read_boundary(polygon(circle(1999))).polygons[0][0]) == 2000


def test_the_place_of_a_crossing_is_among_the_params() -> None:
    with pytest.raises(GeometryError) as caught:
        read_boundary(polygon(BOW_TIE))

    assert caught.value.params == {"longitude": "0.500000", "latitude": "0.500000"}
