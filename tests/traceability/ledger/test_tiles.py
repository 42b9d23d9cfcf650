from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.traceability.ledger import vectors
from traceability.ledger.errors import AuditError
from traceability.ledger.tiles import Tile, bundle_of, pack_entries, parse_tile_path, tiles_of, unpack_entries

PATHS = vectors.read("tlog/tiles_paths.json")


@vectors.cases(PATHS.get("entries_path_for_log_index", []))
def test_the_bundle_of_an_entry_is_the_published_one(case: Any) -> None:
    assert bundle_of(case["seq"], case["logSize"]).path() == case["wantPath"]


@vectors.cases(PATHS.get("entries_path", []))
def test_paths_of_bundles_are_the_published_ones(case: Any) -> None:
    tile = Tile(None, case["N"], case.get("p", 0))

    assert tile.path() == case["wantPath"]
    assert parse_tile_path(case["wantPath"]) == tile


@vectors.cases(PATHS.get("tile_path", []))
def test_paths_of_tiles_are_the_published_ones(case: Any) -> None:
    tile = Tile(case["level"], case["index"], case.get("p", 0))

    assert tile.path() == case["wantPath"]
    assert parse_tile_path(case["wantPath"]) == tile


@vectors.cases(PATHS.get("n_with_suffix", []))
def test_numbers_in_paths_are_the_published_ones(case: Any) -> None:
    path = Tile(case["level"], case["index"], case.get("p", 0)).path()

    assert path == f"tile/{case['level']}/{case['wantPath']}"


@vectors.cases(PATHS.get("parse_tile_level_index_partial", []))
def test_published_paths_are_read_or_refused(case: Any) -> None:
    path = f"tile/{case['pathLevel']}/{case['pathIndex']}"

    if case["wantErr"]:
        with pytest.raises(AuditError, match="is not the path of a tile"):
            parse_tile_path(path)
    else:
        assert parse_tile_path(path) == Tile(case["wantLevel"], case["wantIndex"], case["wantP"])


@vectors.cases(PATHS.get("tiles_of_a_tree", {}).get("cases", []))
def test_a_tree_has_the_published_tiles(case: Any) -> None:
    assert [
        {"level": level, "full": full, "partial_width": width} for level, full, width in tiles_of(case["size"])
    ] == (case["levels"])


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/1",
        "tile/00/000",
        "tile/64/000",
        "tile/0/x000/001",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000/",
        "/tile/0/000",
        "tile/0/../000",
        "tile/0/٠٠٠",
        "tile/entries/000\n",
    ],
)
def test_any_other_path_is_refused(path: str) -> None:
    with pytest.raises(AuditError, match="is not the path of a tile"):
        parse_tile_path(path)


@given(st.one_of(st.none(), st.integers(0, 63)), st.integers(0, 10**18 - 1), st.integers(0, 255))
def test_every_tile_is_found_again_by_its_path(level: int | None, index: int, width: int) -> None:
    tile = Tile(level, index, width)

    assert parse_tile_path(tile.path()) == tile


@given(st.lists(st.binary(max_size=300), max_size=256))
def test_bundled_entries_are_read_back(entries: list[bytes]) -> None:
    assert unpack_entries(pack_entries(entries), len(entries)) == entries


def test_a_bundle_is_lengths_and_entries() -> None:
    assert pack_entries([b"one", b"", b"three"]) == b"\x00\x03one\x00\x00\x00\x05three"


@pytest.mark.parametrize(
    ("data", "count"),
    [(b"\x00\x03one", 2), (b"\x00\x03one", 0), (b"\x00\x03on", 1), (b"\x00", 1), (b"\x00\x01a\x00", 1)],
)
def test_a_bundle_of_another_count_or_cut_short_is_refused(data: bytes, count: int) -> None:
    with pytest.raises(AuditError, match=f"not exactly {count} whole entries"):
        unpack_entries(data, count)


def test_an_entry_that_its_length_cannot_tell_is_refused() -> None:
    assert len(pack_entries([bytes(65_535)])) == 65_537
    with pytest.raises(AuditError, match="an entry of 65536 bytes, more than 65535"):
        pack_entries([bytes(65_536)])
