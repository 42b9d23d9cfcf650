import re

import pytest

from tests.traceability.geometry.shapes import FIELD, POND, moved, multi, point, polygon
from tests.traceability.geometry.test_rings import circle
from traceability.geometry import Drawing, drawing, read_boundary


def test_a_square_fills_its_box() -> None:
    assert drawing(read_boundary(polygon([[0, 0], [0.001, 0], [0.001, 0.001], [0, 0.001], [0, 0]]))) == Drawing(
        "M4 96L96 96L96 4L4 4Z", 100, 100
    )


def test_east_is_narrower_in_the_north() -> None:
    shape = drawing(read_boundary(polygon([[122, 60], [122.001, 60], [122.001, 60.001], [122, 60.001], [122, 60]])))

    assert (shape.width, shape.height) == (54, 100)


def test_the_drawing_tells_neither_place_nor_size() -> None:
    small = [[0.0, 0.0], [0.0003, 0.0], [0.0003, 0.0001], [0.0001, 0.0002], [0.0, 0.0]]
    large = [[0.0, 0.0], [0.003, 0.0], [0.003, 0.001], [0.001, 0.002], [0.0, 0.0]]

    drawn = drawing(read_boundary(polygon(small)))

    assert drawing(read_boundary(polygon(large))) == drawn
    assert drawing(read_boundary(polygon(moved(small, east=30)))) == drawn


def test_holes_and_parts_are_paths_of_their_own() -> None:
    path = drawing(read_boundary(multi([FIELD, POND], [moved(FIELD, east=0.002)]))).path

    assert path.count("M") == path.count("Z") == 3


def test_a_point_is_a_dot() -> None:
    assert drawing(read_boundary(point(122.07, 41.1))) == drawing(read_boundary(point(1, 1)))


@pytest.mark.parametrize("positions", [40, 1900])
def test_a_path_holds_small_numbers_inside_its_box_and_is_short(positions: int) -> None:
    shape = drawing(read_boundary(polygon(circle(positions))))

    numbers = [int(number) for number in re.findall(r"\d+", shape.path)]
    assert re.fullmatch(r"M\d+ \d+(L\d+ \d+)+Z", shape.path)
    assert 4 <= min(numbers) <= max(numbers) <= 96
    assert len(shape.path) < 200
