import json
import re
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.utils import translation

from tests.factories.farm import BOUNDARY, VILLAGE
from traceability.models import Plot
from traceability.web.trace.sketch import HEIGHT, MOST_FIELDS, WIDTH, Sketch, sketch

ELSEWHERE = {"type": "Point", "coordinates": [100.0, 30.0]}


def plot(number: int = 1, *, mu: str = "38.60", boundary: Any = None, village: str = VILLAGE) -> Plot:
    return Plot(
        pk=UUID(int=number), number=f"T-{number}", declared_mu=Decimal(mu), boundary=boundary, division_code=village
    )


def drawn(*plots: Plot) -> Sketch:
    with translation.override("en"):
        found = sketch(plots)
    assert found
    return found


def width_of(path: str) -> int:
    across = [int(x) for x in re.findall(r"[ML](-?\d+) ", path)]
    return max(across) - min(across)


def test_the_drawing_knows_nothing_of_the_boundary() -> None:
    assert drawn(plot(boundary=BOUNDARY)) == drawn(plot(boundary=ELSEWHERE)) == drawn(plot())


def test_another_plot_of_the_same_outline_is_drawn_otherwise() -> None:
    assert drawn(plot(1, boundary=BOUNDARY)).fields[0].path != drawn(plot(2, boundary=BOUNDARY)).fields[0].path


def test_no_coordinate_is_in_it() -> None:
    text = json.dumps([[one.path, one.area] for one in drawn(plot(boundary=BOUNDARY)).fields])

    assert not re.search(r"122|41\.", text)


@pytest.mark.parametrize("count", [1, 2, MOST_FIELDS, MOST_FIELDS + 3])
def test_so_many_fields_are_drawn_and_the_rest_counted(count: int) -> None:
    found = drawn(*(plot(number) for number in range(count)))

    assert (len(found.fields), found.more) == (min(count, MOST_FIELDS), max(0, count - MOST_FIELDS))


def test_every_corner_lies_in_the_picture() -> None:
    found = drawn(*(plot(number) for number in range(MOST_FIELDS)))

    corners = [tuple(map(int, pair)) for one in found.fields for pair in re.findall(r"[ML](-?\d+) (-?\d+)", one.path)]

    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in corners)


def test_a_larger_field_is_drawn_larger_and_first() -> None:
    large, small = drawn(plot(1, mu="10"), plot(2, mu="40")).fields

    assert (large.area, small.area) == ("40 mu", "10 mu")
    assert width_of(large.path) > width_of(small.path)


def test_places_are_named_down_to_the_village() -> None:
    assert drawn(plot()).places == ["Liaoning", "Panjin", "Dawa District", VILLAGE]


def test_of_plots_in_two_villages_what_they_share_is_named() -> None:
    assert drawn(plot(1), plot(2, village="211122105203")).places == ["Liaoning", "Panjin"]


def test_without_plots_there_is_no_sketch() -> None:
    assert sketch([]) is None
