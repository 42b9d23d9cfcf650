from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.traceability.geometry.shapes import (
    FIELD,
    FOLDER,
    POND,
    collection,
    encoded,
    feature,
    moved,
    multi,
    needs_vectors,
    point,
    polygon,
)
from traceability.geometry import (
    GeometryError,
    Position,
    boundary_from_json,
    boundary_geojson,
    boundary_json,
    read_boundary,
    read_plots,
)
from traceability.ledger import check_profile

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(st.sampled_from(["type", "coordinates", "features", "geometry", "properties"]), inner)
    ),
    max_leaves=20,
)
NUMBER = st.floats() | st.integers() | st.sampled_from([FIELD[0][0], FIELD[0][1]])
RING = st.lists(st.lists(NUMBER, max_size=3), max_size=6) | st.just(FIELD)


def refused(source: Any) -> tuple[str, str]:
    with pytest.raises(GeometryError) as caught:
        read_boundary(source)
    return caught.value.pointer, caught.value.rule


@needs_vectors
@pytest.mark.parametrize("name", ["multipolygon-farm", "polygon-over-4ha"])
def test_the_published_valid_plots_are_taken(name: str) -> None:
    (plot,) = read_plots((FOLDER / "valid" / f"{name}.geojson").read_bytes())

    assert plot.plot_id == {"multipolygon-farm": "CI-HP-0234", "polygon-over-4ha": "GH-AH-0121"}[name]
    assert plot.properties["commodity"] == "cocoa"


@needs_vectors
def test_every_published_file_is_known_here() -> None:
    assert {path.stem for path in FOLDER.glob("*/*.geojson")} == {
        "multipolygon-farm",
        "polygon-over-4ha",
        *(name for name, _, _ in INVALID),
    }


INVALID = [
    ("duplicate-ring", "/features/0/geometry/coordinates/1", "duplicate_ring"),
    ("latitude-out-of-range", "/features/0/geometry/coordinates/1", "latitude_out_of_range"),
    ("missing-plot-id", "/features/0/properties", "missing_plot_id"),
    ("self-intersecting-polygon", "/features/0/geometry/coordinates/0", "self_crossing"),
    ("unclosed-ring", "/features/0/geometry/coordinates/0", "ring_not_closed"),
]


@needs_vectors
@pytest.mark.parametrize(("name", "pointer", "rule"), INVALID)
def test_the_published_invalid_plots_are_refused_by_their_rule(name: str, pointer: str, rule: str) -> None:
    with pytest.raises(GeometryError) as caught:
        read_plots((FOLDER / "invalid" / f"{name}.geojson").read_bytes())

    assert (caught.value.pointer, caught.value.rule) == (pointer, rule)


@needs_vectors
def test_a_crossing_is_shown_where_it_is() -> None:
    with pytest.raises(GeometryError, match=r"near longitude -1\.980000, latitude 6\.350460"):
        read_plots((FOLDER / "invalid" / "self-intersecting-polygon.geojson").read_bytes())


def test_a_geometry_a_feature_and_a_collection_of_one_are_the_same_plot() -> None:
    bare = read_boundary(polygon(FIELD))

    assert read_boundary(feature(polygon(FIELD))) == bare
    assert read_boundary(collection(feature(polygon(FIELD)))) == bare
    assert read_boundary(encoded(polygon(FIELD))) == bare


def test_digits_stay_as_they_were_typed() -> None:
    boundary = read_boundary(b'{"type": "Point", "coordinates": [122.0712340, 41.10]}')

    assert boundary.point == Position("122.0712340", "41.10")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("122", "122"),
        ("1.22e2", "122"),
        ("-0.0", "0.0"),
        ("1e-7", "0.0000001"),
        ("122.07123456789012", "122.07123456789012"),
    ],
)
def test_numbers_become_plain_decimals(typed: str, kept: str) -> None:
    boundary = read_boundary(f'{{"type": "Point", "coordinates": [{typed}, 41]}}'.encode())

    assert boundary.point == Position(kept, "41")


