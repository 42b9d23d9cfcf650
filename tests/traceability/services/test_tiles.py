from itertools import pairwise
from pathlib import Path

import pytest
from django.core.files.storage import storages
from pytest_django import Settings

from accounts.models import Membership
from tests.factories import farm
from traceability import log_key
from traceability.ledger import Checkpoint
from traceability.ledger.audit import audit_log
from traceability.ledger.tiles import Tile
from traceability.services import tiles
from traceability.services.integrator import integrate_once
from traceability.services.publisher import PublishError, publish_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_keys")]


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    """Where the publisher writes what readers may copy."""
    place = tmp_path / "public"
    place.mkdir()
    backend = {"BACKEND": "traceability.attachment_storage.WholeFiles", "OPTIONS": {"location": place}}
    settings.STORAGES = settings.STORAGES | {"public": backend}
    settings.PUBLISHING_STEPS = ["traceability.services.tiles.TileStep"]
    return place


def publish(farmer: Membership, *numbers: str) -> None:
    for number in numbers:
        farm.make_plot(farmer, number=number)
    integrate_once()
    publish_once(at=farm.NOW)


def test_files_are_a_log_that_a_foreign_reader_can_audit(folder: Path, farmer: Membership) -> None:
    publish(farmer, "1", "2", "3")
    publish(farmer, "4")

    found = audit_log(folder, vkeys=[log_key.vkey()])

    assert found.size == 4
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()) == [
        "checkpoint",
        "tile/0/000.p/3",
        "tile/0/000.p/4",
        "tile/entries/000.p/3",
        "tile/entries/000.p/4",
    ]


def test_a_log_that_was_rolled_back_is_not_signed_over_what_readers_hold(
    folder: Path, farmer: Membership, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    publish(farmer, "1", "2")
    kept = (folder / "checkpoint").read_bytes()
    # As after a restore of an older backup, on a new host that has no memory of what was signed.
    monkeypatch.setattr("traceability.services.publisher._remembered", lambda: None)
    monkeypatch.setattr(tiles.TileStep, "largest_known", lambda _step: Checkpoint("x", 5, bytes(32)))
    farm.make_plot(farmer, number="3")
    integrate_once()

    with pytest.raises(PublishError, match="below the checkpoint of size 5"):
        publish_once(at=farm.NOW)

    assert (folder / "checkpoint").read_bytes() == kept


def test_without_its_tiles_no_checkpoint_is_published(
    folder: Path, farmer: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> str:
        raise OSError("no space left on device")

    monkeypatch.setattr(storages["public"].__class__, "_save", full)

    with pytest.raises(OSError, match="no space left"):
        publish(farmer, "1")

    assert list(folder.rglob("checkpoint")) == []


@pytest.mark.parametrize(
    ("before", "size", "paths"),
    [
        (0, 1, ["tile/entries/000.p/1", "tile/0/000.p/1"]),
        (3, 3, []),
        (255, 256, ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]),
        (
            256,
            600,
            [
                "tile/entries/001",
                "tile/entries/002.p/88",
                "tile/0/001",
                "tile/0/002.p/88",
                "tile/1/000.p/2",
            ],
        ),
    ],
)
def test_only_what_a_checkpoint_adds_is_written(before: int, size: int, paths: list[str]) -> None:
    assert [tile.path() for tile in tiles.added(before, size)] == paths


def test_every_tile_of_a_grown_log_is_written_once_or_was_there() -> None:
    sizes = [0, 1, 200, 256, 257, 1000, 65_536, 65_800]
    written: set[Tile] = set()

    for before, size in pairwise(sizes):
        fresh = list(tiles.added(before, size))
        assert written.isdisjoint(fresh)
        written |= set(fresh)

    whole = set(tiles.added(0, sizes[-1]))
    assert whole <= written
