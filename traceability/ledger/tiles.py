"""Where the parts of a tiled log lie, and how entries are bundled (c2sp.org/tlog-tiles)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from traceability.ledger.errors import AuditError

TILE_WIDTH = 256
MAX_ENTRY_BYTES = 65_535
MAX_LEVEL = 63
_LENGTH_BYTES = 2
_TILE = re.compile(r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([0-9]{1,3}))?")


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile of hashes, or at level None a bundle of entries; width 0 means a full one of 256."""

    level: int | None
    index: int
    width: int = 0

    def path(self) -> str:
        """Return the path below the log's prefix."""
        level = "entries" if self.level is None else str(self.level)
        partial = f".p/{self.width}" if self.width else ""
        return f"tile/{level}/{_index_path(self.index)}{partial}"


def parse_tile_path(path: str) -> Tile:
    """Read a path below the log's prefix. Raises AuditError for all but the one spelling of a tile."""
    match = _TILE.fullmatch(path)
    if match is None:
        raise AuditError(f"tile: {path[:80]!r} is not the path of a tile")
    level, index, width = match.groups()
    tile = Tile(
        None if level == "entries" else int(level), int(re.sub("[x/]", "", index)), 0 if width is None else int(width)
    )
    # Printing it back refuses zeros in front, and a width written as 0; the levels and widths have bounds besides.
    if tile.path() != path or tile.width >= TILE_WIDTH or (tile.level or 0) > MAX_LEVEL:
        raise AuditError(f"tile: {path[:80]!r} is not the path of a tile")
    return tile


def bundle_of(index: int, size: int) -> Tile:
    """Return the bundle of entries that holds the entry in a log of this size. Requires 0 <= index < size."""
    number = index // TILE_WIDTH
    return Tile(None, number, 0 if (number + 1) * TILE_WIDTH <= size else size % TILE_WIDTH)


def tiles_of(size: int) -> Iterator[tuple[int, int, int]]:
    """Yield (level, number of full tiles, width of the partial tile or 0) for each level of a tree of this size."""
    # A hash of the level above stands for a full tile of the level below; a partial one is not hashed further.
    level = 0
    while size:
        yield level, size // TILE_WIDTH, size % TILE_WIDTH
        size //= TILE_WIDTH
        level += 1


def pack_entries(entries: Iterable[bytes]) -> bytes:
    """Write a bundle: each entry after its length as two bytes big-endian. Raises AuditError over 65,535 bytes."""
    parts = []
    for entry in entries:
        if len(entry) > MAX_ENTRY_BYTES:
            raise AuditError(f"entry bundle: an entry of {len(entry)} bytes, more than {MAX_ENTRY_BYTES}")
        parts += [len(entry).to_bytes(_LENGTH_BYTES, "big"), entry]
    return b"".join(parts)


def unpack_entries(bundle: bytes, count: int) -> list[bytes]:
    """Read a bundle of exactly so many entries. Raises AuditError."""
    # A length that runs past the end leaves `at` beyond it: slices do not complain on their own.
    entries, at = [], 0
    while at < len(bundle):
        start = at + _LENGTH_BYTES
        at = start + int.from_bytes(bundle[at:start], "big")
        entries.append(bundle[start:at])
    if at != len(bundle) or len(entries) != count:
        raise AuditError(f"entry bundle: not exactly {count} whole entries")
    return entries


def _index_path(index: int) -> str:
    # Three digits a step, all but the last marked by an x: no folder of the path is ever the file of another tile.
    digits = str(index)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    return "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