def test_a_height_is_dropped() -> None:
    assert read_boundary(point(122.07, 41.1, 3.5)).point == Position("122.07", "41.1")


def test_rings_run_by_the_right_hand_and_stay_closed() -> None:
    boundary = read_boundary(polygon(FIELD[::-1], POND[::-1]))

    outer, hole = boundary.polygons[0]
    assert [at.numbers for at in outer] == [tuple(at) for at in FIELD]
    assert [at.numbers for at in hole] == [tuple(at) for at in POND]


def test_a_place_reported_again_is_kept_once() -> None:
    assert read_boundary(polygon([FIELD[0], *FIELD, FIELD[0]])) == read_boundary(polygon(FIELD))


def test_a_byte_order_mark_in_front_is_passed_over() -> None:
    plain = b'{"type": "Point", "coordinates": [122.5, 41.5]}'

    assert read_boundary(b"\xef\xbb\xbf" + plain) == read_boundary(plain)


@pytest.mark.parametrize(
    ("source", "pointer", "rule"),
    [
        (b"\xff", "", "not_utf8"),
        (b"{", "", "not_json_at"),
        (b'{"type": "Point", "type": "Point", "coordinates": [1, 2]}', "", "repeated_name"),
        (b'{"type": "Point", "coordinates": [NaN, 2]}', "", "not_json_number"),
        (b"[" * 100_000, "", "too_deep"),
        (b" " * 1_048_577, "", "too_many_bytes"),
        (b"[]", "", "not_an_object"),
        (None, "", "not_an_object"),
        ({}, "/type", "unknown_geometry"),
        ({"type": "LineString", "coordinates": FIELD}, "/type", "unknown_geometry"),
        (feature(None), "/geometry", "not_an_object"),
        (feature({"type": "GeometryCollection"}), "/geometry/type", "unknown_geometry"),
        (collection(), "/features", "too_few_items"),
        (collection(*[{}] * 1001), "/features", "too_many_items"),
        ({"type": "FeatureCollection"}, "/features", "not_a_list"),
        (collection({}, {}), "/features", "one_plot_wanted"),
        (collection(feature(point(200, 41))), "/features/0/geometry/coordinates/0", "longitude_out_of_range"),
        ({**point(1, 2), "crs": {"properties": {"name": "EPSG:4490"}}}, "/crs", "wrong_reference_system"),
        ({**point(1, 2), "crs": "EPSG:4326"}, "/crs", "wrong_reference_system"),
    ],
)
def test_a_bad_document_is_refused(source: Any, pointer: str, rule: str) -> None:
    assert refused(source) == (pointer, rule)


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326"])
def test_the_name_of_the_right_reference_system_is_taken(name: str) -> None:
    assert read_boundary({**point(1, 2), "crs": {"type": "name", "properties": {"name": name}}}).kind == "Point"


def test_a_feature_from_outside_needs_a_lasting_id() -> None:
    for properties in ({}, {"plot_id": " "}, {"plot_id": None}, {"plot_id": True}):
        with pytest.raises(GeometryError) as caught:
            read_plots(feature(polygon(FIELD), **properties))

        assert (caught.value.pointer, caught.value.rule) == ("/properties", "missing_plot_id")


@pytest.mark.parametrize(("plot_id", "rule"), [("x" * 61, "text_too_long"), ("a\u202eb", "text_not_printable")])
def test_an_id_from_outside_must_be_fit_to_show(plot_id: str, rule: str) -> None:
    with pytest.raises(GeometryError) as caught:
        read_plots(feature(polygon(FIELD), plot_id=plot_id))

    assert (caught.value.pointer, caught.value.rule) == ("/properties/plot_id", rule)


