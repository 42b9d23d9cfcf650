"""Audit of a tiled log that lies on disk: any log of c2sp.org/tlog-tiles, whatever its entries are."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from traceability.ledger.checkpoint import Checkpoint, open_checkpoint
from traceability.ledger.errors import AuditError, NoteError
from traceability.ledger.merkle import HASH_SIZE, Frontier, leaf_hash, root_of
from traceability.ledger.tiles import TILE_WIDTH, Tile, unpack_entries

MAX_CHECKPOINT_BYTES = 1_000_000
_PARTIAL = re.compile(r"[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5]")
_MAX_FILE_BYTES = TILE_WIDTH * (2 + 65_535)


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What an audit recomputed: the newest checkpoint, and how many checkpoints and files of tiles agree with it."""

    origin: str
    size: int
    root: bytes
    checkpoints: int
    files: int


def audit_log(folder: Path, *, vkeys: Sequence[str]) -> AuditReport:
    """Recompute a log from its entries, and compare every tile and every `checkpoint*` file in the folder.

    Raises NoteError where a checkpoint does not verify and AuditError where anything contradicts the entries, naming
    the file. Entries beyond the largest checkpoint are not looked at: no signature covers them yet.
    """
    heads = _signed_heads(folder, vkeys)
    newest = max((checkpoint for checkpoint, _ in heads), key=lambda checkpoint: checkpoint.size)
    recomputed = _Recomputed(folder, {checkpoint.size: (checkpoint.root, name) for checkpoint, name in heads})
    # One bundle at a time, so that the memory does not grow with the log.
    for start in range(0, newest.size, TILE_WIDTH):
        recomputed.add_bundle(start // TILE_WIDTH, min(TILE_WIDTH, newest.size - start))
    recomputed.check_edge()
    return AuditReport(newest.origin, newest.size, newest.root, len(heads), recomputed.files)


def bundles_of(folder: Path, size: int) -> Iterator[list[tuple[int, bytes]]]:
    """Yield the (index, entry) of a log that `audit_log` has passed, bundle by bundle. Raises AuditError."""
    files = _Recomputed(folder, {})
    for start in range(0, size, TILE_WIDTH):
        entries = files.entries(start // TILE_WIDTH, min(TILE_WIDTH, size - start))
        yield list(enumerate(entries, start))


def _signed_heads(folder: Path, vkeys: Sequence[str]) -> list[tuple[Checkpoint, str]]:
    paths = sorted(path for path in folder.glob("checkpoint*") if path.is_file())
    if folder / "checkpoint" not in paths:
        raise AuditError(f"{folder}: holds no file named checkpoint")
    heads: list[tuple[Checkpoint, str]] = []
    for path in paths:
        try:
            heads.append((open_checkpoint(_read(path, MAX_CHECKPOINT_BYTES), vkeys)[0], path.name))
        except NoteError as error:
            raise NoteError(f"{path.name}: {error}") from error
    _check_one_history(heads)
    return heads


def _check_one_history(heads: Sequence[tuple[Checkpoint, str]]) -> None:
    first, first_name = heads[0]
    roots: dict[int, tuple[bytes, str]] = {}
    for checkpoint, name in heads:
        if checkpoint.origin != first.origin:
            raise AuditError(f"{name}: of the log {checkpoint.origin!r}, but {first_name} is of {first.origin!r}")
        root, other = roots.setdefault(checkpoint.size, (checkpoint.root, name))
        if root != checkpoint.root:
            raise AuditError(f"{name}: another root for size {checkpoint.size} than {other}; the log has equivocated")


class _Recomputed:
    """The tree as its entries make it, compared on the way with the files and the signed heads."""

    def __init__(self, folder: Path, heads: Mapping[int, tuple[bytes, str]]) -> None:
        self.files = 0
        self._folder = folder
        self._heads = heads
        self._frontier = Frontier()
        # For each level the index of the tile that is filling up, and its hashes.
        self._rows: list[tuple[int, list[bytes]]] = []

    def add_bundle(self, index: int, count: int) -> None:
        """Read the next bundle of entries, check the heads within, and pass the hashes to the tiles."""
        hashes = [leaf_hash(entry) for entry in self.entries(index, count)]
        self._check_heads(hashes)
        for item in hashes:
            self._add(0, item)

    def check_edge(self) -> None:
        """Compare the partial tiles at the right edge."""
        for level, (index, row) in enumerate(self._rows):
            if row:
                self._check_tile(level, index, row)

    def entries(self, index: int, count: int) -> list[bytes]:
        """Read so many entries of a bundle, comparing the versions of it that lie in the folder."""
        found = dict(self._versions(Tile(None, index), count))
        if not found:
            raise AuditError(f"{Tile(None, index, count % TILE_WIDTH).path()}: missing")
        # A wider bundle stands in for the partial one that a log may delete once the full one is there.
        widest = max(found)
        entries = unpack_entries(found[widest], widest)
        for width, data in found.items():
            if unpack_entries(data, width) != entries[:width]:
                raise AuditError(f"{Tile(None, index, width).path()}: other entries than in the bundle of {widest}")
        return entries[:count]

    def _check_heads(self, hashes: Sequence[bytes]) -> None:
        # The root at a size between two bundles is known only on the way, so the bundle is cut at each signed size.
        start = self._frontier.size
        done = start
        for size in sorted(
            {*(size for size in self._heads if start < size < start + len(hashes)), start + len(hashes)}
        ):
            self._frontier.extend(hashes[done - start : size - start])
            done = size
            root, name = self._heads.get(size, (None, ""))
            if root is not None and root != self._frontier.root():
                raise AuditError(f"{name}: the entries do not make its root at size {size}")

    def _add(self, level: int, item: bytes) -> None:
        if level == len(self._rows):
            self._rows.append((0, []))
        index, row = self._rows[level]
        row.append(item)
        if len(row) == TILE_WIDTH:
            self._check_tile(level, index, row)
            self._rows[level] = (index + 1, [])
            self._add(level + 1, root_of(row))

    def _check_tile(self, level: int, index: int, row: Sequence[bytes]) -> None:
        wanted = b"".join(row)
        found = dict(self._versions(Tile(level, index), len(row)))
        if not found:
            raise AuditError(f"{Tile(level, index, len(row) % TILE_WIDTH).path()}: missing")
        for width, data in found.items():
            # Older partial tiles hold the beginning of the row, newer ones more than the checkpoint covers yet.
            shared = min(width, len(row)) * HASH_SIZE
            if len(data) != width * HASH_SIZE or data[:shared] != wanted[:shared]:
                raise AuditError(f"{Tile(level, index, width % TILE_WIDTH).path()}: not the hashes of the entries")

    def _versions(self, tile: Tile, needed: int) -> Iterator[tuple[int, bytes]]:
        """Yield width and bytes of the full tile and of all partial ones; nothing where none is as wide as needed."""
        folder = self._folder / f"{tile.path()}.p"
        widths = [int(path.name) for path in folder.glob("*") if _PARTIAL.fullmatch(path.name)]
        if (self._folder / tile.path()).is_file():
            widths.append(TILE_WIDTH)
        if max(widths, default=0) < needed:
            return
        for width in sorted(widths):
            path = self._folder / Tile(tile.level, tile.index, width % TILE_WIDTH).path()
            self.files += 1
            yield width, _read(path, _MAX_FILE_BYTES)


def _read(path: Path, limit: int) -> bytes:
    # The folder is another's: a file of any size may lie in it.
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise AuditError(f"{path.name}: cannot be read: {error.strerror}") from error
    if len(data) > limit:
        raise AuditError(f"{path.name}: more than {limit} bytes")
    return data
