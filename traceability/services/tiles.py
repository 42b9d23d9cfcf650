"""The log as files that anybody may copy and cache (c2sp.org/tlog-tiles): written before each checkpoint is published.

Name `traceability.services.tiles.TileStep` in PUBLISHING_STEPS, and PUBLIC_URL for where they go: a folder that the
front serves, or a bucket. A reader then needs neither this product nor its database.
"""

from collections.abc import Iterator

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages

from traceability import log_key
from traceability.ledger import Checkpoint, open_checkpoint
from traceability.ledger.tiles import TILE_WIDTH, Tile, pack_entries, tiles_of
from traceability.models import LogEntry
from traceability.queries import proofs
from traceability.services.publisher import Draft, Step

CHECKPOINT = "checkpoint"
# A node of a tile's level stands for 256 of the level below.
_LEVELS_A_TILE = 8


class TileStep(Step):
    """Writes what a checkpoint adds: entry bundles and tiles first, the checkpoint itself last."""

    def largest_known(self) -> Checkpoint | None:
        """Return the checkpoint that lies beside the tiles. Raises NoteError where it is not of this log's key."""
        storage = _public()
        if not storage.exists(CHECKPOINT):
            return None
        with storage.open(CHECKPOINT) as file:
            note = bytes(file.read()).decode()
        return open_checkpoint(note, log_key.vkeys(), origin=settings.LOG_ORIGIN)[0]

    def take(self, draft: Draft) -> str:
        """Write the files between the checkpoint before and this one. Raises OSError, MissingNodeError."""
        storage = _public()
        before = self.largest_known()
        for tile in added(before.size if before else 0, draft.checkpoint.size):
            _put(storage, tile.path(), _bytes_of(tile))
        # A crash before this line leaves tiles that no checkpoint speaks of yet: the next run writes the same again.
        _put(storage, CHECKPOINT, draft.note.encode())
        return draft.note


def added(before: int, size: int) -> Iterator[Tile]:
    """List the tiles and bundles that a tree of this size has and one of the size before has not, bundles first."""
    known = {(level, full, width) for level, full, width in tiles_of(before)}
    had = {level: full for level, full, _width in known}
    for level, full, width in tiles_of(size):
        names: list[int | None] = [None, 0] if level == 0 else [level]
        for name in names:
            yield from (Tile(name, index) for index in range(had.get(level, 0), full))
            if width and (level, full, width) not in known:
                yield Tile(name, full, width)


def _bytes_of(tile: Tile) -> bytes:
    first = tile.index * TILE_WIDTH
    places = range(first, first + (tile.width or TILE_WIDTH))
    if tile.level is None:
        found = LogEntry.objects.filter(index__in=places).order_by("index").values_list("leaf", flat=True)
        leaves = [bytes(leaf) for leaf in found]
        if len(leaves) != len(places):
            raise proofs.MissingNodeError(f"{tile.path()}: {len(places) - len(leaves)} entries are not stored")
        return pack_entries(leaves)
    return b"".join(proofs.subtrees([(tile.level * _LEVELS_A_TILE, index) for index in places]))


def _public() -> Storage:
    return storages["public"]


def _put(storage: Storage, path: str, data: bytes) -> None:
    storage.save(path, ContentFile(data))