def test_two_plots_of_one_id_are_refused() -> None:
    twice = collection(feature(polygon(FIELD), plot_id="A"), feature(polygon(POND), plot_id="A"))

    with pytest.raises(GeometryError, match="the plot_id A stands in this document twice") as caught:
        read_plots(twice)

    assert caught.value.pointer == "/features/1/properties/plot_id"


def test_plots_from_outside_keep_order_and_properties() -> None:
    plots = read_plots(
        encoded(collection(feature(polygon(FIELD), plot_id="B", area_ha=1.10), feature(point(1, 2), plot_id=" A ")))
    )

    assert [(plot.plot_id, plot.pointer) for plot in plots] == [("B", "/features/0"), ("A", "/features/1")]
    assert plots[0].properties == {"plot_id": "B", "area_ha": "1.1"}
    assert type(plots[0].properties["area_ha"]) is str


def test_a_bare_geometry_is_no_plot_from_outside() -> None:
    with pytest.raises(GeometryError, match=r"^/type: must be one of Feature$"):
        read_plots(polygon(FIELD))


@pytest.mark.parametrize(
    "source",
    [
        point(122.07, 41.1),
        polygon(FIELD),
        polygon(FIELD, POND),
        multi([FIELD, POND], [moved(FIELD, east=0.01)]),
    ],
)
def test_a_boundary_comes_back_from_both_its_writings(source: dict[str, Any]) -> None:
    boundary = read_boundary(source)

    assert boundary_from_json(boundary_json(boundary)) == boundary
    assert read_boundary(boundary_geojson(boundary).encode()) == boundary


def test_the_ledgers_writing_holds_text_alone() -> None:
    written = boundary_json(read_boundary(polygon(FIELD)))

    check_profile(written)
    assert written["coordinates"][0][1] == ["122.0712", "41.12"]


def test_maps_get_the_digits_that_were_typed() -> None:
    source = b'{"type": "Point", "coordinates": [122.0712340, 41.10]}'

    assert boundary_geojson(read_boundary(source)).encode() == source


@pytest.mark.parametrize(
    "coordinates", [[1, 2], ["1", None], ["1e2", "3"], ["1", "2", [["3"]]], "1", None, [["1", "2"]]]
)
def test_only_decimal_text_is_read_back(coordinates: Any) -> None:
    with pytest.raises(GeometryError):
        boundary_from_json({"type": "Point", "coordinates": coordinates})


@given(JSON)
def test_any_json_is_read_or_refused_by_a_geometry_error(value: Any) -> None:
    for read in (read_boundary, read_plots, boundary_from_json):
        try:
            read(value)
        except GeometryError as error:
            assert error.message  # noqa: PT017 - either outcome is right


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_by_a_geometry_error(data: bytes) -> None:
    with pytest.raises(GeometryError):
        read_plots(data)


@given(st.sampled_from(["Polygon", "MultiPolygon"]), st.lists(RING, max_size=3), st.lists(RING, max_size=3))
def test_any_rings_are_read_or_refused_by_a_geometry_error(kind: str, first: list[Any], second: list[Any]) -> None:
    coordinates = first if kind == "Polygon" else [first, second]
    try:
        boundary = read_boundary({"type": kind, "coordinates": coordinates})
    except GeometryError:
        return

    assert boundary_from_json(boundary_json(boundary)) == boundary


@given(
    st.decimals(-180, 180, places=9).filter(lambda longitude: abs(longitude) < 179),
    st.decimals(-89, 89, places=9),
    st.decimals(Decimal("0.0001"), Decimal("0.5"), places=7),
)
def test_every_square_keeps_its_digits(longitude: Decimal, latitude: Decimal, side: Decimal) -> None:
    east, north = longitude + side, latitude + side
    corners = [(longitude, latitude), (east, latitude), (east, north), (longitude, north), (longitude, latitude)]

    boundary = read_boundary(polygon([list(corner) for corner in corners]))

    assert [(Decimal(at.longitude), Decimal(at.latitude)) for at in boundary.polygons[0][0]] == corners
